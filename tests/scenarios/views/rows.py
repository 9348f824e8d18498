"""Rows as the services and workers leave them: demos, revisions, files, Proofs. Made from the example plan."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.utils import timezone

from demoforge.accounts.models import User
from demoforge.accounts.roles import Role
from scenarios.models import Demo, Origin, PlanRevision, ProjectFile, Proof, ProofStatus, RevisionStatus
from scenarios.plan.names import MAIN
from scenarios.plan.parts import Plan
from scenarios.rendering.branches import render_branches
from scenarios.rendering.digests import project_digest
from scenarios.rendering.documents import render_documents
from scenarios.rendering.facts import ProvenFacts
from scenarios.rendering.template import base_project
from tests.scenarios.plan.example import example_plan
from tests.scenarios.views.proven import proven_parts

FACTS = ProvenFacts(
    dbt_version="1.12.0", adapter="duckdb", nodes=40, tests_passed=31, tests_warned=2,
    failures={"orders_customer_exists": 1, "orders_status_is_known": 2},
    row_counts={"fct_orders": 10, "dim_customers": 10, "fct_order_items": 10},
    metrics={"revenue": 2871.62, "orders_placed": 10.0, "average_order_value": 287.162, "revenue_to_date": 2871.62},
)  # fmt: skip


def person(name: str = "sam", role: Role = Role.SALES_ENGINEER) -> User:
    """Someone who can log in with force_login."""
    return User.objects.create_user(name, password=None, role=role.value)


def demo_of(owner: User, **fields: Any) -> Demo:
    """A demo without a revision."""
    values: dict[str, Any] = {
        "company": "Fjell & Field Outfitters", "industry": "Outdoor retail", "warehouse": "snowflake",
        "include_semantic_layer": True, "as_of": date(2026, 3, 31),
        "discovery_notes": "Three teams report three revenues.", "pain_points": "Nobody trusts the numbers.",
    }  # fmt: skip
    return Demo.objects.create(owner=owner, request_token=uuid4(), **(values | fields))


def report(*, passed: bool = True) -> dict[str, Any]:
    """A Proof's report about the example plan."""
    nodes = [
        _node("orders", "seed", "", "success"), _node("fct_orders", "model", "marts", "success"),
        _node("orders_customer_exists", "test", "staging", "warn", failures=1),
        _node("orders_status_is_known", "test", "staging", "warn", failures=2),
        _node("unique_stg_shop__orders_order_id", "test", "staging", "pass" if passed else "fail", failures=0),
    ]  # fmt: skip
    finding = {
        "sentence": "The test on order_id found 2 rows that nobody declared.",
        "place": "stg_shop__orders",
    }
    preview = {
        "columns": [{"name": "order_id", "type": "INTEGER"}, {"name": "customer_id", "type": "INTEGER"},
                    {"name": "order_date", "type": "DATE"}, {"name": "order_status", "type": "VARCHAR"},
                    {"name": "order_amount", "type": "DECIMAL(18,4)"}],
        "rows": [[5001, 101, "2026-01-09", "delivered", 284.72], [5003, 102, "2026-01-28", "cancelled", None]],
    }  # fmt: skip
    return {
        "passed": passed, "dbt_version": "1.12.0", "adapter": "duckdb", "seconds": 9.4, "nodes": nodes,
        "phases": [{"name": "first_run", "seconds": 5.2}, {"name": "second_run", "seconds": 2.9},
                   {"name": "metrics", "seconds": 1.3}],
        "tests_passed": FACTS.tests_passed, "tests_warned": FACTS.tests_warned,
        "findings": [] if passed else [finding], "previews": {"fct_orders": preview},
        "row_counts": {"orders": [10, 10], "fct_orders": [10, 10]}, "metrics": dict(FACTS.metrics),
        **proven_parts(),
    }  # fmt: skip


def _node(name: str, kind: str, layer: str, status: str, *, failures: int | None = None) -> dict[str, Any]:
    return {"unique_id": f"{kind}.example.{name}", "name": name, "resource_type": kind, "layer": layer,
            "path": f"{name}.sql", "status": status, "seconds": 0.12, "failures": failures, "message": ""}  # fmt: skip


def revision_of(
    demo: Demo, *, status: str = RevisionStatus.READY, plan: Plan | None = None, **fields: Any
) -> PlanRevision:
    """The next revision of a demo, with files and Proof as its status implies; it becomes the current one."""
    newest = demo.revisions.first()
    values: dict[str, Any] = {
        "origin": Origin.GENERATED,
        "provider": "builtin",
        "author": demo.owner,
        "status": status,
    }
    revision = PlanRevision.objects.create(
        demo=demo, number=newest.number + 1 if newest else 1, **(values | fields)
    )
    if status in (RevisionStatus.RENDERED, RevisionStatus.READY, RevisionStatus.BROKEN):
        _render(revision, plan or example_plan())
    Demo.objects.filter(pk=demo.pk).update(current=revision)
    demo.refresh_from_db()
    return revision


def _render(revision: PlanRevision, plan: Plan) -> None:
    branches = render_branches(plan, template=base_project())
    revision.plan = plan.model_dump(mode="json")
    revision.code_digest = project_digest(branches)
    revision.proof = _proof(revision)
    revision.ready_at = timezone.now()
    revision.save()
    documents = render_documents(plan, FACTS) if revision.status == RevisionStatus.READY else {}
    if documents and not revision.project_digest:
        revision.project_digest = project_digest(branches | {MAIN: branches[MAIN] | documents})
        revision.save(update_fields=["project_digest"])
    ProjectFile.objects.bulk_create(
        ProjectFile(revision=revision, branch=branch, path=path, text=text, is_document=path in documents)
        for branch, files in branches.items()
        for path, text in (files | documents).items()
    )


def _proof(revision: PlanRevision) -> Proof:
    status = {RevisionStatus.READY: ProofStatus.PASSED, RevisionStatus.BROKEN: ProofStatus.FAILED}
    wanted = status.get(RevisionStatus(revision.status), ProofStatus.RUNNING)
    found = None if wanted == ProofStatus.RUNNING else report(passed=wanted == ProofStatus.PASSED)
    proof, _ = Proof.objects.get_or_create(
        code_digest=revision.code_digest, dbt_version="1.12.0", defaults={"status": wanted, "report": found}
    )
    return proof
