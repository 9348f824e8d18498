"""The forms of the page “Connections” for GitHub and dbt Cloud, and what all of its forms do in the same way.

The fields of a form are those of the connection, and its secrets by the names of the vault. A secret is never
written into a page.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from pydantic import ValidationError

from demoforge.accounts.vault import SecretName
from demoforge.addresses import AddressRefused
from provisioning.clients.dbt_cloud.address import access_url
from provisioning.connections.fields import PUBLIC_GITHUB, DbtCloudFields, GitHubFields
from provisioning.connections.places import account_in, github_api_url
from provisioning.connections.store import AnyFields, Kind

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
Kept = Callable[[SecretName, str], bool]  # whether a secret is in memory for a place

_TOKEN = RegexValidator(
    r"\A[!-~]{4,500}\Z",
    "A token has neither blanks nor special letters: copy it again, without anything around it.",
)
_PASSWORD = RegexValidator(
    r"\A[^\x00-\x1f\x7f]{1,1000}\Z", "A password is one line of at most 1,000 characters."
)


def text_field(
    label: str, *, required: bool = True, help_text: str = "", example: str = "", **attrs: Any
) -> Any:
    """A field for a name, an address or a number."""
    more = {"placeholder": example} if example else {}
    return forms.CharField(
        label=label,
        required=required,
        max_length=300,
        help_text=help_text,
        widget=forms.TextInput(attrs={**PLAIN, "class": "input name", **more, **attrs}),
    )


def secret_field(
    label: str, *, help_text: str = "", is_password: bool = False, validated: bool = True
) -> Any:
    """A field for a secret. Whether it is needed is decided by what is kept already."""
    checks = [_PASSWORD if is_password else _TOKEN] if validated else []
    return forms.CharField(
        label=label,
        required=False,
        strip=not is_password,
        help_text=help_text,
        validators=checks,
        widget=forms.PasswordInput(attrs={**PLAIN, "class": "input"}, render_value=False),
    )


class ConnectionForm(forms.Form):
    """A connection: its fields, checked by their model, and its secrets."""

    kind: ClassVar[Kind]
    faults: ClassVar[Mapping[str, str]]  # field -> what to say when the model refuses it
    always_wanted: ClassVar[frozenset[str]] = (
        frozenset()
    )  # what must be there, but may be read from another field
    needed: ClassVar[Mapping[SecretName, str]] = {}  # secret that must be there -> what to say when it is not

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self.entered: AnyFields | None = None

    def model(self, values: dict[str, Any]) -> AnyFields:
        """The connection from the values of the form. Raises pydantic's ValidationError."""
        raise NotImplementedError

    @property
    def connection(self) -> AnyFields:
        """The fields of a valid form."""
        if self.entered is None:
            raise ValueError("the form is not valid")
        return self.entered

    @property
    def secrets(self) -> dict[SecretName, str]:
        """The secrets that were typed into a valid form."""
        names = self.secret_names
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    @property
    def secret_names(self) -> list[SecretName]:
        """The fields that are secrets, in their order on the page."""
        return [
            name  # type: ignore[misc]  # the fields of the forms with this widget have the vault's names
            for name, field in self.fields.items()
            if isinstance(field.widget, forms.PasswordInput)
        ]

    @property
    def wanted(self) -> frozenset[str]:
        """The fields that must be filled in, although Django does not ask for them: secrets that are not kept."""
        entered = self.entered or self._remembered()
        place = entered.bound_to if entered else ""
        missing = {str(name) for name in self.needed if not (place and self.kept(name, place))}
        return self.always_wanted | missing | {f"{name}_file" for name in missing}

    def _remembered(self) -> AnyFields | None:
        try:
            return self.model({name: self.initial.get(name, "") for name in self.fields})
        except (ValidationError, ValueError, KeyError):
            return None

    def clean(self) -> dict[str, Any]:
        """Build the connection, if every field is right by itself; ask for the secrets that are nowhere."""
        if not self.errors:
            try:
                self.entered = self.model(self.cleaned_data)
            except ValidationError as error:
                self._blame(error)
            else:
                self._ask_for_secrets(self.entered)
        return self.cleaned_data

    def _blame(self, error: ValidationError) -> None:
        for name in {str(fault["loc"][-1]) if fault["loc"] else "user" for fault in error.errors()}:
            known = name if name in self.fields else None
            self.add_error(known, self.faults.get(name, "This cannot be used: check it, and type it again."))

    def _ask_for_secrets(self, entered: AnyFields) -> None:
        for name, words in self.needed.items():
            if not self.cleaned_data.get(name) and not self.kept(name, entered.bound_to):
                self.add_error(name, words)


class GitHubForm(ConnectionForm):
    """Where repositories go, and with which token."""

    kind = "github"
    faults: ClassVar = {
        "owner": "Type an organisation's or a person's name as GitHub has it, without “github.com/”: letters, digits "
        "and hyphens, at most 39.",
        "api_url": "Type it like https://api.github.com.",
    }
    needed: ClassVar = {"github_token": "Type a token: none is kept for this address."}

    owner = text_field(
        "Owner", example="acme-demos", help_text="The organisation or person who will own the repositories."
    )
    github_token = secret_field(
        "Token", help_text="A classic token with the scopes repo and delete_repo, or a fine-grained one."
    )
    api_url = text_field("API address", required=False, inputmode="url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_home = settings.GITHUB_API_URL
        self.fields["api_url"].widget.attrs["placeholder"] = at_home
        self.fields["api_url"].help_text = (
            f"Leave it empty for {'github.com' if at_home == PUBLIC_GITHUB else at_home}. "
            "GitHub Enterprise: the address of its pages is enough."
        )

    def clean_api_url(self) -> str:
        """An address that the administrator allows."""
        return refused_by_field(github_api_url, self.cleaned_data["api_url"])

    def clean_owner(self) -> str:
        """The name, also out of a pasted address."""
        return (
            str(self.cleaned_data["owner"]).removeprefix("https://").removeprefix("github.com/").strip("/@")
        )

    def model(self, values: dict[str, Any]) -> GitHubFields:
        """The fields of GitHub."""
        return GitHubFields(api_url=values["api_url"], owner=values["owner"])


class DbtCloudForm(ConnectionForm):
    """Which dbt Cloud account, and with which tokens."""

    kind = "dbt_cloud"
    always_wanted = frozenset({"account_id"})
    faults: ClassVar = {
        "host": "Type it like https://ab123.us1.dbt.com.",
        "account_id": "Type the number that follows “/accounts/” in dbt Cloud's address.",
        "installation_id": "Type the number of the installation, or leave it empty.",
    }
    needed: ClassVar = {"dbt_cloud_token": "Type a token: none is kept for this address."}

    host = text_field(
        "Access URL",
        example="https://ab123.us1.dbt.com",
        inputmode="url",
        help_text="In dbt Cloud: Account settings, Account information. Any address of your account's pages will do.",
    )
    account_id = text_field(
        "Account ID",
        required=False,
        example="70403",
        inputmode="numeric",
        help_text="The number after “/accounts/”.",
    )
    dbt_cloud_token = secret_field(
        "Token",
        help_text="A service token with the permission set “Project creator”; on Starter a personal access token.",
    )
    dbt_cloud_user_token = secret_field(
        "Personal access token",
        help_text="Optional: only to look up the installation of dbt's GitHub App, which a service token cannot do.",
    )
    installation_id = text_field(
        "GitHub installation ID",
        required=False,
        inputmode="numeric",
        list="installations",
        help_text="Optional: with it, dbt Cloud reacts to pull requests. Without it, builds add a deploy key.",
    )

    def clean_host(self) -> str:
        """A host that the administrator allows."""
        return refused_by_field(access_url, self.cleaned_data["host"])

    def clean_account_id(self) -> str:
        """A number; taken from a pasted address if it is not typed."""
        return digits(
            str(self.cleaned_data["account_id"]) or account_in(str(self.data.get("host", ""))),
            self.faults["account_id"],
        )

    def clean_installation_id(self) -> str:
        """A number, or nothing."""
        typed = str(self.cleaned_data["installation_id"])
        return digits(typed, self.faults["installation_id"]) if typed else ""

    def model(self, values: dict[str, Any]) -> DbtCloudFields:
        """The fields of dbt Cloud."""
        return DbtCloudFields(
            host=values["host"],
            account_id=int(values["account_id"]),
            installation_id=int(values["installation_id"]) if values["installation_id"] else None,
        )


def digits(typed: str, words: str) -> str:
    """A number of at most 18 digits. Raises Django's ValidationError with these words."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 18):
        raise forms.ValidationError(words)
    return typed


def refused_by_field(read: Callable[[str], str], typed: str) -> str:
    """What `read` makes of an address; its refusal as the field's fault."""
    try:
        return read(typed)
    except AddressRefused as error:
        raise forms.ValidationError(f"{error.sentence} {error.hint}".strip()) from None
