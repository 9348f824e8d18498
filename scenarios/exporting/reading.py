"""A file as validated data. Whatever is wrong with it, it is refused in words and nothing is stored."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from scenarios.exporting.archive import PackageRefused, unpack
from scenarios.exporting.format import (
    BRIEF,
    FORMAT,
    MANIFEST,
    PLAN,
    VERSION,
    Head,
    Manifest,
    Package,
    digest_of,
)
from scenarios.plan.brief import Brief
from scenarios.plan.parts import Plan
from scenarios.plan.rules import check_plan
from scenarios.plan.schema_words import schema_violations
from scenarios.plan.violations import Violation

Model = TypeVar("Model", bound=BaseModel)
TOLD = 3  # faults in a sentence


def read_package(data: bytes) -> Package:
    """Unpack and check a file: its bounds, its version, its digests, the brief, the plan. Raises PackageRefused."""
    texts = unpack(data)
    manifest = _manifest(texts[MANIFEST])
    for name, digest in {BRIEF: manifest.brief_digest, PLAN: manifest.plan_digest}.items():
        if digest_of(texts[name]) != digest:
            raise PackageRefused(f"{name} is not what the manifest says: the file was changed.")
    return Package(manifest, _validated(Brief, BRIEF, texts[BRIEF]), _plan(texts[PLAN]))


def _manifest(text: bytes) -> Manifest:
    head = _validated(Head, MANIFEST, text)
    if head.format != FORMAT:
        raise PackageRefused("This is no file of a demo.")
    if head.version > VERSION:
        raise PackageRefused(
            "A newer DemoForge has made this file.", "Update this installation, or export from an older one."
        )
    return _validated(Manifest, MANIFEST, text)


def _plan(text: bytes) -> Plan:
    try:
        plan = Plan.model_validate_json(text)
    except ValidationError as error:
        raise _refused(schema_violations(error, "outline")) from error
    if violations := check_plan(plan):
        raise _refused(violations)
    return plan


def _refused(violations: list[Violation]) -> PackageRefused:
    told = [str(violation) for violation in violations[:TOLD]]
    more = f" And {len(violations) - TOLD} more." if len(violations) > TOLD else ""
    return PackageRefused(f"The plan in this file does not hold together. {' '.join(told)}{more}")


def _validated(model: type[Model], name: str, text: bytes) -> Model:
    """What is wrong is told by its place, never by what stands there: it may be notes."""
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        faults = [".".join(map(str, fault["loc"])) or "the text" for fault in error.errors()[:TOLD]]
        raise PackageRefused(f"{name} cannot be used: see {', '.join(dict.fromkeys(faults))}.") from error
