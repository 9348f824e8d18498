"""What runs of dbt have to say: limits, errors, failures and undeclared warnings. Pure."""

from collections.abc import Collection, Iterator, Mapping

from scenarios.proof.evidence import Evidence, ManifestNode, Parsed, Ran, RanNode
from scenarios.proof.judging.findings import file_in, finding_at, part_of
from scenarios.proof.report import Finding
from scenarios.proof.spec import Limits
from scenarios.proof.words import PHASES, plain_error, rows

BROKEN = {"error", "runtime error"}


def ending_findings(seen: Evidence, limits: Limits) -> Iterator[Finding]:
    """A run that a limit stopped, or that crashed."""
    ending = seen.ending
    known = {node.unique_id: node for node in seen.parsed.nodes} if seen.parsed else {}
    node = known.get(ending.node)
    at = f" while running {node.name}" if node else ""
    phase = PHASES.get(ending.phase, "The run")
    if ending.reason == "time":
        yield finding_at(
            f"{phase} was stopped{at}: the whole run took longer than {limits.seconds:g} seconds.", node
        )
    elif ending.reason == "cpu":
        yield finding_at(
            f"{phase} was stopped{at}: it used more than {limits.cpu_seconds} seconds of CPU.", node
        )
    elif ending.reason == "crash":
        yield finding_at(
            f"{phase} crashed{at}; the likely reason is a result too large for the memory limit.", node
        )


def warning_findings(parsed: Parsed) -> Iterator[Finding]:
    """What dbt's parser warned of, and models that race their seeds."""
    for warning in parsed.warnings:
        place = file_in(warning.message)
        sentence = f"dbt warns about the project: {' '.join(warning.message.split())[:400]}"
        yield Finding(sentence=sentence, place=place, part=part_of(place))
    for race in parsed.unordered:
        sentence = (
            f"{race.model} reads the source {race.source} but does not wait for its seed {race.seed}; "
            f"a first `dbt build` on an empty warehouse may fail."
        )
        yield Finding(sentence=sentence, place=race.path, part=part_of(race.path))


def run_findings(
    parsed: Parsed,
    ran: Ran,
    limits: Limits,
    expected: Mapping[str, int] | None,
    left_out: Collection[str] = (),
) -> Iterator[Finding]:
    """What went wrong in a build. Warnings count if `expected` says which may be; `left_out` names tests."""
    if ran.error:
        yield Finding(sentence=f"dbt stopped: {plain_error(ran.error, limits)}")
        return
    yield from _not_run(parsed, ran)
    known = {node.unique_id: node for node in parsed.nodes}
    for result in ran.nodes:
        node = known.get(result.unique_id) or _unknown(result.unique_id)
        if node.name not in left_out:
            yield from _node(node, result, limits, expected)
    skipped = [result.unique_id.split(".")[2] for result in ran.nodes if result.status == "skipped"]
    if skipped:
        names = ", ".join(skipped[:5]) + (", ..." if len(skipped) > 5 else "")
        yield Finding(sentence=f"{len(skipped)} nodes were skipped because of an earlier error: {names}.")


def _unknown(unique_id: str) -> ManifestNode:
    """A node that is not in the manifest, such as a saved query: known by its id only."""
    kind, _, name = unique_id.partition(".")
    return ManifestNode(unique_id=unique_id, name=name, resource_type=kind, path="")


def _not_run(parsed: Parsed, ran: Ran) -> Iterator[Finding]:
    """A bare `dbt build` must run everything; a default selector could leave nodes out."""
    done = {result.unique_id for result in ran.nodes}
    for node in parsed.nodes:
        expected = (
            node.resource_type in {"seed", "model", "test", "snapshot"} and node.materialized != "ephemeral"
        )
        if expected and node.unique_id not in done:
            yield finding_at(f"{node.name} is not run by a bare `dbt build`.", node)


def _node(
    node: ManifestNode, result: RanNode, limits: Limits, expected: Mapping[str, int] | None
) -> Iterator[Finding]:
    about = f" on {node.tested}" if node.tested else ""
    if result.status in BROKEN:
        verb = "could not be run" if node.resource_type == "test" else "could not be built"
        yield finding_at(f"{node.name} {verb}: {plain_error(result.message, limits)}", node)
    elif result.status == "fail":
        sentence = f"The test {node.name}{about} failed with {rows(result.failures)}."
        yield finding_at(sentence, node, node.tested)
    elif result.status == "warn" and expected is not None and node.name not in expected:
        sentence = f"The test {node.name}{about} warned with {rows(result.failures)}, which nobody declared."
        yield finding_at(sentence, node, node.tested)


def count_findings(expected: Mapping[str, int], parsed: Parsed, ran: Ran) -> Iterator[Finding]:
    """Each declared test must warn with its count; an error or a skip of it is reported elsewhere."""
    by_name = {node.unique_id: node for node in parsed.nodes}
    for result in ran.nodes:
        node = by_name.get(result.unique_id)
        if node is None or node.name not in expected or result.status not in {"warn", "pass", "fail"}:
            continue
        wanted, found = expected[node.name], result.failures or 0
        if found != wanted:
            sentence = f"The test {node.name} should find {rows(wanted)} but found {rows(found)}."
            yield finding_at(sentence, node, node.tested)


def second_run_findings(parsed: Parsed, first: Ran, second: Ran, limits: Limits) -> Iterator[Finding]:
    """What the second run has to say that the first had not."""
    if second.error:
        yield Finding(sentence=f"The second run stopped: {plain_error(second.error, limits)}")
    known = {node.unique_id: node for node in parsed.nodes}
    before = {result.unique_id: result for result in first.nodes}
    for result in second.nodes:
        node, earlier = known.get(result.unique_id), before.get(result.unique_id)
        if node is None or earlier is None or result.status == "skipped":
            continue
        if result.status in BROKEN and earlier.status not in BROKEN:
            yield finding_at(
                f"{node.name} fails in the second run: {plain_error(result.message, limits)}", node
            )
        elif result.failures != earlier.failures:
            found, then = rows(result.failures), rows(earlier.failures)
            yield finding_at(
                f"The test {node.name} found {then} in the first run and {found} in the second.", node
            )
