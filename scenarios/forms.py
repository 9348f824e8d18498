"""The forms of the pages: what may be typed, with labels, examples and explanations."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from scenarios.ai.opening import ProviderState
from scenarios.ai.registry import BUILTIN
from scenarios.models import Visibility
from scenarios.plan.brief import ALIAS_LIMIT, NOTES_LIMIT, Brief, alias_fault
from scenarios.plan.names import Depth, Warehouse

WAREHOUSE_CHOICES = [
    ("snowflake", "Snowflake"),
    ("bigquery", "BigQuery"),
    ("databricks", "Databricks"),
    ("redshift", "Redshift"),
]

#: Depth, its name on the page, and what it means in a line.
DEPTHS = [
    (
        "essential",
        "Essential",
        "The story alone: sources, models, tests, and the answers to the pain points.",
    ),
    ("standard", "Standard", "What most demos want: the story, and the features of dbt that serve it best."),
    (
        "showcase",
        "Showcase",
        "Everything that serves a pain point, such as unit tests, contracts and owners.",
    ),
]

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # a brief takes these as well
_OUT_OF_TIME = "Choose a date from 1 January 2000 to 31 December 2100."
PRINTABLE = RegexValidator(
    r"[\x00-\x08\x0b-\x1f\x7f]",
    "There is an invisible control character in it: type the text again, or paste it as plain text.",
    inverse_match=True,
)

NOTES_EXAMPLE = """Example:
Call with the head of data. Three teams report three different revenues; the board meets on the 12th.
They want one trusted definition of revenue by region before the new season starts.
Today: stored procedures on an old warehouse, a nightly load of four hours."""

PAINS_EXAMPLE = """Example, one per line:
Finance and marketing never agree on revenue
We learn about broken data from the board
The nightly load takes four hours"""


class TippedMixin:
    """Gives fields an explanation behind a question mark."""

    fields: dict[str, forms.Field]

    def tip(self, name: str, text: str) -> None:
        """Explain a field."""
        cast(Any, self.fields[name]).tip = text


class CodenameMixin:
    """Checks the field `codename` against `company`, which comes before it."""

    cleaned_data: dict[str, Any]

    def clean_codename(self) -> str:
        """One line; it must hide the company's name."""
        alias = " ".join(self.cleaned_data["codename"].split())
        if alias and (fault := alias_fault(alias, self.cleaned_data.get("company", ""))):
            raise forms.ValidationError(fault)
        return alias


def _text(css: str = "input", **attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": css, "autocomplete": "off", **attrs})


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "textarea", "rows": rows, **attrs})


class RadioButtons(forms.RadioSelect):
    """Radio buttons whose faults link to the first of them."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The button with this index, or the first one."""
        return super().id_for_label(id_, index or "0")


class BriefForm(CodenameMixin, TippedMixin, forms.Form):
    """The brief: who the prospect is, what was said, what hurts."""

    company = forms.CharField(
        label="Prospect company",
        max_length=120,
        validators=[PRINTABLE],
        widget=_text(placeholder="Fjell & Field Outfitters", autofocus=True),
        error_messages={"required": "Type the name of the prospect's company."},
    )
    industry = forms.CharField(
        label="Industry",
        max_length=120,
        help_text="Pick a suggestion or type your own.",
        validators=[PRINTABLE],
        widget=_text(placeholder="Outdoor retail", list="industries"),
        error_messages={"required": "Type the prospect's industry, such as “Retail”."},
    )
    discovery_notes = forms.CharField(
        label="Discovery call notes",
        required=False,
        max_length=NOTES_LIMIT,
        help_text="Use case, business objectives, timeline. Stored encrypted; the plan may quote a sentence of them.",
        widget=_area(9, placeholder=NOTES_EXAMPLE),
    )
    pain_points = forms.CharField(
        label="Technical pain points",
        required=False,
        max_length=NOTES_LIMIT,
        help_text="What hurts with the tools they have. Each line is answered by something you can click.",
        widget=_area(6, placeholder=PAINS_EXAMPLE),
    )
    include_semantic_layer = forms.BooleanField(
        label="Include the Semantic Layer",
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "checkbox checkbox-primary checkbox-sm mt-0.5"}),
    )
    depth = forms.ChoiceField(
        label="Depth",
        choices=[(value, name) for value, name, _ in DEPTHS],
        initial="standard",
        widget=RadioButtons(attrs={"class": "radio radio-primary radio-sm mt-0.5"}),
        error_messages={"required": "Choose how much of dbt the demo shows."},
    )
    codename = forms.CharField(
        label="Codename",
        required=False,
        max_length=ALIAS_LIMIT,
        help_text="Repository, project, data and documents then carry this name only.",
        validators=[PRINTABLE],
        widget=_text(placeholder="Project Bluebird"),
    )
    provider = forms.ChoiceField(
        label="Who writes the plan",
        widget=RadioButtons(attrs={"class": "radio radio-primary radio-sm mt-0.5"}),
        error_messages={"required": "Choose who writes the plan."},
    )
    warehouse = forms.ChoiceField(
        label="Target warehouse",
        choices=WAREHOUSE_CHOICES,
        widget=forms.Select(attrs={"class": "select"}),
    )
    as_of = forms.DateField(
        label="Reference date",
        validators=[MinValueValidator(FIRST_DAY, _OUT_OF_TIME), MaxValueValidator(LAST_DAY, _OUT_OF_TIME)],
        widget=forms.DateInput(
            attrs={
                "class": "input",
                "type": "date",
                "min": FIRST_DAY.isoformat(),
                "max": LAST_DAY.isoformat(),
            },
            format="%Y-%m-%d",
        ),
        error_messages={"required": "Choose a date.", "invalid": "Write the date as 2026-03-31."},
    )
    github_owner = forms.CharField(
        label="GitHub owner",
        required=False,
        validators=[
            RegexValidator(
                rf"\A{settings.GITHUB_OWNER_PATTERN}\Z",
                "Type an organisation's or a person's name as GitHub has it, without “github.com/”: letters, "
                "digits and hyphens, at most 39.",
            )
        ],
        widget=_text(css="input name", placeholder="acme-demos"),
    )
    dbt_account_id = forms.CharField(
        label="dbt Cloud account ID",
        required=False,
        validators=[
            RegexValidator(
                rf"\A{settings.DBT_ACCOUNT_PATTERN}\Z",
                "Type the number that follows “/accounts/” in dbt Cloud's address: digits only, at most 18.",
            )
        ],
        widget=_text(css="input name", placeholder="70403", inputmode="numeric"),
    )
    visibility = forms.ChoiceField(
        label="Who sees it",
        required=False,
        choices=[("", "Everyone; with a codename, only me"), *Visibility.choices],
        help_text="In the library. Managers and administrators see every demo; your notes stay with you and them.",
        widget=forms.Select(attrs={"class": "select"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, providers: Sequence[ProviderState], chosen: str = BUILTIN, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.states = {state.name: state for state in providers}
        provider = cast(forms.ChoiceField, self.fields["provider"])
        provider.choices = [(state.name, state.label) for state in providers]
        provider.initial = chosen
        self.fields["warehouse"].initial = settings.DEFAULT_WAREHOUSE_TYPE
        self.fields["as_of"].initial = timezone.localdate
        self.fields["github_owner"].initial = settings.DEFAULT_GITHUB_ORG
        self.fields["dbt_account_id"].initial = settings.DEFAULT_DBT_ACCOUNT_ID
        self.fields["token"].initial = uuid.uuid4
        self.tip("warehouse", "The project is written so that it runs unchanged on all four; this one is named "
                 "in the texts and checked first. The Proof itself runs on DuckDB.")  # fmt: skip
        self.tip("as_of", "“Today” in the demo's data: the newest rows end just before it. The same brief with "
                 "the same date gives the same project, byte for byte.")  # fmt: skip
        for name in ("github_owner", "dbt_account_id"):
            self.tip(
                name, "Kept with the demo; used by the GitHub and dbt Cloud targets, not by the local one."
            )
        self.tip("codename", "An alias for the prospect, put in place of the company's name before the plan is "
                 "written. Name and notes stay on the pages of those who may see this demo; while its files still hold "
                 "them, it cannot be built.")  # fmt: skip

    @property
    def sections_with_errors(self) -> set[str]:
        """Which folded sections must be open because something in them is wrong."""
        sections = {
            "confidential": {"codename", "visibility"},
            "model": {"provider"},
            "technical": {"warehouse", "as_of", "github_owner", "dbt_account_id"},
        }
        return {name for name, fields in sections.items() if fields & set(self.errors)}

    @property
    def depths(self) -> list[tuple[Any, str]]:
        """Each radio button of the depth, with its explanation."""
        return [(button, words) for button, (_, _, words) in zip(self["depth"], DEPTHS, strict=True)]

    @property
    def provider_state(self) -> ProviderState:
        """The provider that the page opens with."""
        return self.states.get(str(self["provider"].value()), self.states[BUILTIN])

    @property
    def providers(self) -> list[tuple[Any, ProviderState]]:
        """Each radio button of the providers, with its state."""
        return list(zip(self["provider"], self.states.values(), strict=True))

    def clean_provider(self) -> str:
        """One that can be asked now; the link opens beside the brief, which is not sent yet."""
        state = self.states[self.cleaned_data["provider"]]
        if not state.ready:
            words = format_html(
                '{} {}. <a href="{}?provider={}" target="_blank">Set it up in a new tab</a>, then press the button '
                "again, or choose another one.",
                state.label, state.why, reverse("ai_setup"), state.name,
            )  # fmt: skip
            raise forms.ValidationError(words)
        return state.name

    @property
    def brief(self) -> Brief:
        """The brief of a valid form."""
        data = self.cleaned_data
        return Brief(
            company=data["company"],
            industry=data["industry"],
            warehouse=cast(Warehouse, data["warehouse"]),
            include_semantic_layer=data["include_semantic_layer"],
            discovery_notes=data["discovery_notes"],
            pain_points=data["pain_points"],
            depth=cast(Depth, data["depth"]),
            codename=data["codename"] or None,
            as_of=cast(date, data["as_of"]),
        )

    @property
    def choices(self) -> dict[str, Any]:
        """What a valid form says beside the brief, as `create_demo` takes it."""
        names = ("provider", "token", "github_owner", "dbt_account_id")
        kept = {name: self.cleaned_data[name] for name in names}
        return kept | {"visibility": self.cleaned_data["visibility"] or None}


class RegenerateForm(forms.Form):
    """What should be different in the next revision; for a single section that may stay open."""

    instructions = forms.CharField(
        label="What should be different?",
        max_length=4000,
        help_text="A new revision is drafted from the same brief. It says which of these words took effect.",
        widget=_area(
            4, placeholder="Example: call customers members, add a metric for returns, no duplicates"
        ),
        error_messages={"required": "Say what should be different, such as “call customers members”."},
    )

    def __init__(self, *args: Any, section: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if section:
            wanted = self.fields["instructions"]
            wanted.required = False
            wanted.help_text = (
                "Only this section is written anew, and what depends on it. Without words, it is written once more "
                "from the brief."
            )
            wanted.widget.attrs["placeholder"] = "Example: shorter, and more about late deliveries"
