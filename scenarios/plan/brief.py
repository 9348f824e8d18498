"""The brief: what the sales engineer typed about the prospect. Pure."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from scenarios.plan.folding import fold
from scenarios.plan.name_patterns import characters_of, shares_a_word
from scenarios.plan.names import Depth, Warehouse, slug
from scenarios.plan.real_name import RealName

NOTES_LIMIT = 20_000  # characters
ALIAS_LIMIT = 60  # characters of a codename

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # lone surrogates are no text either


def _fold(value: object) -> object:
    return " ".join(_CONTROL.sub(" ", value).split()) if isinstance(value, str) else value


def _clean(value: object) -> object:
    return _CONTROL.sub("", value.replace("\r\n", "\n")) if isinstance(value, str) else value


#: Free text of several lines. Line ends are \n, control characters are dropped.
Notes = Annotated[
    str, BeforeValidator(_clean), StringConstraints(max_length=NOTES_LIMIT, strip_whitespace=True)
]
#: One line.
Short = Annotated[str, BeforeValidator(_fold), StringConstraints(min_length=1, max_length=120)]


def _folded_or_none(value: object) -> object:
    folded = _fold(value)
    return None if folded == "" else folded


#: One line, or nothing.
Alias = Annotated[
    Annotated[str, StringConstraints(max_length=ALIAS_LIMIT)] | None, BeforeValidator(_folded_or_none)
]


def alias_fault(alias: str, company: str) -> str:
    """Why `alias` cannot stand for `company`, as a sentence; "" when it can."""
    if not re.search("[a-z]", slug(alias, fallback="")):
        return "It needs letters from A to Z: repository and project are named after it."
    one, other = (characters_of(fold(name).text) for name in (alias, company))
    if one in other or (other and other in one) or RealName(company).find(alias):
        return "It must neither contain the company's name nor be a part of it."
    if shares_a_word(alias, company):
        return "It must not share a telling word with the company's name."
    return ""


class Brief(BaseModel):
    """The five inputs, the warehouse and the reference date. Notes are confidential: never logged."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    company: Short
    industry: Short
    warehouse: Warehouse = "snowflake"
    include_semantic_layer: bool = False
    discovery_notes: Notes = Field(default="", repr=False)
    pain_points: Notes = Field(default="", repr=False)
    depth: Depth = "standard"
    codename: Alias = None  # an alias: the demo then carries only this name
    as_of: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]

    @field_validator("codename")
    @classmethod
    def _hides_the_company(cls, alias: str | None, info: ValidationInfo) -> str | None:
        if alias and (fault := alias_fault(alias, info.data.get("company", ""))):
            raise PydanticCustomError("codename", "{fault}", {"fault": fault})
        return alias

    @property
    def real_name(self) -> RealName:
        """The company's name as something to look for, with the short form that the notes use."""
        return RealName(self.company, heard=f"{self.discovery_notes}\n{self.pain_points}")

    def disguise(self, text: str) -> str:
        """`text` with the codename in place of the company's name in any form; without a codename, `text`."""
        hidden = self.codename and self.codename != self.company
        return self.real_name.replace(text, self.codename) if hidden and self.codename else text

    def disguised(self) -> Self:
        """The brief as a provider gets it: it carries only the codename, as company too. Without one, itself.

        `codename` stays set, so that a provider knows that nothing may be quoted.
        """
        if not self.codename or self.codename == self.company:
            return self
        name = self.real_name
        told = {
            field: name.replace(getattr(self, field), self.codename)
            for field in ("industry", "discovery_notes", "pain_points")
        }
        return self.model_copy(update={**told, "company": self.codename})
