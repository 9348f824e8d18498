"""The forms of the library: how it is narrowed, for whom a copy is made, with whom a demo is shared."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from scenarios.forms import FIRST_DAY, LAST_DAY, PRINTABLE, WAREHOUSE_CHOICES, CodenameMixin, TippedMixin
from scenarios.library.copying import Wish
from scenarios.library.searching import Wanted
from scenarios.models import LibraryWord, Visibility
from scenarios.plan.brief import ALIAS_LIMIT
from scenarios.plan.names import Warehouse

STATUS_CHOICES = [
    ("", "Any status"),
    ("busy", "Being drafted or proven"),
    ("ready", "Ready, Proof passed"),
    ("attention", "Needs attention"),
]
SHOWN_CHOICES = [
    ("", "All demos"),
    ("mine", "Mine"),
    ("favourites", "Favourites"),
    ("templates", "Templates: approved plans"),
    ("copies", "Made from a template"),
]
SORT_CHOICES = [
    ("", "Changed last"),
    ("created", "Newest"),
    ("used", "Copied most"),
    ("last_used", "Used last"),
    ("company", "Prospect, A to Z"),
]
KIND_CHOICES = [("", "Everywhere"), *LibraryWord.Kind.choices]
TABLE, CARDS = "table", "cards"


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "select"})


class LibraryForm(forms.Form):
    """How the library is narrowed. Wrong values narrow nothing."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"class": "input", "type": "search", "placeholder": "Company, industry, pain, metric …"}
        ),
    )
    kind = forms.ChoiceField(label="In", required=False, choices=KIND_CHOICES, widget=_select())
    show = forms.ChoiceField(label="Show", required=False, choices=SHOWN_CHOICES, widget=_select())
    status = forms.ChoiceField(label="Status", required=False, choices=STATUS_CHOICES, widget=_select())
    industry = forms.ChoiceField(label="Industry", required=False, widget=_select())
    warehouse = forms.ChoiceField(
        label="Warehouse", required=False, choices=[("", "Any"), *WAREHOUSE_CHOICES], widget=_select()
    )
    sort = forms.ChoiceField(label="Order", required=False, choices=SORT_CHOICES, widget=_select())
    view = forms.ChoiceField(
        required=False, choices=[(TABLE, "Table"), (CARDS, "Cards")], widget=forms.HiddenInput
    )
    copies_of = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, industries: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = cast(forms.ChoiceField, self.fields["industry"])
        choices.choices = [("", "Any"), *((name, name) for name in industries)]

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        self.is_valid()
        said = self.cleaned_data.get
        return Wanted(
            text=said("q") or "",
            kind=said("kind") or "",
            status=said("status") or "",
            shown=said("show") or "",
            industry=said("industry") or "",
            warehouse=said("warehouse") or "",
            copies_of=said("copies_of"),
            sort=said("sort") or "",
        )

    @property
    def as_cards(self) -> bool:
        """Whether demos are shown as cards."""
        self.is_valid()
        return self.cleaned_data.get("view") == CARDS


class CopyForm(CodenameMixin, TippedMixin, forms.Form):
    """For whom a copy of an approved plan is made."""

    company = forms.CharField(
        label="Prospect company",
        max_length=120,
        validators=[PRINTABLE],
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Type the name of the new prospect's company."},
    )
    industry = forms.CharField(
        label="Industry",
        max_length=120,
        help_text="As it is shown. Tables, metrics and the story stay those of the template.",
        validators=[PRINTABLE],
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        error_messages={"required": "Type the prospect's industry, such as “Retail”."},
    )
    codename = forms.CharField(
        label="Codename",
        required=False,
        max_length=ALIAS_LIMIT,
        help_text="Repository, project, data and documents then carry this name only.",
        validators=[PRINTABLE],
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    as_of = forms.DateField(
        label="Reference date",
        validators=[
            MinValueValidator(FIRST_DAY, "Choose a date from 1 January 2000 to 31 December 2100."),
            MaxValueValidator(LAST_DAY, "Choose a date from 1 January 2000 to 31 December 2100."),
        ],
        widget=forms.DateInput(
            attrs={"class": "input", "type": "date", "min": str(FIRST_DAY), "max": str(LAST_DAY)},
            format="%Y-%m-%d",
        ),
        error_messages={"required": "Choose a date.", "invalid": "Write the date as 2026-03-31."},
    )
    warehouse = forms.ChoiceField(label="Target warehouse", choices=WAREHOUSE_CHOICES, widget=_select())
    visibility = forms.ChoiceField(
        label="Who sees it",
        required=False,
        choices=[("", "Everyone; with a codename, only me"), *Visibility.choices],
        widget=_select(),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, industry: str, warehouse: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].initial = industry
        self.fields["warehouse"].initial = warehouse
        self.fields["as_of"].initial = timezone.localdate
        self.fields["token"].initial = uuid.uuid4
        self.tip("as_of", "“Today” in the copy's data: every date of the template moves with it.")

    @property
    def wish(self) -> Wish:
        """For whom, of a valid form."""
        data = self.cleaned_data
        return Wish(
            company=data["company"],
            industry=data["industry"],
            warehouse=cast(Warehouse, data["warehouse"]),
            as_of=cast(date, data["as_of"]),
            codename=data["codename"],
            visibility=data["visibility"] or None,
        )


class ShareForm(forms.Form):
    """With whom a demo is shared."""

    visibility = forms.ChoiceField(label="Who sees it", choices=Visibility.choices, widget=_select())
