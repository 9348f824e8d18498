"""The files of the branch that fixes the planted defects, as an analytics engineer would write them. Pure."""

from collections.abc import Sequence
from typing import Any

from scenarios.plan.fixes import Fix, fixes_of
from scenarios.plan.outline import SourceTable
from scenarios.plan.parts import Plan
from scenarios.plan.repaired import delivered_rows
from scenarios.rendering.data_tests import idea_of
from scenarios.rendering.fix_steps import Steps
from scenarios.rendering.seeds import seed_csv, seed_path
from scenarios.rendering.sql_file import SqlFile, import_cte
from scenarios.rendering.staging import SETTLED, settling_ctes, staging_path
from scenarios.rendering.text import paragraphs, sentence
from scenarios.rendering.yaml_file import yaml_text

BASE_FOLDER = "models/staging/base"
_JOINED = "Names and types are settled in the base model."
_JOINED_AND_FIXED = "Names and types are settled in the base model; what the tests caught is fixed here."


def fix_files(plan: Plan) -> dict[str, str]:
    """The files that differ from `main`, by path; empty without scenarios.

    Staging models of fixed tables; base models of tables that a staging model has to join, with their
    properties; the seed of a table that delivers again.
    """
    fixes = fixes_of(plan)
    joined = [source for source in plan.outline.sources if source.table in _joined(plan, fixes)]
    files: dict[str, str] = {}
    for source in plan.outline.sources:
        own = [fix for fix in fixes if fix.scenario.table == source.table]
        if any(fix.strategy == "redeliver" for fix in own):
            files[seed_path(source.table)] = seed_csv(source, delivered_rows(plan)[source.table])
        if source in joined or any(fix.strategy not in (None, "redeliver") for fix in own):
            files[staging_path(source)] = _staging_sql(plan, source, own, joined)
    return files | _base_files(joined)


def base_model(source: SourceTable) -> str:
    """Name of a source table's base model: `base_{system}__{table}`."""
    return f"base_{source.system}__{source.table}"


def base_path(source: SourceTable) -> str:
    """Where the base model of a source table lies in the project."""
    return f"{BASE_FOLDER}/{base_model(source)}.sql"


def _joined(plan: Plan, fixes: Sequence[Fix]) -> set[str]:
    """Tables that need a base model: a staging model joins them, or joins to them."""
    tables: set[str] = set()
    for fix in fixes:
        if fix.strategy in ("known_parent", "empty_key"):
            source = plan.outline.source(fix.scenario.table)
            column = source.column(fix.scenario.column) if source else None
            tables |= {fix.scenario.table, column.references.table} if column and column.references else set()
    return tables


def _staging_sql(plan: Plan, source: SourceTable, fixes: Sequence[Fix], joined: Sequence[SourceTable]) -> str:
    """The staging model with its fixes, one step after the other."""
    own_base = source in joined
    columns = [column.staged_name for column in source.columns]
    start = (
        [import_cte(source.table, f"ref('{base_model(source)}')", columns)]
        if own_base
        else settling_ctes(source)
    )
    steps = Steps(source, start, {fix.scenario.name: _why(plan, fix) for fix in fixes})
    for fix in fixes:
        if fix.strategy in ("known_parent", "empty_key"):
            parent = _parent(plan, fix)
            steps.check_parent(fix, parent, base_model(parent))
    steps.correct([fix for fix in fixes if fix.strategy in ("map_codes", "placeholder", "empty_value")])
    steps.hold_back([fix for fix in fixes if fix.strategy == "hold_back"])
    steps.keep_first([fix for fix in fixes if fix.strategy == "keep_first"])
    based = _JOINED_AND_FIXED if fixes else _JOINED
    return SqlFile(
        comments=[sentence(source.staging_purpose), based if own_base else SETTLED],
        depends_on="" if own_base else source.table,
        ctes=steps.ctes,
    ).text()


def _parent(plan: Plan, fix: Fix) -> SourceTable:
    """The table that an orphan's key points to; `fix_of` gives such a fix only when there is one."""
    source = plan.outline.source(fix.scenario.table)
    column = source.column(fix.column) if source else None
    parent = plan.outline.source(column.references.table) if column and column.references else None
    if parent is None:
        raise KeyError(f"{fix.scenario.name} refers to a source table that does not exist")
    return parent


def _why(plan: Plan, fix: Fix) -> str:
    """The comment above a changed step: what was wrong, and what is done about it."""
    idea = idea_of(plan, fix.scenario)
    return f"{sentence(idea.title)} {fix.says}" if idea else fix.says


def _base_files(joined: Sequence[SourceTable]) -> dict[str, str]:
    if not joined:
        return {}
    files = {base_path(source): _base_sql(source) for source in joined}
    properties = {"version": 2, "models": [_base_properties(source) for source in joined]}
    return files | {f"{BASE_FOLDER}/schema.yml": yaml_text(properties)}


def _base_sql(source: SourceTable) -> str:
    return SqlFile(
        comments=[_says(source), "A staging model may join base models, but never another staging model."],
        depends_on=source.table,
        ctes=settling_ctes(source),
    ).text()


def _says(source: SourceTable) -> str:
    return f"{sentence(source.label)[:-1]} with settled names and types, before anything is fixed."


def _base_properties(source: SourceTable) -> dict[str, Any]:
    """Names, descriptions, and the tests of the key that joins rely on; the others stand on staging."""
    columns = []
    for column in source.columns:
        tests = {"data_tests": ["unique", "not_null"]} if column.name == source.primary_key else {}
        columns.append({"name": column.staged_name, "description": paragraphs(column.description), **tests})
    return {"name": base_model(source), "description": paragraphs(_says(source)), "columns": columns}
