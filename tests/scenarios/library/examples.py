"""Plans of the example briefs, as the built-in provider drafts them; each is drafted once."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from scenarios.ai.builtin import BuiltinProvider
from scenarios.briefs import read_brief
from scenarios.library.reskin import Skin
from scenarios.plan.brief import Brief
from scenarios.plan.mend import mend_rows
from scenarios.plan.parts import PartValue, Plan, assemble, part_keys

FOLDER = Path(__file__).parents[3] / "docs" / "examples"
SKIN = Skin("Aurelia Verlag GmbH & Co. KG", "Publishing", "bigquery", date(2026, 11, 23))


@lru_cache
def example(name: str, codename: str | None = None) -> tuple[Brief, Plan]:
    """The brief of an example, with everything that a demo can show, and its plan."""
    told = read_brief(FOLDER / f"{name}.yaml", as_of="2026-03-31").model_dump()
    brief = Brief.model_validate(
        told | {"depth": "showcase", "include_semantic_layer": True, "codename": codename}
    )
    provider, hidden = BuiltinProvider(), brief.disguised()
    outline = provider.outline(hidden).outline
    parts: dict[str, PartValue] = {}
    for key in part_keys(outline):
        parts[key] = provider.part(hidden, outline, key, done=parts)
    plan, _ = mend_rows(assemble(outline, parts))
    return brief, plan
