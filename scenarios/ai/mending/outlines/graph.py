"""How the models of an outline build on each other: inputs, layers, loops, what nobody reads, materialization. Pure."""

from collections import Counter

import networkx as nx

from scenarios.ai.mending.outlines.columns import date_columns, shared
from scenarios.ai.mending.outlines.draft import Data, Draft, names_of, staged, staging_of
from scenarios.plan.words import model_place, source_place

MOST_SOURCES, FEWEST_SOURCES = 5, 3
MOST_MODELS, FEWEST_MODELS = 12, 3
_MOST_INPUTS = 6


def mend_graph(draft: Draft) -> None:
    """Make the models a graph that the rules accept, as far as its pieces allow, in place."""
    _fewer_sources(draft)
    _fewer_models(draft)
    for model in draft.models:
        _known_inputs(draft, model)
    for model in list(draft.models):
        _layered(draft, model)
    _without_loops(draft)
    for model in draft.models:
        _some_input(draft, model)
    _read_everything(draft)
    mend_incremental(draft)


def _fewer_sources(draft: Draft) -> None:
    """Cut the sources that fewest models read and fewest tables refer to; later ones first."""
    over = len(draft.sources) - MOST_SOURCES
    if over <= 0:
        return
    weights = _weights(draft)
    order = list(draft.sources)
    for gone in sorted(order, key=lambda s: (weights[s["table"]], -order.index(s)))[:over]:
        draft.sources.remove(gone)
        draft.said.at(source_place(gone["table"])).add(
            f"it is left out: a demo has at most {MOST_SOURCES} sources."
        )
        for other in draft.sources:
            for column in other["columns"]:
                if column["refers_to"] == gone["table"]:
                    column["refers_to"] = ""
        _forget_input(draft, staging_of(gone))
        draft.data["defects"] = [idea for idea in draft.data["defects"] if idea["table"] != gone["table"]]


def _weights(draft: Draft) -> Counter[str]:
    """How often each source is read or referred to."""
    known = draft.words.get("inputs", {})
    tables = {staging: source["table"] for staging, source in draft.stagings().items()}
    read = [
        known.get(name.strip().casefold(), name.strip()) for model in draft.models for name in model["inputs"]
    ]
    found = Counter(tables[name] for name in read if name in tables)
    found.update(c["refers_to"] for s in draft.sources for c in s["columns"] if c["refers_to"])
    return found


def _forget_input(draft: Draft, name: str) -> None:
    for model in draft.models:
        model["inputs"] = [
            each for each in model["inputs"] if draft.words.get("inputs", {}).get(each) != name
        ]
    for known in draft.words.values():
        for word in [word for word, meant in known.items() if meant == name]:
            del known[word]


def _fewer_models(draft: Draft) -> None:
    """Cut models that nothing builds on, those at the end first."""
    while len(draft.models) > MOST_MODELS:
        read = {name for model in draft.models for name in model["inputs"]}
        later = [m for m in reversed(draft.models) if m["name"] not in read]
        gone = next((m for m in later if not _is_incremental(draft, m)), draft.models[-1])
        _leave_out(draft, gone, f"it is left out: a demo has at most {MOST_MODELS} models.")


def _is_incremental(draft: Draft, model: Data) -> bool:
    return draft.meant("models", draft.data["incremental"]["model"], [model["name"]]) == model["name"]


def _leave_out(draft: Draft, model: Data, sentence: str) -> None:
    draft.models.remove(model)
    draft.said.at(model_place(model["name"])).add(sentence)
    for other in draft.models:
        other["inputs"] = [name for name in other["inputs"] if name != model["name"]]
        for column in other["columns"]:
            if column["refers_to"] == model["name"]:
                column["refers_to"] = ""


def _known_inputs(draft: Draft, model: Data) -> None:
    """Every input is a staging model or another model, named once."""
    choices = [*draft.stagings(), *(m["name"] for m in draft.models if m is not model)]
    made: list[str] = []
    said = draft.said.at(model_place(model["name"]))
    for written in model["inputs"]:
        own = draft.words.get("models", {}).get(written.strip().casefold()) == model["name"]
        found = None if own else draft.meant("inputs", written, choices)
        if found is None:
            said.add(f"it cannot read “{written[:63]}”, which is not in the project.")
        elif found != written:
            said.add(f"it reads {found}; “{written[:63]}” is not in the project.")
        if found is not None and found not in made:
            made.append(found)
    if len(made) < len(set(model["inputs"])) or len(made) > _MOST_INPUTS:
        said.add(f"its inputs are named once, at most {_MOST_INPUTS} of them.")
    if made[:_MOST_INPUTS] != model["inputs"]:
        model["inputs"] = made[:_MOST_INPUTS]


def _layered(draft: Draft, model: Data) -> None:
    """Intermediates do not read marts; marts read staging through an intermediate."""
    said, marts = draft.said.at(model_place(model["name"])), {m["name"] for m in draft.layer("marts")}
    if model["layer"] == "intermediate":
        kept = [name for name in model["inputs"] if name not in marts]
        if kept != model["inputs"]:
            said.add("an intermediate model does not read marts.")
            model["inputs"] = kept
        return
    stagings = draft.stagings()
    made: list[str] = []
    for name in model["inputs"]:
        through = _through(draft, name) if name in stagings else name
        if through != name:
            said.add(f"it reads {name} through {through or 'an intermediate model'}.")
        if through is not None and through not in made:
            made.append(through)
    model["inputs"] = made


def _through(draft: Draft, staging: str) -> str | None:
    """An intermediate model that reads this staging model; a plain one is added where there is none."""
    known = [m for m in draft.layer("intermediate") if staging in m["inputs"]]
    if known:
        return str(known[0]["name"])
    if len(draft.models) >= MOST_MODELS:
        return None
    return str(_add_plain(draft, staging)["name"])


def _add_plain(draft: Draft, staging: str) -> Data:
    """An intermediate model that passes a staging model on."""
    source = draft.stagings()[staging]
    taken = {m["name"] for m in draft.models}
    name = next(n for n in (f"int_{source['table']}", f"int_{source['table']}_prepared") if n not in taken)
    columns = [
        {**column, "name": staged(column), "rename": "", "refers_to": "", "unique": False, "values": []}
        for column in source["columns"]
    ]
    key = next(
        c["name"] for c, s in zip(columns, source["columns"], strict=True) if s["name"] == source["key"]
    )
    model = {
        "name": name, "layer": "intermediate", "kind": "view", "purpose": source["staging"], "grain":
        f"one row of {source['table']}"[:200], "key": key, "inputs": [staging], "columns": columns, "questions": [],
    }  # fmt: skip
    draft.models.insert(len(draft.layer("intermediate")), model)
    draft.said.at(model_place(name)).add(f"it is added, so that marts can read {staging} through it.")
    return model


def _without_loops(draft: Draft) -> None:
    """Take away the inputs that close a circle, later models' first."""
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(m["name"] for m in draft.models)
    for model in draft.models:
        kept = []
        for name in model["inputs"]:
            if name == model["name"] or (name in graph and nx.has_path(graph, model["name"], name)):
                draft.said.at(model_place(model["name"])).add(
                    f"it does not read {name}: that would be a circle."
                )
                continue
            graph.add_edge(name, model["name"])
            kept.append(name)
        model["inputs"] = kept


def _some_input(draft: Draft, model: Data) -> None:
    """A model that reads nothing reads what has most columns in common with it."""
    if model["inputs"]:
        return
    tables = draft.stagings() if model["layer"] == "intermediate" else {}
    if model["layer"] == "marts":
        tables = {m["name"]: m for m in draft.layer("intermediate")}
    if tables:
        best = max(tables, key=lambda name: shared(model, tables[name]))
        model["inputs"] = [best]
        draft.said.at(model_place(model["name"])).add(f"it had no input and reads {best}.")


def _read_everything(draft: Draft) -> None:
    """Sources and intermediates that nobody reads are read by the nearest model, or left out."""
    for staging, source in draft.stagings().items():
        if not _is_read(draft, staging):
            readers = draft.layer("intermediate")
            _wire(draft, staging, source, readers) or _leave_source_out(draft, source)
    for model in list(draft.layer("intermediate")):
        if not _is_read(draft, model["name"]):
            readers = draft.layer("marts")
            if not _wire(draft, model["name"], model, readers) and len(draft.models) > FEWEST_MODELS:
                _leave_out(draft, model, "it is left out: no mart reads it.")


def _is_read(draft: Draft, name: str) -> bool:
    return any(name in model["inputs"] for model in draft.models)


def _wire(draft: Draft, name: str, table: Data, readers: list[Data]) -> bool:
    """Add an input to the reader that has most in common with the table; whether there was one with room."""
    fit = [reader for reader in readers if len(reader["inputs"]) < _MOST_INPUTS]
    if not fit:
        return False
    best = max(fit, key=lambda reader: max(shared(reader, table), _related(draft, reader, table)))
    best["inputs"].append(name)
    draft.said.at(model_place(best["name"])).add(f"it reads {name}, too: no other model did.")
    return True


def _related(draft: Draft, reader: Data, source: Data) -> int:
    """How many of a reader's sources refer to this one, or the other way round."""
    theirs = [s for name, s in draft.stagings().items() if name in reader["inputs"]]
    pairs = [(one, other) for one in theirs for other in (source,)]
    return sum(
        2 * any(c["refers_to"] == b.get("table") for c in a["columns"])
        for one, other in pairs
        for a, b in ((one, other), (other, one))
    )


def _leave_source_out(draft: Draft, source: Data) -> bool:
    referred = any(c["refers_to"] == source["table"] for s in draft.sources for c in s["columns"])
    if len(draft.sources) <= FEWEST_SOURCES or referred:
        return False
    draft.sources.remove(source)
    draft.data["defects"] = [idea for idea in draft.data["defects"] if idea["table"] != source["table"]]
    draft.said.at(source_place(source["table"])).add("it is left out: no model reads it.")
    return True


def mend_incremental(draft: Draft) -> None:
    """Materialization by layer, and exactly one incremental mart, on one of its dates."""
    rule, marts = draft.data["incremental"], draft.layer("marts")
    said = draft.said.at("Incremental model")
    dated = [mart for mart in marts if date_columns(mart)]
    names = [mart["name"] for mart in marts]
    found = draft.meant("models", rule["model"], names)
    chosen = draft.model(found or "")
    if chosen is None or not date_columns(chosen):
        chosen = next((m for m in dated if m["kind"] == "incremental"), dated[0] if dated else chosen)
    if chosen is None:
        return
    if rule["model"] != chosen["name"]:
        said.add(f"it is {chosen['name']}, a mart with a date column.")
        rule["model"] = chosen["name"]
    _cursor(draft, rule, chosen)
    if not 0 <= rule["lookback_days"] <= 90:
        rule["lookback_days"] = min(max(rule["lookback_days"], 0), 90)
        said.add(f"its lookback is {rule['lookback_days']} days: 0 to 90 are possible.")
    for model in draft.models:
        _materialized(draft, model, chosen)


def _cursor(draft: Draft, rule: Data, mart: Data) -> None:
    dates = date_columns(mart)
    if rule["cursor"] in dates or not dates:
        return
    found = draft.meant(f"columns of {mart['name']}", rule["cursor"], names_of(mart))
    cursor = found if found in dates else next((d for d in dates if d == rule["cursor"]), dates[0])
    draft.said.at("Incremental model").add(f"its cursor is {cursor}, a date of {mart['name']}.")
    rule["cursor"] = cursor


def _materialized(draft: Draft, model: Data, chosen: Data) -> None:
    wanted = "incremental" if model is chosen else "table"
    if model["layer"] == "intermediate":
        wanted = model["kind"] if model["kind"] in ("view", "ephemeral") else "view"
    if model["kind"] != wanted:
        draft.said.at(model_place(model["name"])).add(f"it is a model of kind {wanted}, not {model['kind']}.")
        model["kind"] = wanted
