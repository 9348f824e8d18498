"""Judging evidence that is hard to bring about with a real project."""

import pytest

from scenarios.proof import IncrementalSpec, Limits, ProofSpec
from scenarios.proof.evidence import Ending, Evidence, Looked, ManifestNode, Parsed, Ran, RanNode
from scenarios.proof.judging import judge_build, judge_proof
from scenarios.proof.judging.findings import layer_of, part_of
from scenarios.proof.words import plain_error

LIMITS = Limits()
SPEC = ProofSpec(files={}, marts=[], incremental=IncrementalSpec("fct_a", "a_id"))
MODEL = ManifestNode(
    unique_id="model.p.fct_a",
    name="fct_a",
    resource_type="model",
    path="models/marts/fct_a.sql",
    materialized="incremental",
    unique_key="a_id",
    relation='"w"."demo"."fct_a"',
)
TEST = ManifestNode(
    unique_id="test.p.one_a", name="one_a", resource_type="test", path="tests/one_a.sql", severity="warn"
)


def ran(model: str = "success", test: str = "pass", failures: int = 0, message: str = "") -> Ran:
    return Ran(
        nodes=[
            RanNode(unique_id=MODEL.unique_id, status=model, seconds=0.1, message=message),
            RanNode(unique_id=TEST.unique_id, status=test, seconds=0.1, failures=failures),
        ]
    )


def evidence(**changes: object) -> Evidence:
    sound = {
        "parsed": Parsed(nodes=[MODEL, TEST]),
        "first_run": ran(),
        "checks": Looked(counts={"fct_a": 3}, duplicates=0),
        "second_run": ran(),
        "recheck": Looked(counts={"fct_a": 3}, duplicates=0),
    }
    return Evidence(**{**sound, **changes})


def sentences(seen: Evidence, spec: ProofSpec = SPEC) -> list[str]:
    return [finding.sentence for finding in judge_proof(spec, seen, LIMITS)]


def test_sound_evidence_has_no_findings():
    assert sentences(evidence()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"first_run": Ran(nodes=ran().nodes[:1]), "second_run": Ran(nodes=ran().nodes[:1])},
            "one_a is not run by a bare `dbt build`.",
        ),
        ({"first_run": Ran(error="Runtime Error\n  no disk")}, "dbt stopped: no disk"),
        ({"second_run": Ran(error="Runtime Error\n  no disk")}, "The second run stopped: no disk"),
        (
            {
                "second_run": ran(
                    model="error", message="Runtime Error in model fct_a (x)\n  Binder Error: no"
                )
            },
            "fct_a fails in the second run: Binder Error: no",
        ),
        (
            {"second_run": ran(test="warn", failures=2)},
            "The test one_a found 0 rows in the first run and 2 rows in the second.",
        ),
        (
            {"recheck": Looked(counts={"fct_a": 4}, duplicates=0)},
            "A second run changed fct_a from 3 rows to 4 rows.",
        ),
        (
            {"recheck": Looked(counts={"fct_a": None}, duplicates=0)},
            "A second run changed fct_a from 3 rows to an unknown number of rows.",
        ),
        (
            {"checks": Looked(counts={"fct_a": None}), "recheck": Looked(counts={"fct_a": None})},
            "fct_a was built but cannot be read.",
        ),
        (
            {"checks": Looked(counts={"fct_a": 3}, duplicates=None)},
            "fct_a.a_id does not exist.",
        ),
        (
            {"recheck": Looked(counts={"fct_a": 3}, duplicates=1)},
            "fct_a.a_id is not unique after the second run: 1 row too many.",
        ),
        (
            {
                "ending": Ending(reason="crash", phase="second_run", node=MODEL.unique_id),
                "second_run": None,
                "recheck": None,
            },
            "The second run crashed while running fct_a; "
            "the likely reason is a result too large for the memory limit.",
        ),
        (
            {"parsed": Parsed(nodes=[MODEL.model_copy(update={"materialized": "table"}), TEST])},
            "fct_a should be incremental but is a table.",
        ),
        ({"parsed": Parsed(nodes=[TEST])}, "The incremental model fct_a does not exist."),
    ],
)
def test_each_oddity_is_said(changes, sentence):
    assert sentence in sentences(evidence(**changes))


def test_a_mart_that_is_not_stored_is_said():
    spec = ProofSpec(files={}, marts=["fct_a"])
    assert sentences(evidence(), spec) == ["The mart fct_a is neither a table nor a view."]


def test_a_declared_test_that_fails_instead_of_warning_is_a_finding():
    spec = ProofSpec(files={}, expected={"one_a": 2})
    seen = evidence(first_run=ran(test="fail", failures=2), second_run=ran(test="fail", failures=2))
    assert sentences(seen, spec) == ["The test one_a failed with 2 rows."]
    warned = evidence(first_run=ran(test="warn", failures=2), second_run=ran(test="warn", failures=2))
    assert sentences(warned, spec) == []


def test_a_plain_build_takes_warnings_as_they_come():
    assert judge_build(evidence(first_run=ran(test="warn", failures=2)), LIMITS) == []


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        (
            "Runtime Error in model a (x.sql)\n  Catalog Error: No table x!\n\n  compiled code at t/a.sql",
            "Catalog Error: No table x!",
        ),
        ("Out of Memory Error: no block", "it needs more than the 512 MB of memory a query may use."),
        (
            "Runtime Error in model a\n  Permission Error: Cannot access file",
            "it tries to reach outside the project, which a demo may not do "
            "(Permission Error: Cannot access file)",
        ),
        ("", "dbt gave no reason."),
    ],
)
def test_messages_become_plain(message, plain):
    assert plain_error(message, LIMITS) == plain


@pytest.mark.parametrize(
    ("path", "part", "layer"),
    [
        ("models/marts/fct_a.sql", "marts", "marts"),
        ("models/marts/finance/fct_a.sql", "marts", "marts"),
        ("seeds/orders.csv", "seeds", "seeds"),
        ("tests/assert_x.sql", "tests", "tests"),
        ("dbt_project.yml", "project", ""),
    ],
)
def test_files_belong_to_parts(path, part, layer):
    assert (part_of(path), layer_of(path)) == (part, layer)
