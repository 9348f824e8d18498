"""Menders for what a language model typically gets wrong, after it has had its chances. Pure and deterministic.

They work on answers, so that they can mend what does not even convert. The rules have the last word: what they
still refuse after mending is written by the built-in provider.
"""

from scenarios.ai.mending.details import mend_detail
from scenarios.ai.mending.outline import mend_outline

__all__ = ["mend_detail", "mend_outline"]
