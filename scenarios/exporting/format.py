"""What is in the file of a demo. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from scenarios.plan.brief import Brief
from scenarios.plan.neutral import one_line
from scenarios.plan.parts import Plan

FORMAT: Literal["demoforge-demo"] = "demoforge-demo"
VERSION: Literal[1] = 1
MANIFEST, BRIEF, PLAN = "manifest.json", "brief.json", "plan.json"


def _folded(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


Word = Annotated[str, StringConstraints(max_length=40), BeforeValidator(_folded)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


class _Data(BaseModel):
    """Base of the texts: immutable, nothing unknown is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Source(_Data):
    """The project at its source: what its bytes depended on, and their digests."""

    demoforge: Word
    dbt: Word
    adapter: Annotated[str, StringConstraints(max_length=80), BeforeValidator(_folded)]
    template: Annotated[str, StringConstraints(max_length=300), BeforeValidator(_folded)] = ""
    template_commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{0,64}$")] = ""
    code_digest: Digest
    project_digest: Digest


class Manifest(_Data):
    """What the file is, who wrote it, and the digests of the other two texts."""

    format: Literal["demoforge-demo"] = FORMAT
    version: Literal[1] = VERSION
    exported_by: Annotated[str, StringConstraints(max_length=150), BeforeValidator(_folded)] = ""
    confidential: bool  # whether notes, and the real name behind a codename, are in it
    source: Source
    brief_digest: Digest
    plan_digest: Digest


class Head(BaseModel):
    """The first thing to read of a manifest: whether this DemoForge knows its format."""

    format: Annotated[str, Field(max_length=40)]
    version: Annotated[int, Field(ge=1, le=1_000_000)]


@dataclass(frozen=True)
class Package:
    """A whole file, validated."""

    manifest: Manifest
    brief: Brief
    plan: Plan


def digest_of(text: bytes) -> str:
    """`sha256:` and the digest of the bytes."""
    return f"sha256:{hashlib.sha256(text).hexdigest()}"
