"""Judges a Proof and a plain build by putting the topics together."""

from collections.abc import Mapping

from scenarios.proof.evidence import Evidence
from scenarios.proof.judging.branches import fix_findings, red_findings
from scenarios.proof.judging.day_two import day_two_findings
from scenarios.proof.judging.findings import file_in, part_of
from scenarios.proof.judging.marts import declared_findings, mart_findings, repeat_findings
from scenarios.proof.judging.metrics import metric_findings
from scenarios.proof.judging.runs import (
    count_findings,
    ending_findings,
    run_findings,
    second_run_findings,
    warning_findings,
)
from scenarios.proof.report import Finding
from scenarios.proof.spec import Limits, ProofSpec
from scenarios.proof.words import plain_error


def judge_proof(spec: ProofSpec, seen: Evidence, limits: Limits) -> list[Finding]:
    """All findings of a Proof; none means that it passed."""
    findings = judge_build(seen, limits, expected=spec.expected)
    if seen.parsed is None or seen.parsed.error:
        return findings
    findings.extend(declared_findings(spec, seen.parsed))
    if seen.first_run is not None and not seen.first_run.error:
        findings.extend(count_findings(spec.expected, seen.parsed, seen.first_run))
    if seen.checks is not None:
        findings.extend(mart_findings(spec, seen.parsed, seen.checks))
        findings.extend(metric_findings(spec, seen.parsed, seen.checks))
    if seen.second_run is not None and seen.first_run is not None:
        findings.extend(second_run_findings(seen.parsed, seen.first_run, seen.second_run, limits))
    if seen.checks is not None and seen.recheck is not None:
        findings.extend(repeat_findings(spec, seen.parsed, seen.checks, seen.recheck))
    if seen.first_run is not None and not seen.first_run.stopped:
        findings.extend(_branches(spec, seen, limits))
    return findings


def _branches(spec: ProofSpec, seen: Evidence, limits: Limits) -> list[Finding]:
    """What the branches add. While main does not build, whether they got as far as this is chance."""
    findings: list[Finding] = []
    if spec.red is not None:
        findings.extend(red_findings(spec, spec.red, seen, limits))
    if spec.fix is not None:
        findings.extend(fix_findings(spec, spec.fix, seen, limits))
    if spec.day_two is not None:
        findings.extend(day_two_findings(spec, spec.day_two, seen, limits))
    return findings


def judge_build(seen: Evidence, limits: Limits, expected: Mapping[str, int] | None = None) -> list[Finding]:
    """Findings of one plain run: what failed. Warnings are findings only if `expected` says which may be."""
    findings = list(ending_findings(seen, limits))
    if seen.parsed is not None and seen.parsed.error:
        sentence = f"dbt cannot read the project: {plain_error(seen.parsed.error, limits)}"
        place = file_in(seen.parsed.error)
        findings.append(Finding(sentence=sentence, place=place, part=part_of(place)))
    if seen.parsed is None or seen.parsed.error:
        return findings
    findings.extend(warning_findings(seen.parsed))
    if seen.first_run is not None:
        findings.extend(run_findings(seen.parsed, seen.first_run, limits, expected))
    return findings
