"""Changing an outline by instructions in plain words; says which words took effect and which did not."""

import re
from collections.abc import Mapping
from dataclasses import replace

from scenarios.ai.builtin.changes import ALREADY, CHANGES, DECISIVE, Draft, removes
from scenarios.ai.builtin.lexicon import plural_key
from scenarios.ai.builtin.matching import with_names
from scenarios.ai.builtin.wording import best, folded, sentences, shortened
from scenarios.plan.names import slug
from scenarios.plan.outline import Outline

_CLAUSE = re.compile(r",|;|\band\b|\bthen\b|\balso\b|\bund\b|\bet\b|、", re.IGNORECASE)
_RENAME = re.compile(
    r"^\W*(?:please\s+)?(?:rename|call)\s+(?:the\s+)?(.+?)\s+(?:to|as|into|→|->)\s+(.+?)\W*$", re.IGNORECASE
)
_COMPANY = re.compile(r"\bcompany(?:'s)?(?: name)?\s+(?:is|to|should be|=|:)\s+(.+?)\W*$", re.IGNORECASE)
_PREFIX = re.compile(r"^(fct|dim|int)_")
POSSIBLE = (
    "Understood are: another story, an optional table, a metric, a mart or a kind of defect to add or remove, "
    "“by region”, “weekly”, “rename x to y”, another industry."
)


def apply_instructions(draft: Draft, instructions: str) -> list[str]:
    """Change the draft clause by clause; returns a note for each clause."""
    return [_note(draft, clause) for sentence in sentences(instructions) for clause in _clauses(sentence)]


def _clauses(sentence: str) -> list[str]:
    if _RENAME.match(sentence) or _COMPANY.search(sentence):
        return [sentence]
    pieces = [piece.strip() for piece in _CLAUSE.split(sentence)]
    return [piece for piece in pieces if any(mark.isalnum() for mark in piece)]


def _note(draft: Draft, clause: str) -> str:
    said = f"“{shortened(clause, 120)}”"
    for change in (_company, _renamed):
        effect = change(draft, clause)
        if effect:
            return f"{said} {effect}."
    effects = _effects(draft, clause)
    if not effects:
        return f"{said} did not take effect: this blueprint has nothing more for these words. {POSSIBLE}"
    plain = effects[0].startswith((ALREADY, "did not"))
    return f"{said} {effects[0]}." if plain else f"{said} took effect: {'; '.join(effects)}."


def _effects(draft: Draft, clause: str) -> list[str]:
    """What the clause changes; what it asks for and is there already counts only when it changes nothing."""
    effects: list[str] = []
    unchanged: list[str] = []
    for change in CHANGES:
        effect = change(draft, clause)
        if effect:
            (unchanged if effect.startswith((ALREADY, "did not")) else effects).append(effect)
        if effects and (change in DECISIVE or removes(clause)):
            break
    return effects or unchanged[:1]


def _company(draft: Draft, clause: str) -> str | None:
    found = _COMPANY.search(clause)
    if not found or not found.group(1).strip():
        return None
    draft.company = shortened(found.group(1).strip(" \"'“”"), 120)
    return f"took effect: the company is {draft.company} now"


def _renamed(draft: Draft, clause: str) -> str | None:
    """A term gets another of its words; a table, model or metric gets another name."""
    found = _RENAME.match(clause)
    if not found:
        return None
    old, new = found.group(1).strip(" \"'`“”"), found.group(2).strip(" \"'`“”")
    if effect := _other_word(draft, old, new):
        return effect
    name = next((known for known in _known(draft) if known in (slug(old), folded(old))), None)
    if name is None:
        return f"did not take effect: “{shortened(old, 60)}” is no table, model, metric or word of this demo"
    prefix = _PREFIX.match(name)
    target = slug(new, fallback="renamed", limit=50)
    if prefix and not target.startswith(prefix.group(0)):
        target = f"{prefix.group(0)}{target}"
    draft.names[name] = target
    return f"took effect: {name} is called {target} now"


def _other_word(draft: Draft, old: str, new: str) -> str | None:
    for key, number in draft.choices.terms:
        options = draft.composition.blueprint.terms[key]
        if folded(old) not in (
            folded(options[number].one),
            folded(options[number].many),
            key,
            plural_key(key),
        ):
            continue
        found = best({n: [option.one, option.many] for n, option in enumerate(options)}, new)
        if found is None:
            known = ", ".join(option.one for option in options)
            return f"did not take effect: this blueprint knows the words {known}"
        if found == number:
            return f"{ALREADY}: {key} is called {options[found].one}"
        terms = tuple((other, found if other == key else n) for other, n in draft.choices.terms)
        draft.choices = replace(draft.choices, terms=terms)
        return f"took effect: {key} is called {options[found].one} now"
    return None


def _known(draft: Draft) -> list[str]:
    composition = draft.composition
    tables = [table.table for table in composition.tables.values()]
    return [
        *tables,
        *(model.name for model in composition.models),
        *(idea.name for idea, _ in composition.metrics),
    ]


def with_new_names(outline: Outline, names: Mapping[str, str]) -> Outline:
    """The outline with other names of tables, models and metrics, wherever they stand."""
    if not names:
        return outline
    staging = {
        source.staging_model: f"stg_{source.system}__{names[source.table]}"
        for source in outline.sources
        if source.table in names
    }
    return Outline.model_validate(_renamed_in(outline.model_dump(mode="json"), {**names, **staging}))


def _renamed_in(value: object, names: Mapping[str, str], key: str = "") -> object:
    if isinstance(value, dict):
        return {name: _renamed_in(item, names, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed_in(item, names, key) for item in value]
    if isinstance(value, str) and key in ("where", "show"):
        return with_names(value, names)
    if isinstance(value, str) and key in ("name", "table", "model", "inputs"):
        return names.get(value, value)
    return value
