"""What everything that a model writes has in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from typing_extensions import TypeAliasType

Type = Literal["integer", "number", "string", "date", "timestamp", "boolean"]

#: A list of texts. As a named type it stands in a schema once: schemas must be small.
Texts = TypeAliasType("Texts", list[str])


def _as_text(value: object) -> object:
    """JSON's own true, false and null as texts; numbers are left to pydantic."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


#: A cell of a row: text. What came as a JSON number, as true, false or null, says the same as a text.
CellText = Annotated[str, BeforeValidator(_as_text)]


class Answer(BaseModel):
    """A piece of a model's answer. "", 0, false and [] stand for nothing; unknown fields are dropped.

    Every field is required on the wire (see `portable_schema`); fields with a default may be left out all the same
    by a model that nobody holds to the schema. Shapes only, so that one schema suits every server: lengths and
    patterns are the plan's business.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_nothing(cls, data: object) -> object:
        """Take away nulls in fields that have a default: it means the same."""
        if not isinstance(data, dict):
            return data
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in data.items() if value is not None or name not in optional}
