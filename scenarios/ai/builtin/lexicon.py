"""The one place where `[[placeholders]]` of a blueprint become words and names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.ai.builtin.schema import TermOption
from scenarios.plan.names import slug

PLACEHOLDER = re.compile(r"\[\[([^\[\]]+)\]\]")


class BlueprintError(Exception):
    """A blueprint file is wrong; the sentence says where."""


def plural_key(term: str) -> str:
    """The placeholder for many of a term: `customer` → `customers`, `delivery` → `deliveries`."""
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return f"{term[:-1]}ies"
    return term if term.endswith("s") else f"{term}s"


@dataclass(frozen=True)
class Lexicon:
    """The words of one demo: chosen terms, facts such as the company, and names of tables and models."""

    terms: Mapping[str, TermOption]
    facts: Mapping[str, str] = field(default_factory=dict)  # for texts and data only, never for names
    names: Mapping[str, str] = field(default_factory=dict)  # "stg.orders" → "stg_shop__orders"

    def text(self, pattern: str) -> str:
        """The pattern as prose."""
        return PLACEHOLDER.sub(lambda match: self._prose(match.group(1), pattern), pattern)

    def name(self, pattern: str) -> str:
        """The pattern as a name, or as SQL with names in it."""
        return PLACEHOLDER.sub(lambda match: self._identifier(match.group(1), pattern), pattern)

    def with_names(self, names: Mapping[str, str]) -> "Lexicon":
        """The same words, knowing more names."""
        return Lexicon(self.terms, self.facts, {**self.names, **names})

    def _term(self, key: str) -> str | None:
        if key in self.terms:
            return self.terms[key].one
        return next((option.many for term, option in self.terms.items() if plural_key(term) == key), None)

    def _identifier(self, key: str, pattern: str) -> str:
        if key in self.names:
            return self.names[key]
        word = self._term(key)
        if word is None:
            raise BlueprintError(f"[[{key}]] is no term, table or model of this demo: {pattern[:120]}")
        return slug(word)

    def _prose(self, key: str, pattern: str) -> str:
        if key in self.facts:
            return self.facts[key]
        if key in self.names:
            return self.names[key]
        word = self._term(key.lower())
        if word is None:
            raise BlueprintError(f"[[{key}]] is no term or fact: {pattern[:120]}")
        return word[:1].upper() + word[1:] if key[0].isupper() else word
