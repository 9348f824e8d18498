"""The forms about AI models: a server with key and model, and the team's guidance."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from demoforge.addresses import AddressRefused, check_address
from scenarios.ai.opening import tidy_address, workspace_address
from scenarios.ai.registry import Server
from scenarios.forms import PRINTABLE
from scenarios.models import LONGEST_GUIDANCE

GUIDANCE_EXAMPLE = """Example:
Write British English.
Say “customers”, never “users”.
No names of real people."""

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ServerForm(forms.Form):
    """A model server: its address, a key, and the model to ask. The key is never written into a page."""

    address = forms.CharField(
        label="Server address",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={**_PLAIN, "class": "input name", "inputmode": "url"}),
    )
    key = forms.CharField(
        label="Key",
        required=False,
        widget=forms.PasswordInput(attrs={**_PLAIN, "class": "input"}, render_value=False),
        validators=[
            RegexValidator(
                r"\A[!-~]{4,500}\Z",
                "A key has neither blanks nor special letters: copy it again, without anything around it.",
            )
        ],
    )
    model = forms.CharField(
        label="Model",
        required=False,
        max_length=200,
        help_text="Load the list and choose, or type a name as the server calls it.",
        validators=[RegexValidator(r"\A[!-~]+\Z", "A model's name has no blanks and no special letters.")],
        widget=forms.TextInput(attrs={**_PLAIN, "class": "input name", "list": "models"}),
    )

    def __init__(self, server: Server, *args: Any, needs_model: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.server = server
        self.needs_model = needs_model
        at_home = workspace_address(server)
        self.needs_address = not at_home
        self.fields["address"].widget.attrs["placeholder"] = at_home or "http://localhost:11434/v1"
        if at_home:
            self.fields["address"].help_text = f"Leave it empty for {at_home}."
        if not server.takes_address:
            del self.fields["address"]

    @property
    def shown_address(self) -> str:
        """The address in the field, as it is remembered or as it was typed, in its normal form if it has one."""
        if self.is_bound and "address" in self.cleaned_data:
            return self.typed("address")
        return str(self["address"].value() or "") if self.server.takes_address else ""

    def typed(self, name: str) -> str:
        """What a valid form says in a field; no address means the workspace's."""
        return str(self.cleaned_data.get(name, ""))

    def clean_address(self) -> str:
        """An address that the administrator allows."""
        address, at_home = tidy_address(self.cleaned_data["address"]), workspace_address(self.server)
        if not address and not at_home:
            raise forms.ValidationError("Type the server's address, such as http://localhost:11434/v1.")
        if address in ("", at_home):
            return ""
        try:
            return check_address(address)
        except AddressRefused as error:
            raise forms.ValidationError(f"{error.sentence} {error.hint}".strip()) from None

    def clean_model(self) -> str:
        """A name, where one is needed; never a key."""
        model = str(self.cleaned_data["model"])
        if self.needs_model and not model:
            raise forms.ValidationError("Load the models and choose one, or type the name of one.")
        if model.startswith("sk-"):
            raise forms.ValidationError(
                "This looks like a key, not like a model: type it into the field “Key”."
            )
        return model


class LinesField(forms.CharField):
    """A text of several lines, whose ends count as one character each, however the browser sends them."""

    def to_python(self, value: Any) -> str:
        """The text with its lines ended in one way."""
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class GuidanceForm(forms.Form):
    """What the team wants every plan to keep to."""

    text = LinesField(
        label="Guidance",
        required=False,
        max_length=LONGEST_GUIDANCE,
        help_text=f"At most {LONGEST_GUIDANCE:,} characters. Empty it to switch the guidance off.",
        validators=[PRINTABLE],
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 10, "placeholder": GUIDANCE_EXAMPLE}),
    )
