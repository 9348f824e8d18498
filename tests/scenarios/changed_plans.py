"""Whole plans as the built-in provider writes them, also after instructions."""

from datetime import date
from functools import lru_cache

from scenarios.plan.brief import Brief
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import Outline
from scenarios.plan.parts import Plan
from tests.built import PROVIDER, built_plan

BRIEF = Brief(
    company="Northwind",
    industry="Retail",
    include_semantic_layer=True,
    discovery_notes="Loyalty programme and repeat purchases by channel.",
    pain_points="Duplicate orders. Nightly full reloads take hours.",
    as_of=date(2026, 11, 20),
)


def whole(outline: Outline, brief: Brief = BRIEF) -> Plan:
    """The plan of an outline, every part from the built-in provider."""
    return mend_rows(built_plan(brief, outline))[0]


@lru_cache(maxsize=8)
def drafted(instructions: str = "") -> Plan:
    """The plan of BRIEF; with instructions, the plan anew after them."""
    if not instructions:
        return whole(PROVIDER.outline(BRIEF).outline)
    previous = drafted().outline
    return whole(PROVIDER.outline(BRIEF, instructions=instructions, previous=previous).outline)
