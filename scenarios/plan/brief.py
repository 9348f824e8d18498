"""The brief: what the sales engineer typed about the prospect. Pure."""

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from scenarios.plan.names import Warehouse

NOTES_LIMIT = 20_000  # characters

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


class Brief(BaseModel):
    """The five inputs, the warehouse and the reference date. Notes are confidential: never logged."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    company: Short
    industry: Short
    warehouse: Warehouse = "snowflake"
    include_semantic_layer: bool = False
    discovery_notes: Notes = Field(default="", repr=False)
    pain_points: Notes = Field(default="", repr=False)
    as_of: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
