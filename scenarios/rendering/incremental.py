"""The incremental mart: configuration, the window of days to load again, one row per key. Pure."""

from collections.abc import Sequence

from scenarios.plan.outline import Incremental, Model, Outline
from scenarios.plan.portable import type_sql
from scenarios.rendering.sql_file import Cte, columns_list

_ASSEMBLED, _LOADED, _RANKED = "assembled", "in_window", "ranked"
_RANK = "row_rank"


def incremental_settings(outline: Outline) -> dict[str, str]:
    """The `config` of the mart. No strategy: each warehouse has a good default of its own."""
    return {
        "materialized": "'incremental'",
        "unique_key": f"'{outline.incremental.unique_key}'",
        "on_schema_change": "'append_new_columns'",
    }


def incremental_ctes(outline: Outline, model: Model, ctes: Sequence[Cte]) -> list[Cte]:
    """The mart's own steps, then: keep the window, rank rows of the same key, keep the newest.

    The plan's last step is called `final`; it gets another name, so that the file still ends with `final`.
    """
    taken = {cte.name for cte in ctes}
    assembled, in_window, ranked = (_free(name, taken) for name in (_ASSEMBLED, _LOADED, _RANKED))
    columns = [column.name for column in model.columns]
    rank = _free(_RANK, set(columns))
    plan = outline.incremental
    return [
        *ctes[:-1],
        Cte(assembled, ctes[-1].body, ctes[-1].note),
        Cte(in_window, f"{columns_list(columns)}\nfrom {assembled}\n{_window(plan, model)}"),
        Cte(
            ranked,
            _ranking(plan, columns, rank, in_window),
            "A key that arrives twice would break the merge.",
        ),
        Cte("final", f"{columns_list(columns)}\nfrom {ranked}\nwhere {rank} = 1"),
    ]


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_rows"
    return name


def _window(plan: Incremental, model: Model) -> str:
    """The filter of later runs.

    An empty table has no newest row: the early date lets everything in. A row without a cursor is taken again
    at each run, and replaced by its key, because nothing says whether it is new.
    """
    cursor = model.column(plan.cursor)
    kind = cursor.type if cursor else "date"
    target = type_sql(kind)
    early = "1900-01-01" if kind == "date" else "1900-01-01 00:00:00"
    newest = f"{{{{ dbt.dateadd('day', {-plan.lookback_days}, 'max(loaded.{plan.cursor})') }}}}"
    return "\n".join(
        [
            "{% if is_incremental() %}",
            f"    -- {_says(plan)}",
            "    where",
            f"        {plan.cursor} is null",
            f"        or {plan.cursor} >= (",
            "            select",
            "                coalesce(",
            f"                    cast({newest} as {target}),",
            f"                    cast('{early}' as {target})",
            "                )",
            "            from {{ this }} as loaded",
            "        )",
            "{% endif %}",
        ]
    )


def _says(plan: Incremental) -> str:
    if plan.lookback_days == 0:
        return "Only what is as new as the newest row, or newer."
    days = "day" if plan.lookback_days == 1 else f"{plan.lookback_days} days"
    return f"The last {days} are computed again, so that late and corrected rows arrive too."


def _ranking(plan: Incremental, columns: Sequence[str], rank: str, relation: str) -> str:
    """Number the rows of each key, newest first; the other columns decide between equals."""
    others = [name for name in columns if name not in (plan.unique_key, plan.cursor)]
    order = ",\n            ".join([f"{plan.cursor} desc nulls last", *(f"{name} asc" for name in others)])
    window = (
        "row_number() over (\n"
        f"        partition by {plan.unique_key}\n"
        f"        order by\n            {order}\n"
        f"    ) as {rank}"
    )
    return f"{columns_list([*columns, window])}\nfrom {relation}"
