"""Plans without a model: industry blueprints composed from the brief.

How a plan comes about: `library` reads the blueprint files (`schema` is their shape), `choices` picks angle, words,
tables and metrics by the notes or by the brief's digest (`dice`), `compose` turns the choices into tables, models,
statements and metrics in the demo's own words (`lexicon`), `drafting` makes the outline of them.

How a part of any outline comes about: `infer` recognises the choices, `matching` lays outline and composition side
by side, `parts` takes what still agrees, adapts what was edited (`adapting`) and synthesises the rest (`synthetic_…`).
`makers` and `rows` make the cells, `planting` the defects, `daytwo` the second day, `talk` the talk track.

`changes` and `modify` understand "Regenerate with modifications". `catalogue` lists every story for the tests.
"""

from scenarios.ai.builtin.provider import BuiltinProvider

__all__ = ["BuiltinProvider"]
