"""Whole plans as the built-in provider writes them, for tests that begin with one."""

from scenarios.ai.builtin import BuiltinProvider
from scenarios.plan.brief import Brief
from scenarios.plan.outline import Outline
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys

PROVIDER = BuiltinProvider()


def built_parts(brief: Brief, outline: Outline) -> dict[str, PartValue]:
    """All parts of an outline, by key."""
    done: dict[str, PartValue] = {}
    for key in part_keys(outline):
        done[key] = PROVIDER.part(brief, outline, key, done=done)
    return done


def built_plan(brief: Brief, outline: Outline | None = None) -> Plan:
    """The plan of an outline; without one, of the provider's own outline."""
    outline = outline or PROVIDER.outline(brief).outline
    return assemble(outline, built_parts(brief, outline))
