"""Which calls write the details of an outline, and what each of them writes. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from scenarios.plan.outline import Outline

Kind = Literal["data", "sql", "semantic", "day_two", "talk_track"]

MOST_TABLES, MOST_MODELS = 3, 4  # in one call: more make answers too long, and the longest call sets the pace

_Item = TypeVar("_Item")
_ALONE: tuple[Kind, ...] = ("semantic", "day_two", "talk_track")


@dataclass(frozen=True)
class Ask:
    """One call: `keys` are the parts that it writes, `name` is its own.

    `tables` are the source tables that a data call is about, also when it writes no rows but only defects.
    """

    kind: Kind
    name: str
    keys: tuple[str, ...]
    tables: tuple[str, ...] = ()

    @property
    def models(self) -> tuple[str, ...]:
        """The models whose statements it writes."""
        return tuple(key.removeprefix("sql:") for key in self.keys if key.startswith("sql:"))

    @property
    def rows_of(self) -> tuple[str, ...]:
        """The tables whose rows it writes."""
        return tuple(key.removeprefix("rows:") for key in self.keys if key.startswith("rows:"))


def asks_for(outline: Outline, keys: Collection[str]) -> list[Ask]:
    """The calls for these parts, in the plan's order; `features` and keys that the outline lacks have none."""
    asks = [*_data(outline, keys), *_sql(outline, keys)]
    alone = [kind for kind in _ALONE if kind in keys and (kind != "semantic" or outline.semantic_layer)]
    return [*asks, *(Ask(kind, kind, (kind,)) for kind in alone)]


def _data(outline: Outline, keys: Collection[str]) -> list[Ask]:
    planted = {idea.table for idea in outline.quality} if "quality" in keys else set()
    tables = [
        source.table
        for source in outline.sources
        if f"rows:{source.table}" in keys or source.table in planted
    ]
    asks = []
    for number, group in enumerate(_groups(tables, MOST_TABLES), start=1):
        wanted = [f"rows:{table}" for table in group if f"rows:{table}" in keys]
        quality = ["quality"] if planted & set(group) else []
        asks.append(Ask("data", f"data:{number}", (*quality, *wanted), tuple(group)))
    return asks


def _sql(outline: Outline, keys: Collection[str]) -> list[Ask]:
    wanted = [f"sql:{model.name}" for model in outline.models if f"sql:{model.name}" in keys]
    groups = _groups(wanted, MOST_MODELS)
    return [Ask("sql", f"sql:{number}", tuple(group)) for number, group in enumerate(groups, start=1)]


def _groups(items: Sequence[_Item], most: int) -> list[list[_Item]]:
    """As few groups as possible, of sizes as equal as possible, larger ones first."""
    count = -(-len(items) // most)
    sizes = [len(items) // count + (number < len(items) % count) for number in range(count)] if count else []
    ends = [sum(sizes[: number + 1]) for number in range(count)]
    return [list(items[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
