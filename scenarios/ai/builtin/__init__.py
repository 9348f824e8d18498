"""Plans without a model: industry blueprints composed from the brief.

How a plan comes about: `library` reads the blueprint files (`schema` is their shape), `choices` picks angle, words,
tables and metrics by the notes or by the brief's digest (`dice`), `compose` turns the choices into tables, models,
statements and metrics in the demo's own words (`lexicon`), `drafting` makes the outline of them.

How a part of any outline comes about: `infer` recognises the choices, `matching` lays outline and composition side
by side, `parts` takes what still agrees, adapts what was edited (`adapting`) and synthesises the rest (`synthetic_…`).
`makers` and `rows` make the cells, `planting` the defects (`fixing` says their fix), `daytwo` the second day.

What only the rows can tell is seen by a trial run of the models (`trial`): which rows arrive on the second day
(`arrivals`), what the metrics say (`readings`), which are worth showing and by which dimension (`worth`,
`selection`). `answering` finds what answers a pain, `pains` shows it; `beats` times the talk, `moments` gives its
numbers, `talk` puts it together.

`changes` and `modify` understand "Regenerate with modifications". `catalogue` lists every story for the tests.
"""

from scenarios.ai.builtin.provider import BuiltinProvider

__all__ = ["BuiltinProvider"]
