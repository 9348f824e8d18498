"""The three small forms of what came of a demo; each is sent by itself."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from scenarios.forms import FIRST_DAY, LAST_DAY
from scenarios.models import Outcome
from scenarios.outcomes import RATINGS

_RATING = "Choose a rating from 1 to 5."
_DAY = "Choose a date from 1 January 2000 to 31 December 2100, or none."


class CallForm(forms.Form):
    """When the call is; empty takes the date away."""

    call_on = forms.DateField(
        label="Call with the prospect",
        required=False,
        validators=[MinValueValidator(FIRST_DAY, _DAY), MaxValueValidator(LAST_DAY, _DAY)],
        error_messages={"invalid": _DAY},
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )


class RatingForm(forms.Form):
    """How it was; empty takes the rating away."""

    rating = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, str(number)) for number in RATINGS],
        error_messages={"invalid_choice": _RATING},
    )


class OutcomeForm(forms.Form):
    """What followed; empty is "Unknown"."""

    outcome = forms.ChoiceField(
        required=False,
        choices=Outcome.choices,
        error_messages={"invalid_choice": "Choose one of the outcomes on the page."},
    )


FORMS: dict[str, type[forms.Form]] = {"call_on": CallForm, "rating": RatingForm, "outcome": OutcomeForm}


def sent_form(data: Any) -> tuple[str, forms.Form] | None:
    """The form that was sent, under the name of its field; None when none of them was."""
    name = next((name for name in FORMS if name in data), None)
    return (name, FORMS[name](data)) if name else None
