"""The red run and the fix branch: exactly the planted defects turn red, and the fix turns them green. Pure."""

from collections.abc import Collection, Iterator, Mapping

from scenarios.proof.compare import MAX_ROWS
from scenarios.proof.evidence import Compared, Evidence, ManifestNode, Parsed, Ran, RanNode
from scenarios.proof.judging.findings import file_in, finding_at
from scenarios.proof.judging.runs import BROKEN, count_findings, run_findings, warning_findings
from scenarios.proof.report import Finding, PartHint
from scenarios.proof.spec import BranchSpec, Limits, ProofSpec, RedSpec
from scenarios.proof.words import plain_error, rows


def red_findings(spec: ProofSpec, red: RedSpec, seen: Evidence, limits: Limits) -> Iterator[Finding]:
    """The tagged tests as errors: exactly the declared ones fail, with the declared counts."""
    if seen.red_run is None or seen.parsed is None:
        return
    if seen.red_run.error:
        yield Finding(
            sentence=f"The red run stopped: {plain_error(seen.red_run.error, limits)}", part="quality"
        )
        return
    known = {node.unique_id: node for node in seen.parsed.nodes}
    before = {result.unique_id: result.failures for result in seen.first_run.nodes} if seen.first_run else {}
    ran = set()
    for result in seen.red_run.nodes:
        node = known.get(result.unique_id)
        if node is None:
            continue
        ran.add(node.name)
        for sentence in _red(node, result, spec.expected, red, limits, before.get(result.unique_id)):
            yield _quality(sentence, node)
    for node in seen.parsed.nodes:
        if node.name in spec.expected and node.name not in ran:
            yield _quality(
                f"The red run leaves out the test {node.name}: it does not have the tag {red.tag}.", node
            )


def _red(
    node: ManifestNode,
    result: RanNode,
    expected: Mapping[str, int],
    red: RedSpec,
    limits: Limits,
    before: int | None,
) -> Iterator[str]:
    wanted, found = expected.get(node.name), rows(result.failures)
    if result.status in BROKEN:
        yield f"{node.name} could not be run in the red run: {plain_error(result.message, limits)}"
    elif result.status == "warn":
        yield f"The test {node.name} does not turn red: it only warns, whatever {red.variable} says."
    elif result.status == "fail" and wanted is None:
        yield f"The test {node.name} turns red with {found}, which nobody declared."
    elif wanted is not None and result.failures != wanted and result.failures != before:
        # where the first run found as many, the wrong count is a finding already
        yield f"The test {node.name} should turn red with {rows(wanted)} but has {found}."


def fix_findings(spec: ProofSpec, fix: BranchSpec, seen: Evidence, limits: Limits) -> Iterator[Finding]:
    """The fix branch: every test passes but those that it declares, and none of main's planted ones is gone."""
    at, parsed, ran = branch_title(fix, "the fix branch"), seen.fix_parsed, seen.fix_run
    if parsed is None:
        return
    if parsed.error:
        yield unreadable(at, parsed, limits, "quality")
        return
    tests = {node.name for node in parsed.nodes if node.resource_type == "test"}
    for name in sorted(set(spec.expected) - tests):
        sentence = f"{at} the test {name} is gone; a fix must keep the test that shows it works."
        yield Finding(sentence=sentence, place=name, part="quality")
    planted = set(spec.expected) - set(fix.expected)
    if ran is not None:
        yield from _unfixed(at, planted, parsed, ran)
    yield from branch_findings(at, fix, parsed, ran, limits, "quality", planted)
    yield from compared_findings(at, seen.fix_look)


def _unfixed(at: str, planted: set[str], parsed: Parsed, ran: Ran) -> Iterator[Finding]:
    """Planted defects that the fix leaves in place."""
    known = {node.unique_id: node for node in parsed.nodes if node.name in planted}
    for result in ran.nodes:
        node = known.get(result.unique_id)
        if node is not None and result.status in {"warn", "fail"}:
            sentence = (
                f"{at} the test {node.name} still finds {rows(result.failures)}: the fix does not fix it."
            )
            yield _quality(sentence, node)
        elif node is not None and result.status in BROKEN:
            yield _quality(f"{at} the test {node.name} could not be run.", node)


def branch_findings(
    at: str,
    branch: BranchSpec,
    parsed: Parsed,
    ran: Ran | None,
    limits: Limits,
    part: PartHint,
    left_out: Collection[str] = (),
) -> Iterator[Finding]:
    """What went wrong in a branch's build, and counts that differ from the declared ones."""
    found = list(warning_findings(parsed))
    if ran is not None:
        found += run_findings(parsed, ran, limits, branch.expected, left_out)
        found += count_findings(branch.expected, parsed, ran)
    for finding in found:
        yield finding.model_copy(update={"sentence": f"{at}: {finding.sentence}", "part": part})


def compared_findings(at: str, compared: Compared | None) -> Iterator[Finding]:
    """Models that could not be compared with main."""
    for model in compared.too_long if compared else ():
        sentence = f"{at} {model} cannot be compared with main: it has more than {MAX_ROWS} rows."
        yield Finding(sentence=sentence, place=model, part="marts")


def unreadable(at: str, parsed: Parsed, limits: Limits, part: PartHint) -> Finding:
    """A branch that dbt cannot parse."""
    sentence = f"{at} dbt cannot read the project: {plain_error(parsed.error, limits)}"
    return Finding(sentence=sentence, place=file_in(parsed.error), part=part)


def branch_title(branch: BranchSpec, otherwise: str) -> str:
    """How a sentence about a branch begins."""
    return f"On {branch.name or otherwise}"


def _quality(sentence: str, node: ManifestNode) -> Finding:
    return finding_at(sentence, node, node.tested).model_copy(update={"part": "quality"})
