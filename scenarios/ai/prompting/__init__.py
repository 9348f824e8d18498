"""The words that are sent to models: loads and renders the files of the top-level folder `prompts/`. No Django.

`Prompts` renders, `Texts` is what comes out. The same input gives the same text, byte for byte: nothing here
looks at a clock, and everything that comes from outside is written as JSON in the order it was given.
"""

from scenarios.ai.prompting.prompts import Prompts
from scenarios.ai.prompting.texts import Texts, digest_of

__all__ = ["Prompts", "Texts", "digest_of"]
