"""A brief as models are told it, and everything else without the name that a codename hides."""

from collections.abc import Mapping
from typing import Any

from scenarios.ai.prompting.untrusted import block, changed
from scenarios.plan.brief import Brief


class Telling:
    """How one brief, and all that belongs to its demo, is put into words for a model."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief.disguised()
        self.quoting = not brief.codename
        hidden = brief.codename is not None and brief.codename != brief.company
        self._name = brief.real_name if hidden else None  # made once: a prompt has hundreds of texts

    def text(self, text: str) -> str:
        """`text` with the codename in the place of the company's name, as `Brief.disguise` writes it."""
        alias = self.brief.codename
        return self._name.replace(text, alias) if self._name is not None and alias else text

    def block(self, name: str, value: object) -> str:
        """Plain data as a block of untrusted JSON; "" when there is nothing in it."""
        return block(name, value, change=self.text) if value else ""

    def words(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Variables that stand in sentences: names, numbers and lists of them."""
        return {name: changed(value, self.text) for name, value in variables.items()}
