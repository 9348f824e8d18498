"""A statement for any model, from its inputs, its columns and its grain.

The input that has the model's key as its own key, or as a column, is the base. Other inputs are joined: a parent
by its key, a child after adding it up per key of the base, anything else as one row of totals. When the key is
not the base's own, the base is grouped by it. Columns of the same name are passed on or added up; others get an
expression by name and type.
"""

from dataclasses import dataclass, field

from scenarios.ai.builtin.likeness import likeness
from scenarios.ai.builtin.synthetic_columns import Origin, aggregate, derived, passed
from scenarios.plan.names import ColumnType
from scenarios.plan.outline import Model, ModelColumn, Outline
from scenarios.plan.parts import ModelSql

SHARED = 4  # likeness of names that share a word


@dataclass
class Input:
    """A model or staging model that the statement may read."""

    name: str
    alias: str
    key: str
    columns: dict[str, ColumnType]
    cte: str = ""  # a step that adds it up first
    joined_on: str = ""  # empty for the base and for totals
    gives: dict[str, Origin] = field(default_factory=dict)  # columns it gives to the model

    @property
    def source(self) -> str:
        """What stands in the FROM."""
        return f"{self.alias} as {self.alias}" if self.cte else f"{self.name} as {self.alias}"


def synthetic_statement(outline: Outline, model: Model) -> ModelSql:
    """One SELECT that returns exactly the model's columns."""
    inputs = [_input(outline, name, number) for number, name in enumerate(model.inputs, start=1)]
    base = _base(model, inputs)
    others = [other for other in inputs if other is not base]
    for other in others:
        _join(base, other, model)
    grouped = base.key != model.primary_key and model.primary_key in base.columns
    sql = _statement(outline, model, base, others, grouped=grouped)
    return ModelSql(model=model.name, sql=sql)


def _input(outline: Outline, name: str, number: int) -> Input:
    other = outline.model(name)
    if other is not None:
        return Input(
            name, f"input_{number}", other.primary_key, {column.name: column.type for column in other.columns}
        )
    source = next(source for source in outline.sources if source.staging_model == name)
    key = source.column(source.primary_key)
    columns = {column.staged_name: column.type for column in source.columns}
    return Input(name, f"input_{number}", key.staged_name if key else source.primary_key, columns)


def _base(model: Model, inputs: list[Input]) -> Input:
    """The input at the model's grain; else one with the model's key; else the one with most of its columns."""
    wanted = {column.name for column in model.columns}

    def rank(candidate: Input) -> tuple[bool, bool, int]:
        own = candidate.key == model.primary_key
        return own, model.primary_key in candidate.columns, len(wanted & candidate.columns.keys())

    return max(inputs, key=rank)


def _join(base: Input, other: Input, model: Model) -> None:
    """Decide how the other input comes in: as a parent, added up as a child, or as one row of totals."""
    if other.key in base.columns:
        other.joined_on = other.key
        other.gives = {name: Origin(f"{other.alias}.{name}", kind) for name, kind in other.columns.items()}
        return
    on = base.key if base.key in other.columns else ""
    wanted = [column for column in model.columns if column.name not in base.columns]
    outputs = {"rows_found": f"count({other.alias}_rows.{other.key}) as rows_found"}
    for column in wanted:
        expression = aggregate(column, other.columns, f"{other.alias}_rows", other.key)
        if expression is not None and column.name != on and _speaks_of(column, other):
            outputs[column.name] = f"{expression} as {column.name}"
            other.gives[column.name] = Origin(f"{other.alias}.{column.name}", column.type)
    selected = [f"{other.alias}_rows.{on}", *outputs.values()] if on else list(outputs.values())
    other.joined_on = on
    other.cte = f"{other.alias} as (select {', '.join(selected)} from {other.name} as {other.alias}_rows"  # noqa: S608 - a statement of the plan, checked by the SQL gate
    other.cte += f" group by {other.alias}_rows.{on})" if on else ")"


def _speaks_of(column: ModelColumn, other: Input) -> bool:
    """Whether a column may come from adding up the other input: it counts, or shares a word with one of its columns."""
    return "count" in column.name or any(
        likeness(column.name, name) >= SHARED for name in [other.name, *other.columns]
    )


def _statement(outline: Outline, model: Model, base: Input, others: list[Input], *, grouped: bool) -> str:
    day = f"date '{outline.as_of.isoformat()}'"
    ctes = [other.cte for other in others if other.cte]
    gives = {name: origin for other in reversed(others) for name, origin in other.gives.items()}
    gives |= {name: Origin(f"{base.alias}.{name}", kind) for name, kind in base.columns.items()}
    outputs = [_output(column, model, base, gives, day, grouped=grouped) for column in model.columns]
    start = f"with {', '.join(ctes)} " if ctes else ""
    text = f"{start}select {', '.join(outputs)} from {base.source}"  # noqa: S608 - a statement of the plan, checked by the SQL gate
    for other in others:
        on = other.joined_on
        text += (
            f" left join {other.source} on {base.alias}.{on} = {other.alias}.{on}"
            if on
            else f" cross join {other.source}"
        )
    conditions = _used_anyway(outputs, base, others)
    if grouped:
        conditions.append(f"{base.alias}.{model.primary_key} is not null")
    if conditions:
        text += f" where {' and '.join(conditions)}"
    return f"{text} group by {base.alias}.{model.primary_key}" if grouped else text


def _used_anyway(outputs: list[str], base: Input, others: list[Input]) -> list[str]:
    """Conditions that keep every row, for joins of which no output uses a column."""
    unused = [other for other in others if not any(f"{other.alias}." in output for output in outputs)]
    return [
        f"({base.alias}.{base.key} is not null or {other.alias}.{'rows_found' if other.cte else other.key} is not null)"
        for other in unused
    ]


def _output(
    column: ModelColumn, model: Model, base: Input, gives: dict[str, Origin], day: str, *, grouped: bool
) -> str:
    if column.name == model.primary_key:
        return f"{_key(column, base)} as {column.name}"
    if grouped:
        columns = {name: origin.kind for name, origin in gives.items()}
        expression = aggregate(column, columns, "", base.key, gives) or derived(column, {}, day)
    else:
        expression = passed(column, gives) or derived(column, gives, day)
    return f"{expression} as {column.name}"


def _key(column: ModelColumn, base: Input) -> str:
    """The model's key; made of the base's own key where the base has no such column."""
    if column.name in base.columns:
        same = base.columns[column.name] == column.type
        return f"{base.alias}.{column.name}" if same else f"cast({base.alias}.{column.name} as {column.type})"
    if column.type == base.columns[base.key]:
        return f"{base.alias}.{base.key}"
    if column.type == "string":
        return f"cast({base.alias}.{base.key} as string)"
    if column.type == "integer":
        return f"row_number() over (order by {base.alias}.{base.key})"
    return f"cast({base.alias}.{base.key} as {column.type})"
