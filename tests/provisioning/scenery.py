"""People, demos, revisions and small builds for the tests of builds."""

from collections.abc import Callable, Sequence
from datetime import date

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from provisioning import orders
from provisioning.engine import advance
from provisioning.models import BuildRun, Target
from provisioning.steps.base import Act, Done, Step, StepContext
from scenarios.drafting import advance_revision
from scenarios.models import Demo, Origin, PlanRevision, ProjectFile, Proof, ProofStatus, RevisionStatus
from scenarios.proof import NodeResult, ProofReport, dbt_version
from scenarios.rendering import base_project, project_digest, quality_tests, render_branches
from tests.scenarios.plan.example import example_plan


def person(name: str = "alice", role: Role = Role.SALES_ENGINEER) -> User:
    """A user, made once."""
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(username=name, password="not used", role=role.value)


def bare_demo(owner: User | None = None, company: str = "Northwind Outdoor") -> Demo:
    """A demo whose current revision is empty: enough for builds with steps of their own."""
    owner = owner or person()
    demo = Demo.objects.create(
        owner=owner, company=company, industry="Retail", warehouse="snowflake", as_of=date(2026, 6, 1)
    )
    demo.current = PlanRevision.objects.create(
        demo=demo,
        number=1,
        origin=Origin.GENERATED,
        provider="builtin",
        author=owner,
        status=RevisionStatus.READY,
    )
    demo.save()
    return demo


def rendered_revision(company: str = "Northwind Outdoor", owner: User | None = None) -> PlanRevision:
    """The example plan, rendered and waiting for its Proof, as drafting leaves it."""
    plan = example_plan()
    plan = plan.model_copy(update={"outline": plan.outline.model_copy(update={"company": company})})
    branches = render_branches(plan, template=base_project())
    proof, _ = Proof.objects.get_or_create(code_digest=project_digest(branches), dbt_version=dbt_version())
    revision = bare_demo(owner, company).current
    assert revision is not None
    revision.status = RevisionStatus.RENDERED
    revision.plan = plan.model_dump(mode="json")
    revision.code_digest = proof.code_digest
    revision.proof = proof
    revision.save()
    ProjectFile.objects.bulk_create(
        ProjectFile(revision=revision, branch=branch, path=path, text=text)
        for branch, files in branches.items()
        for path, text in files.items()
    )
    return revision


def ready_revision(company: str = "Northwind Outdoor", owner: User | None = None) -> PlanRevision:
    """A revision whose Proof is on record as passed, with documents and project digest; no dbt is run."""
    revision = rendered_revision(company, owner)
    Proof.objects.filter(pk=revision.proof_id).update(
        status=ProofStatus.PASSED, report=passing_report(revision)
    )
    assert advance_revision(revision.pk) is None
    revision.refresh_from_db()
    assert revision.status == RevisionStatus.READY
    return revision


def passing_report(revision: PlanRevision) -> dict[str, object]:
    """What a Proof of the revision would report, in short."""
    expected = quality_tests(revision.read_plan())
    nodes = [_node("seed.orders", "seed", "success"), _node("model.fct_orders", "model", "success")]
    nodes += [_node(f"test.{name}", "test", "warn", failures=count) for name, count in expected.items()]
    return ProofReport(
        passed=True,
        dbt_version=dbt_version(),
        adapter="duckdb",
        seconds=1.0,
        nodes=nodes,
        tests_passed=40,
        tests_warned=len(expected),
        metrics={"revenue": 1234.5},
    ).model_dump(mode="json")


def _node(unique_id: str, kind: str, status: str, failures: int | None = None) -> NodeResult:
    name = unique_id.partition(".")[2]
    return NodeResult(
        unique_id=unique_id, name=name, resource_type=kind, layer="", path="", status=status, seconds=0.1,
        failures=failures,
    )  # fmt: skip


def done(_context: StepContext) -> Done:
    """A step that succeeds."""
    return Done("did it")


def step(key: str, act: Act = done, *, after: Sequence[str] = (), undo: Act | None = None) -> Step:
    """An engine step of a test; its phase has the same name."""
    return Step(key, key, key.capitalize(), act, after=tuple(after), undo=undo)


def chain(*steps: Step) -> dict[str, tuple[Step, ...]]:
    """A catalogue for the local target with these steps."""
    return {Target.LOCAL.value: steps}


def small_build(catalogue: dict[str, tuple[Step, ...]], demo: Demo | None = None) -> BuildRun:
    """A queued build of these steps."""
    demo = demo or bare_demo()
    run = BuildRun.objects.create(
        demo=demo,
        revision=demo.current,
        repository_name=f"demo-{BuildRun.objects.count()}",
        started_by=demo.owner,
    )
    orders.enrol(run, catalogue[Target.LOCAL.value], expected={})
    return run


def run_out(run: BuildRun, catalogue: dict[str, tuple[Step, ...]], *, at_most: int = 50) -> BuildRun:
    """Advance until the engine has nothing to do at once."""
    for _ in range(at_most):
        if advance(run.pk, catalogue=catalogue) != 0:
            break
    run.refresh_from_db()
    return run


def statuses(run: BuildRun) -> dict[str, str]:
    """The status of each step by key."""
    return dict(run.steps.values_list("key", "status"))


def raiser(error: Exception) -> Callable[[StepContext], Done]:
    """A step's act that raises."""

    def act(_context: StepContext) -> Done:
        raise error

    return act
