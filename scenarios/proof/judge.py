"""From evidence to findings: what is wrong with the project, in sentences. Pure: no dbt, no processes."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from scenarios.proof.evidence import Evidence, Looked, ManifestNode, Parsed, Ran, RanNode
from scenarios.proof.report import Finding, NodeResult, PartHint
from scenarios.proof.spec import Limits, ProofSpec
from scenarios.proof.words import plain_error, rows

LAYERS: dict[str, PartHint] = {
    "seeds": "seeds",
    "staging": "staging",
    "intermediate": "intermediate",
    "marts": "marts",
    "tests": "tests",
}
PHASES = {
    "parse": "Reading the project",
    "first_run": "The first run",
    "checks": "Looking at the result",
    "second_run": "The second run",
    "recheck": "Comparing the two runs",
}
BROKEN = {"error", "runtime error"}


def judge_proof(spec: ProofSpec, seen: Evidence, limits: Limits) -> list[Finding]:
    """All findings of a Proof; none means that it passed."""
    findings = judge_build(seen, limits, expected=spec.expected)
    if seen.parsed is None or seen.parsed.error:
        return findings
    findings.extend(_declared(spec, seen.parsed))
    if seen.first_run is not None and not seen.first_run.error:
        findings.extend(_declared_counts(spec.expected, seen.parsed, seen.first_run))
    if seen.checks is not None:
        findings.extend(_marts(spec, seen.parsed, seen.checks))
        findings.extend(_metrics(spec, seen.parsed, seen.checks))
    if seen.second_run is not None and seen.first_run is not None:
        findings.extend(_second_run(seen.parsed, seen.first_run, seen.second_run, limits))
    if seen.checks is not None and seen.recheck is not None:
        findings.extend(_repeatable(spec, seen.parsed, seen.checks, seen.recheck))
    return findings


def judge_build(seen: Evidence, limits: Limits, expected: Mapping[str, int] | None = None) -> list[Finding]:
    """Findings of one plain run: what failed. Warnings are findings only if `expected` says which may be."""
    findings = list(_ending(seen, limits))
    if seen.parsed is not None and seen.parsed.error:
        sentence = f"dbt cannot read the project: {plain_error(seen.parsed.error, limits)}"
        place = _file_in(seen.parsed.error)
        findings.append(Finding(sentence=sentence, place=place, part=part_of(place)))
    if seen.parsed is None or seen.parsed.error:
        return findings
    findings.extend(_parse_warnings(seen.parsed))
    if seen.first_run is not None:
        findings.extend(_run(seen.parsed, seen.first_run, limits, expected))
    return findings


def part_of(path: str) -> PartHint:
    """Which part of a demo a file belongs to, by its folders."""
    folders = PurePosixPath(path).parts
    return next((LAYERS[folder] for folder in folders if folder in LAYERS), "project")


def layer_of(path: str) -> str:
    """The first folder below models/, seeds/ or tests/, or that top folder itself."""
    folders = PurePosixPath(path).parts[:-1]
    return folders[1] if len(folders) > 1 else "".join(folders)


def node_results(seen: Evidence) -> list[NodeResult]:
    """The first run's nodes, with what the manifest knows about each."""
    if seen.parsed is None or seen.first_run is None:
        return []
    known = {node.unique_id: node for node in seen.parsed.nodes}
    results = []
    for ran in seen.first_run.nodes:
        node = known.get(ran.unique_id)
        if node is not None:
            facts = node.model_dump(include={"unique_id", "name", "resource_type", "path"})
            outcome = ran.model_dump(include={"status", "seconds", "failures", "message"})
            results.append(NodeResult(layer=layer_of(node.path), **facts, **outcome))
    return results


def _finding(sentence: str, node: ManifestNode | None, place: str = "") -> Finding:
    path = node.path if node else ""
    return Finding(
        sentence=sentence, place=place or path, node=node.unique_id if node else "", part=part_of(path)
    )


def _named(parsed: Parsed, name: str) -> ManifestNode | None:
    return next((node for node in parsed.nodes if node.name == name), None)


def _ending(seen: Evidence, limits: Limits) -> Iterator[Finding]:
    """A run that a limit stopped, or that crashed."""
    ending = seen.ending
    known = {node.unique_id: node for node in seen.parsed.nodes} if seen.parsed else {}
    node = known.get(ending.node)
    at = f" while running {node.name}" if node else ""
    phase = PHASES.get(ending.phase, "The run")
    if ending.reason == "time":
        yield _finding(
            f"{phase} was stopped{at}: the whole run took longer than {limits.seconds:g} seconds.", node
        )
    elif ending.reason == "cpu":
        yield _finding(
            f"{phase} was stopped{at}: it used more than {limits.cpu_seconds} seconds of CPU.", node
        )
    elif ending.reason == "crash":
        yield _finding(
            f"{phase} crashed{at}; the likely reason is a result too large for the memory limit.", node
        )


def _parse_warnings(parsed: Parsed) -> Iterator[Finding]:
    for warning in parsed.warnings:
        place = _file_in(warning.message)
        sentence = f"dbt warns about the project: {' '.join(warning.message.split())[:400]}"
        yield Finding(sentence=sentence, place=place, part=part_of(place))
    for race in parsed.unordered:
        sentence = (
            f"{race.model} reads the source {race.source} but does not wait for its seed {race.seed}; "
            f"a first `dbt build` on an empty warehouse may fail."
        )
        yield Finding(sentence=sentence, place=race.path, part=part_of(race.path))


def _run(parsed: Parsed, ran: Ran, limits: Limits, expected: Mapping[str, int] | None) -> Iterator[Finding]:
    if ran.error:
        yield Finding(sentence=f"dbt stopped: {plain_error(ran.error, limits)}")
        return
    yield from _not_run(parsed, ran)
    known = {node.unique_id: node for node in parsed.nodes}
    for result in ran.nodes:
        node = known.get(result.unique_id) or _unknown(result.unique_id)
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
            yield _finding(f"{node.name} is not run by a bare `dbt build`.", node)


def _node(
    node: ManifestNode, result: RanNode, limits: Limits, expected: Mapping[str, int] | None
) -> Iterator[Finding]:
    about = f" on {node.tested}" if node.tested else ""
    if result.status in BROKEN:
        verb = "could not be run" if node.resource_type == "test" else "could not be built"
        yield _finding(f"{node.name} {verb}: {plain_error(result.message, limits)}", node)
    elif result.status == "fail":
        sentence = f"The test {node.name}{about} failed with {rows(result.failures)}."
        yield _finding(sentence, node, node.tested)
    elif result.status == "warn" and expected is not None and node.name not in expected:
        sentence = f"The test {node.name}{about} warned with {rows(result.failures)}, which nobody declared."
        yield _finding(sentence, node, node.tested)


def _declared(spec: ProofSpec, parsed: Parsed) -> Iterator[Finding]:
    """What the spec names must exist in the project."""
    tests = {node.name for node in parsed.nodes if node.resource_type == "test"}
    for name in spec.expected:
        if name not in tests:
            yield Finding(sentence=f"The declared test {name} does not exist.", place=name, part="tests")
    for name in spec.marts:
        if _named(parsed, name) is None:
            yield Finding(sentence=f"The mart {name} does not exist.", place=name, part="marts")
    for name in spec.metrics:
        if name not in parsed.metrics:
            yield Finding(sentence=f"The metric {name} does not exist.", place=name, part="semantic_layer")
    if spec.incremental is not None:
        yield from _incremental(spec, parsed)


def _incremental(spec: ProofSpec, parsed: Parsed) -> Iterator[Finding]:
    if spec.incremental is None:
        return
    model, key = spec.incremental.model, spec.incremental.unique_key
    node = _named(parsed, model)
    if node is None:
        yield Finding(sentence=f"The incremental model {model} does not exist.", place=model, part="marts")
    elif node.materialized != "incremental":
        yield _finding(f"{model} should be incremental but is a {node.materialized}.", node)
    elif node.unique_key != key:
        yield _finding(f"{model} should have the unique key {key} but has {node.unique_key or 'none'}.", node)


def _declared_counts(expected: Mapping[str, int], parsed: Parsed, ran: Ran) -> Iterator[Finding]:
    """Each declared test must warn with its count; an error or a skip of it is reported elsewhere."""
    by_name = {node.unique_id: node for node in parsed.nodes}
    for result in ran.nodes:
        node = by_name.get(result.unique_id)
        if node is None or node.name not in expected or result.status not in {"warn", "pass", "fail"}:
            continue
        wanted, found = expected[node.name], result.failures or 0
        if found != wanted:
            sentence = f"The test {node.name} should find {rows(wanted)} but found {rows(found)}."
            yield _finding(sentence, node, node.tested)


def _marts(spec: ProofSpec, parsed: Parsed, looked: Looked) -> Iterator[Finding]:
    for name in spec.marts:
        node, mart = _named(parsed, name), looked.marts.get(name)
        if node is None:
            continue  # reported as missing
        if mart is None:
            yield _finding(f"The mart {name} is neither a table nor a view.", node)
            continue
        if mart.error:
            yield _finding(f"The mart {name} cannot be read: {mart.error[:300]}", node)
        elif mart.rows == 0:
            yield _finding(f"The mart {name} has no rows.", node)
        for column in mart.empty_columns:
            yield _finding(f"The column {column} of {name} is empty in every row.", node, f"{name}.{column}")
    if spec.incremental is not None and spec.incremental.model in looked.counts and looked.duplicates is None:
        key = f"{spec.incremental.model}.{spec.incremental.unique_key}"
        yield _finding(f"{key} does not exist.", _named(parsed, spec.incremental.model), key)
    if spec.incremental is not None and looked.duplicates:
        key = f"{spec.incremental.model}.{spec.incremental.unique_key}"
        sentence = f"{key} is not unique after the first run: {rows(looked.duplicates)} too many."
        yield _finding(sentence, _named(parsed, spec.incremental.model), key)


def _metrics(spec: ProofSpec, parsed: Parsed, looked: Looked) -> Iterator[Finding]:
    for name in spec.metrics:
        metric = looked.metrics.get(name)
        if name not in parsed.metrics or (metric is not None and metric.value is not None):
            continue
        why = f": {' '.join(metric.error.split())[:400]}" if metric is not None and metric.error else "."
        yield Finding(sentence=f"The metric {name} has no value{why}", place=name, part="semantic_layer")


def _second_run(parsed: Parsed, first: Ran, second: Ran, limits: Limits) -> Iterator[Finding]:
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
            yield _finding(
                f"{node.name} fails in the second run: {plain_error(result.message, limits)}", node
            )
        elif result.failures != earlier.failures:
            found, then = rows(result.failures), rows(earlier.failures)
            yield _finding(
                f"The test {node.name} found {then} in the first run and {found} in the second.", node
            )


def _repeatable(spec: ProofSpec, parsed: Parsed, first: Looked, second: Looked) -> Iterator[Finding]:
    for name, count in second.counts.items():
        before = first.counts.get(name)
        if count is None and before is None:
            yield _finding(f"{name} was built but cannot be read.", _named(parsed, name))
        elif count != before:
            sentence = f"A second run changed {name} from {rows(before)} to {rows(count)}."
            yield _finding(sentence, _named(parsed, name))
    if spec.incremental is not None and second.duplicates and not first.duplicates:
        key = f"{spec.incremental.model}.{spec.incremental.unique_key}"
        sentence = f"{key} is not unique after the second run: {rows(second.duplicates)} too many."
        yield _finding(sentence, _named(parsed, spec.incremental.model), key)


def _file_in(message: str) -> str:
    """The project file that a message of dbt's speaks of, if any."""
    found = re.search(
        r"\b(?:models|seeds|tests|macros|analyses|snapshots)/[\w./-]+\.\w+|dbt_project\.yml", message
    )
    return found.group(0) if found else ""
