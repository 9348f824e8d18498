"""Names of an outline: legal, none twice, prefixed by layer. Who used them is mended by the later steps. Pure."""

import re

from scenarios.ai.mending.names import legal_name, snake
from scenarios.ai.mending.outlines.draft import Data, Draft, staging_of
from scenarios.plan.rules.names import NAME_LIMIT
from scenarios.plan.words import model_place, source_place

_OURS = re.compile(r"^(?:(?:stg|int|fct|dim|base)_)+")
_TIME_SPINE = re.compile(r"^(?:metricflow_)?time_spine")
_PREFIXES = {"intermediate": ("int_",), "marts": ("fct_", "dim_")}


def mend_names(draft: Draft) -> None:
    """Give everything a legal name of its own, in place."""
    taken: set[str] = set()
    for source in draft.sources:
        _source(draft, source, taken)
    for model in draft.models:
        _model(draft, model, taken)
    _plain(draft, "metrics", "Metric", taken)
    _plain(draft, "defects", "Quality scenario", set())


def _rename(draft: Draft, kind: str, thing: Data, field: str, name: str, place: str) -> None:
    written = str(thing[field])
    draft.called(kind, written, name)
    if written != name:
        draft.said.at(place).add(f"“{written[:63]}” is called {name}.")
        thing[field] = name


def _source(draft: Draft, source: Data, taken: set[str]) -> None:
    before = staging_of(source)
    place = source_place(str(source["table"])[:63])
    system = legal_name(source["system"], word="system", alias=False, limit=24)
    _rename(draft, "systems", source, "system", system, place)
    room = NAME_LIMIT - len(f"stg_{system}__")
    written = _without_ours(str(source["table"]), f"{system}__")
    name = legal_name(written, word="records", taken=taken, alias=False, limit=room)
    written_before = str(source["table"])
    _rename(draft, "tables", source, "table", name, place)
    for word in (before, staging_of(source), f"stg_{written_before}", f"stg_{name}", written_before, name):
        draft.called("inputs", word, staging_of(source))
    taken |= {name, staging_of(source)}
    _source_columns(draft, source)


def _without_ours(name: str, system: str) -> str:
    """A source is not called like a model."""
    plain = snake(name)
    if not (_OURS.match(plain) or _TIME_SPINE.match(plain)):
        return name
    kept = _OURS.sub("", plain).removeprefix(snake(system)).strip("_")
    return f"{kept}_records" if _TIME_SPINE.match(kept) or not kept else kept


def _source_columns(draft: Draft, source: Data) -> None:
    """Raw names first; a raw name that is a keyword stays and is renamed in staging."""
    table, one = source["table"], singular(source["table"])
    place, kind = source_place(table), f"columns of {table}"
    raw: set[str] = set()
    for column in source["columns"]:
        name = legal_name(column["name"], word="value", before=one, taken=raw, alias=False)
        _rename(draft, kind, column, "name", name, place)
        raw.add(name)
    kept = {c["name"] for c in source["columns"] if not c["rename"].strip()}
    for column in source["columns"]:
        written = column["rename"].strip()
        others = kept - ({column["name"]} if not written else set())
        name = legal_name(written or column["name"], word="value", before=one, taken=others)
        if name != (written or column["name"]):
            draft.said.at(place).add(f"{column['name']} is called {name} from staging on.")
            column["rename"] = name
        draft.called(kind, name, column["name"])
        kept = kept | {name}


def _model(draft: Draft, model: Data, taken: set[str]) -> None:
    place = model_place(str(model["name"])[:63])
    prefixes = _PREFIXES[model["layer"]]
    written = str(model["name"])
    plain = snake(written)
    if not plain.startswith(prefixes):
        written = _prefix(model, prefixes) + (_OURS.sub("", plain) or "rows")
    name = legal_name(written, word="rows", taken=taken, alias=False)
    _rename(draft, "models", model, "name", name, place)
    draft.called("inputs", str(written), name)
    for word, known in list(draft.words.get("models", {}).items()):
        draft.words.setdefault("inputs", {}).setdefault(word, known)
    taken.add(name)
    _model_columns(draft, model, place)


def _prefix(model: Data, prefixes: tuple[str, ...]) -> str:
    """A mart with numbers is a fact, one without a dimension."""
    if prefixes == ("int_",):
        return "int_"
    has_numbers = any(column["type"] == "number" for column in model["columns"])
    return "fct_" if has_numbers or model["kind"] == "incremental" else "dim_"


def _model_columns(draft: Draft, model: Data, place: str) -> None:
    kind = f"columns of {model['name']}"
    used: set[str] = set()
    one = singular(_OURS.sub("", model["name"]))
    for column in model["columns"]:
        name = legal_name(column["name"], word="value", before=one, taken=used)
        _rename(draft, kind, column, "name", name, place)
        used.add(name)


def _plain(draft: Draft, kind: str, word: str, taken: set[str]) -> None:
    for thing in draft.data[kind]:
        place = f"{word} {str(thing['name'])[:63]}"
        name = legal_name(thing["name"], word=word.split(maxsplit=1)[0].lower(), taken=taken, alias=False)
        _rename(draft, kind, thing, "name", name, place)
        taken.add(name)


def singular(table: str) -> str:
    """One of the things in a table: orders → order."""
    if table.endswith("ies"):
        return f"{table[:-3]}y"
    return table[:-1] if table.endswith("s") and not table.endswith("ss") else table
