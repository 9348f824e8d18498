"""Columns of an outline: keys, references, types, accepted values, how many there are. Pure."""

from collections.abc import Iterable

from scenarios.ai.mending.outlines.draft import Data, Draft, column_of, names_of, staged
from scenarios.ai.mending.outlines.naming import singular
from scenarios.ai.mending.said import Said
from scenarios.ai.mending.texts import LINE
from scenarios.plan.words import TYPE_WORDS, all_of, model_place, source_place

_MOST = {"sources": 16, "models": 24}
_KEY_TYPES = {"sources": ("integer", "string"), "models": ("integer", "string", "date", "timestamp")}
_MOST_VALUES = 12


def mend_columns(draft: Draft) -> None:
    """Keys, then references, then what columns say of their values, in place."""
    for kind, owners in (("sources", draft.sources), ("models", draft.models)):
        for owner in owners:
            said = draft.said.at(_place(kind, owner))
            _key(draft, kind, owner, said)
            _fewer(kind, owner, said)
            for column in owner["columns"]:
                _values(owner, column, draft.said.at(_place(kind, owner, column["name"])))
    for _ in range(2):  # a key that refers to another key takes its type, and passes it on
        for kind, owners in (("sources", draft.sources), ("models", draft.models)):
            for owner in owners:
                for column in owner["columns"]:
                    _reference(draft, kind, owner, column)


def _place(kind: str, owner: Data, column: str = "") -> str:
    return (
        source_place(owner["table"], column or None)
        if kind == "sources"
        else model_place(owner["name"], column or None)
    )


def name_of(kind: str, owner: Data) -> str:
    """The name of a source or a model."""
    return owner["table"] if kind == "sources" else owner["name"]


def _key(draft: Draft, kind: str, owner: Data, said: Said) -> None:
    written = str(owner["key"])
    found = (
        draft.meant(f"columns of {name_of(kind, owner)}", written, names_of(owner))
        if written.strip()
        else None
    )
    column = column_of(owner, found or "")
    if column is None or (column["type"] not in _KEY_TYPES[kind] and column["type"] != "number"):
        column = _plausible(kind, owner)
    if column is None:
        return
    if column["type"] == "number":
        column["type"] = "integer"
        said.add(f"the primary key {column['name']} is a whole number.")
    if owner["key"] != column["name"]:
        said.add(f"its primary key is {column['name']}, not “{written[:63]}”.")
        owner["key"] = column["name"]
    if column["values"]:
        column["values"] = []
        said.add(f"the primary key {column['name']} has no accepted values.")


def _plausible(kind: str, owner: Data) -> Data | None:
    """The first column that looks like a key."""
    fit = [column for column in owner["columns"] if column["type"] in _KEY_TYPES[kind]]
    one = singular(name_of(kind, owner).removeprefix("int_").removeprefix("fct_").removeprefix("dim_"))
    wishes = [
        [c for c in fit if c["name"] in (f"{one}_id", f"{one}_key", "id")],
        [
            c
            for c in fit
            if c["name"].endswith(("_id", "_key", "_number", "_code")) and not c["refers_to"].strip()
        ],
        [c for c in fit if c["name"].endswith("_id")],
        [c for c in fit if not c["values"]],
        fit,
    ]
    return next((found[0] for found in wishes if found), None)


def _fewer(kind: str, owner: Data, said: Said) -> None:
    most = _MOST[kind]
    if len(owner["columns"]) <= most:
        return
    kept = [column for column in owner["columns"] if column["name"] == owner["key"]]
    others = [column for column in owner["columns"] if column["name"] != owner["key"]]
    kept += others[: most - len(kept)]
    gone = [column["name"] for column in owner["columns"] if column not in kept]
    owner["columns"] = [column for column in owner["columns"] if column in kept]
    said.add(f"it has at most {most} columns: {all_of(gone)} left out.")


def _values(owner: Data, column: Data, said: Said) -> None:
    values = [" ".join(value.replace("'", "").replace("\\", "").split())[:LINE] for value in column["values"]]
    values = list(dict.fromkeys(value for value in values if value))[:_MOST_VALUES]
    if values != column["values"]:
        said.add("its accepted values are each listed once, without apostrophes.")
        column["values"] = values
    if values and column["type"] != "string":
        said.add(f"it is {TYPE_WORDS[column['type']]}, so it has no accepted values.")
        column["values"] = []
    if column["unique"] and (column["type"] == "boolean" or column["values"]) and "table" in owner:
        said.add("ten rows cannot be unique with these few values.")
        column["unique"] = False


def _reference(draft: Draft, kind: str, owner: Data, column: Data) -> None:
    written = column["refers_to"].strip()
    if not written:
        return
    said = draft.said.at(_place(kind, owner, column["name"]))
    word = written.split(".")[0] if "." in written else written
    others = {name_of(kind, other): other for other in (draft.sources if kind == "sources" else draft.models)}
    if kind == "models":
        others.pop(owner["name"], None)
        word = _model_of(draft, word, others)
    found = draft.meant("tables" if kind == "sources" else "models", word, others)
    parent = others.get(found or "")
    key = column_of(parent, parent["key"]) if parent else None
    if parent is None or key is None or key is column:
        said.add(f"it refers to {written[:63]}, which is no other table: the reference is left out.")
        column["refers_to"] = ""
        return
    if column["refers_to"] != found:
        said.add(f"it refers to {found}, not to “{written[:63]}”.")
        column["refers_to"] = found
    if column["type"] != key["type"]:
        _same_type(owner, column, key, said)


def _model_of(draft: Draft, word: str, others: Iterable[str]) -> str:
    """A model whose column refers to a source or a staging model means the mart of the same thing."""
    stem = word.rsplit("__", maxsplit=1)[-1]
    likely = [f"{prefix}_{each}" for prefix in ("dim", "fct", "int") for each in (stem, f"{stem}s")]
    return next((name for name in likely if name in others), word)


def _same_type(owner: Data, column: Data, key: Data, said: Said) -> None:
    said.add(f"it is {TYPE_WORDS[key['type']]}, as the key that it refers to.")
    column["type"] = key["type"]
    if key["type"] != "string":
        column["values"] = []


def date_columns(owner: Data) -> list[str]:
    """Names of the date columns of a source or a model."""
    return [column["name"] for column in owner["columns"] if column["type"] in ("date", "timestamp")]


def shared(one: Data, other: Data) -> int:
    """How many names of columns two tables have in common, keys counting more."""
    names = {staged(column) for column in one["columns"]}
    others = {staged(column) for column in other["columns"]}
    return len(names & others) + 2 * (one["key"] in others) + 2 * (other["key"] in names)
