"""The forms of people and teams."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from demoforge.accounts.models import Team
from demoforge.accounts.roles import Role

ROLE_CHOICES = [(role.value, role.label) for role in Role]
PRINTABLE = RegexValidator(
    r"[\x00-\x1f\x7f]", "There is an invisible character in it: type it again.", inverse_match=True
)


class SearchForm(forms.Form):
    """Which people: words of name or address, a role, a team, and whether they are active. All optional."""

    q = forms.CharField(required=False, max_length=100, label="Name or e-mail")
    role = forms.ChoiceField(required=False, label="Role", choices=[("", "Every role"), *ROLE_CHOICES])
    team = forms.ModelChoiceField(
        required=False, label="Team", queryset=Team.objects.all(), empty_label="Every team"
    )
    active = forms.ChoiceField(
        required=False, label="Access", choices=[("", "Everybody"), ("yes", "Active"), ("no", "Switched off")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {"class": "input", "type": "search", "autocomplete": "off"}
        for name in ("role", "team", "active"):
            self.fields[name].widget.attrs["class"] = "select"


class PersonForm(forms.Form):
    """Role, team and access of a person. What this administrator may not change is not offered."""

    role = forms.ChoiceField(
        label="Role", choices=ROLE_CHOICES, widget=forms.Select(attrs={"class": "select"})
    )
    team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.all(),
        required=False,
        empty_label="No team",
        widget=forms.Select(attrs={"class": "select"}),
        help_text="People of a team see what is shared with it. Demos stay with the team they were shared with.",
    )
    active = forms.BooleanField(
        label="May log in",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "checkbox checkbox-primary checkbox-sm mt-0.5"}),
    )

    def __init__(self, *args: Any, offer_role: bool, offer_active: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not offer_role:
            del self.fields["role"]
        if not offer_active:
            del self.fields["active"]


class TeamForm(forms.Form):
    """A team's name."""

    name = forms.CharField(
        label="Name", max_length=80, validators=[PRINTABLE],
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_name(self) -> str:
        """One blank between words."""
        return " ".join(str(self.cleaned_data["name"]).split())
