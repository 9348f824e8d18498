"""One plan for each of some industries; every demo of the industry has its copy."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from scenarios.ai.builtin import BuiltinProvider, library
from scenarios.library.words import indexed, plan_texts
from scenarios.models import LibraryWord, Proof, ProofStatus
from scenarios.plan.brief import Brief
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys
from scenarios.proof import dbt_version

BLUEPRINTS = ("banking", "energy", "healthcare", "insurance", "logistics", "retail", "saas", "telecom")
COMPANY = "Example Company"
AS_OF = date(2026, 1, 31)


@dataclass(frozen=True)
class Sample:
    """An industry with a plan, and a Proof on record as passed and one as not passed."""

    industry: str
    plan: Mapping[str, Any]
    passed: Proof
    failed: Proof
    words: Collection[tuple[str, str]]  # of the plan, with their kinds, as the library keeps them

    def plan_for(self, company: str) -> dict[str, Any]:
        """The plan under another company's name."""
        return {**self.plan, "outline": {**self.plan["outline"], "company": company}}


def read_samples() -> list[Sample]:
    """A sample for each industry; takes some seconds."""
    return [_sample(str(library.read(key)["industry"])) for key in BLUEPRINTS]


def _sample(industry: str) -> Sample:
    plan = _plan(industry)
    texts = {LibraryWord.Kind.INDUSTRY.value: [industry], **plan_texts(plan)}
    return Sample(
        industry=industry,
        plan=plan.model_dump(mode="json"),
        passed=_proof(industry, ProofStatus.PASSED),
        failed=_proof(industry, ProofStatus.FAILED),
        words=sorted((kind, word) for kind, those in texts.items() for word in indexed(those)),
    )


@cache
def _plan(industry: str) -> Plan:
    provider = BuiltinProvider()
    brief = Brief(
        company=COMPANY, industry=industry, depth="essential", include_semantic_layer=True, as_of=AS_OF
    )
    outline, done = provider.outline(brief).outline, dict[str, PartValue]()
    for key in part_keys(outline):
        done[key] = provider.part(brief, outline, key, done=done)
    return assemble(outline, done)


def _proof(industry: str, status: ProofStatus) -> Proof:
    proof, _ = Proof.objects.get_or_create(
        code_digest=digest_of(industry, status), dbt_version=dbt_version(), defaults={"status": status}
    )
    return proof


def digest_of(*words: object) -> str:
    """A digest as a project has one, of these words."""
    return f"sha256:{hashlib.sha256(repr(words).encode()).hexdigest()}"
