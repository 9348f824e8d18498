"""Files of demos for tests: a good one from the example plan, and others like it with something changed."""

import io
import json
import zipfile
from datetime import date
from typing import Any

from scenarios.exporting.archive import unpack
from scenarios.exporting.format import BRIEF, MANIFEST, PLAN, Manifest, Source, digest_of
from scenarios.plan.brief import Brief
from tests.scenarios.plan.example import example_plan

CODE, PROJECT = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def good_texts(**brief: Any) -> dict[str, bytes]:
    """The three texts of a file that is imported."""
    told = {"company": "Fjell & Field Outfitters", "industry": "Outdoor retail", "as_of": date(2026, 3, 31)}
    texts = {
        BRIEF: Brief.model_validate(told | brief).model_dump_json().encode(),
        PLAN: example_plan().model_dump_json().encode(),
    }
    return with_manifest(texts)


def with_manifest(texts: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
    """The texts with a manifest that fits them, but for the changes."""
    source = Source(
        demoforge="0.1.0", dbt="1.12.0", adapter="duckdb 1.10.0", code_digest=CODE, project_digest=PROJECT
    )
    manifest = Manifest(
        exported_by="Sam Engineer",
        confidential=False,
        source=source,
        brief_digest=digest_of(texts[BRIEF]),
        plan_digest=digest_of(texts[PLAN]),
    ).model_dump(mode="json")
    return {**texts, MANIFEST: json.dumps(manifest | changes).encode()}


def with_plan(change: Any) -> dict[str, bytes]:
    """Good texts, but for the plan: `change` gets it as plain data and changes it in place."""
    texts = good_texts()
    plan = json.loads(texts[PLAN])
    change(plan)
    return with_manifest({**texts, PLAN: json.dumps(plan).encode()})


def zipped(entries: dict[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with any entries; a list may have a name twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, text in entries.items() if isinstance(entries, dict) else entries:
            archive.writestr(zipfile.ZipInfo(name), text, method)
    return buffer.getvalue()


def manifest_of(content: bytes) -> dict[str, Any]:
    """What the manifest of a file says."""
    return dict(json.loads(unpack(content)[MANIFEST]))
