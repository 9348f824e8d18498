"""A branch's database beside the one of main's first run. Runs only inside a confined process."""

from collections.abc import Sequence

import duckdb

from scenarios.proof.compare import Table, change_of, likely_key
from scenarios.proof.evidence import Compared, ManifestNode
from scenarios.proof.forks import OnNode
from scenarios.proof.look import stored_nodes
from scenarios.proof.metrics import MetricReader
from scenarios.proof.place import Place
from scenarios.proof.request import Job
from scenarios.proof.rows import TooLongError, read_table

Connection = duckdb.DuckDBPyConnection


def compare(
    main: Connection,
    branch: Connection,
    nodes: Sequence[ManifestNode],
    place: Place,
    job: Job,
    on_node: OnNode,
) -> Compared:
    """Compare each table and view that both have, and ask the metrics of the branch, which lies in `place`.

    What one side cannot read is left out.
    """
    compared = Compared()
    if job.metrics and place.semantic_manifest.exists():
        reader = MetricReader(branch, place.semantic_manifest, job.complete_before)
        compared.metrics = reader.values(job.metrics)
    for node in stored_nodes(nodes):
        on_node(node.unique_id)
        try:
            before, after = (read_table(database, node.relation) for database in (main, branch))
        except TooLongError:
            compared.too_long.append(node.name)
            continue
        except duckdb.Error:
            continue  # only one side has it, or a run has already said what is wrong with it
        key = _tested_key(node, nodes, before) or likely_key(before, after)
        change = change_of(node.name, before, after, key)
        if change is not None:
            compared.changes.append(change)
    return compared


def _tested_key(node: ManifestNode, nodes: Sequence[ManifestNode], table: Table) -> str | None:
    """The primary key: the first column that dbt tests to be unique and not null."""
    kinds: dict[str, set[str]] = {}
    for test in nodes:
        if test.attached == node.unique_id and test.column:
            kinds.setdefault(test.column, set()).add(test.kind)
    return next((name for name in table.columns if kinds.get(name, set()) >= {"unique", "not_null"}), None)
