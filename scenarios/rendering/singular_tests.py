"""Tests written as SQL, for planted defects that no generic test catches. Pure."""

from datetime import timedelta

from scenarios.plan.outline import SourceColumn, SourceTable
from scenarios.plan.parts import Plan, QualityScenario
from scenarios.plan.portable import type_sql
from scenarios.rendering.data_tests import GENERIC, idea_of
from scenarios.rendering.project_file import QUALITY_TAG, SEVERITY_VAR
from scenarios.rendering.sql_file import Cte, SqlFile, columns_list, import_cte
from scenarios.rendering.text import number_text, sentence

_CONFIG = {"severity": f"var('{SEVERITY_VAR}', 'warn')", "tags": f"['{QUALITY_TAG}']"}


def singular_path(scenario: QualityScenario) -> str:
    """Where a singular test lies: the file's name is the test's name."""
    return f"tests/{scenario.test_name}.sql"


def is_singular(scenario: QualityScenario) -> bool:
    """Whether a scenario's test is a SQL file of its own."""
    return scenario.kind not in GENERIC


def singular_files(plan: Plan) -> dict[str, str]:
    """One SQL file per scenario that needs one. Raises KeyError when a scenario's place does not exist."""
    return {singular_path(s): _test_sql(plan, s) for s in plan.quality.scenarios if is_singular(s)}


def _test_sql(plan: Plan, scenario: QualityScenario) -> str:
    source = _source(plan, scenario)
    idea = idea_of(plan, scenario)
    if scenario.kind == "stale":
        steps, says = _stale(plan, scenario, source)
    else:
        steps, says = _breaking_rows(scenario, source)
    comments = [sentence(idea.title) if idea else "", says]
    imported = import_cte(source.table, f"ref('{source.staging_model}')", _used(scenario, source))
    return SqlFile(ctes=[imported, *steps], comments=comments, config=_CONFIG).text()


def _source(plan: Plan, scenario: QualityScenario) -> SourceTable:
    source = plan.outline.source(scenario.table)
    if source is None:
        raise KeyError(f"{scenario.name} names the source table {scenario.table}, which does not exist")
    return source


def _column(source: SourceTable, name: str | None) -> SourceColumn:
    column = source.column(name or "")
    if column is None:
        raise KeyError(f"{source.table} has no column {name}")
    return column


def _used(scenario: QualityScenario, source: SourceTable) -> list[str]:
    """The staged columns that the test reads."""
    names = [] if scenario.kind == "stale" else [source.primary_key]
    names += [scenario.column, *([scenario.later_column] if scenario.later_column else [])]
    return list(dict.fromkeys(_column(source, name).staged_name for name in names))


def _breaking_rows(scenario: QualityScenario, source: SourceTable) -> tuple[list[Cte], str]:
    """Rows that break the rule, with their key. A null breaks nothing: a not_null test is for that."""
    column = _column(source, scenario.column)
    if scenario.kind == "impossible_dates":
        later = _column(source, scenario.later_column)
        condition, says = _order(column, later)
    else:
        condition, says = _range(scenario, column.staged_name)
    body = f"{columns_list(_used(scenario, source))}\nfrom {source.table}\nwhere{condition}"
    return [Cte("final", body)], says


def _order(column: SourceColumn, later: SourceColumn) -> tuple[str, str]:
    says = f"Fails for each row whose {column.staged_name} lies after its {later.staged_name}."
    return f" {order_sql(column, later, '>')}", says


def order_sql(column: SourceColumn, later: SourceColumn, sign: str) -> str:
    """Two dates compared in staging names; a day and a moment are compared as moments."""
    first, second = column.staged_name, later.staged_name
    if column.type == later.type:
        return f"{first} {sign} {second}"
    moment = type_sql("timestamp")
    return f"cast({first} as {moment}) {sign} cast({second} as {moment})"


def _range(scenario: QualityScenario, column: str) -> tuple[str, str]:
    limits = []
    if scenario.minimum is not None:
        limits.append((f"{column} < {limit_sql(scenario.minimum)}", f"below {limit_sql(scenario.minimum)}"))
    if scenario.maximum is not None:
        limits.append((f"{column} > {limit_sql(scenario.maximum)}", f"above {limit_sql(scenario.maximum)}"))
    if not limits:
        raise KeyError(f"{scenario.name} has neither a minimum nor a maximum")
    both = "\n    " + "\n    or ".join(sql for sql, _ in limits)
    return (
        both if len(limits) > 1 else f" {limits[0][0]}",
        f"Fails for each row whose {column} is {' or '.join(words for _, words in limits)}.",
    )


def limit_sql(value: float) -> str:
    """A limit of a range as SQL."""
    return number_text(int(value) if float(value).is_integer() else value)


def _stale(plan: Plan, scenario: QualityScenario, source: SourceTable) -> tuple[list[Cte], str]:
    """One row with the newest value when that is older than allowed, counted from the demo's own today."""
    column = _column(source, scenario.column)
    today = plan.outline.as_of
    oldest = today - timedelta(days=scenario.max_age_days or 0)
    literal = f"'{oldest.isoformat()}'" if column.type == "date" else f"'{oldest.isoformat()} 00:00:00'"
    newest = "newest_value"
    steps = [
        Cte("newest", f"select max({column.staged_name}) as {newest}\nfrom {source.table}"),
        Cte(
            "final",
            f"select {newest}\nfrom newest\nwhere {newest} < cast({literal} as {type_sql(column.type)})",
        ),
    ]
    says = (
        f"Fails when the newest {column.staged_name} is more than {scenario.max_age_days} days older than "
        f"{today.isoformat()}, the day this demo plays on."
    )
    return steps, says
