"""What the branches change, in words and tables: for the guide, the README and the pull requests. Pure."""

from collections.abc import Iterator

from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.plan.parts import Plan
from scenarios.plan.words import all_of
from scenarios.rendering.commands import BACK, FIXED
from scenarios.rendering.facts import ArrivalFacts, ProvenFacts, value_text
from scenarios.rendering.fixes import BASE_FOLDER, fix_files
from scenarios.rendering.markdown import Md, block, code, inline, table
from scenarios.rendering.seeds import seed_path
from scenarios.rendering.text import cell_value

_PROPERTIES = f"{BASE_FOLDER}/schema.yml"


def fix_section(plan: Plan, facts: ProvenFacts) -> Iterator[str]:
    """The guide's section about the fix branch."""
    yield f"## The branch that fixes it: {code(FIX)}"
    yield (
        f"{code(FIX)} is {code(MAIN)} with everything above fixed as an analytics engineer would do it. "
        "Show the changed files, then build it. The full refresh also corrects the rows that the incremental "
        "mart has loaded before."
    )
    yield block(f"{FIXED}\n\n# Afterwards, back to the beginning\n{BACK}")
    yield "### Files that differ"
    yield files_table(plan)
    if facts.fix_tests_passed:
        yield "### What the proven run of the branch found"
        yield f"All {facts.fix_tests_passed} tests passed, and none warned."
        yield changes_table(facts)
        yield metrics_table(plan, facts)


def files_table(plan: Plan) -> Md:
    """The files that the fix adds or changes."""
    rows = [(code(path), _what(path)) for path in sorted(fix_files(plan))]
    return table(["File", "What is done there"], rows)


def _what(path: str) -> str:
    if path.startswith("seeds/"):
        return "Changed: the newest row is delivered again."
    if path == _PROPERTIES:
        return "New: descriptions, and the tests of the keys that are joined."
    if path.startswith(BASE_FOLDER):
        return "New: names and types, settled before a staging model joins."
    return "Changed: the fix, with a comment above each step."


def changes_table(facts: ProvenFacts) -> str:
    """Rows of the models that differ on the fix branch, as the Proof compared them."""
    if not facts.fix_changes:
        return "No model has other rows than on `main`."
    rows = [
        (code(model), *(f"{n:,}" for n in (c.before, c.after, c.added, c.removed, c.changed)))
        for model, c in facts.fix_changes.items()
    ]
    return table(["Model", "Rows on main", "Rows after the fix", "Added", "Removed", "Changed"], rows)


def metrics_table(plan: Plan, facts: ProvenFacts) -> str:
    """Metrics whose value the fix changes; empty when none does."""
    rows = []
    for idea in plan.outline.metrics:
        before = value_text(facts.metrics.get(idea.name), idea.unit)
        after = value_text(facts.fix_metrics.get(idea.name), idea.unit)
        if idea.name in facts.fix_metrics and before != after:
            rows.append((inline(idea.label), _figure(before), _figure(after)))
    return table(["Metric", "On main", "After the fix"], rows) if rows else ""


def _figure(text: str) -> Md:
    return Md(inline(text).removeprefix("\\"))  # inside a cell a minus sign begins no list


def arrivals_table(plan: Plan, facts: ProvenFacts) -> Md:
    """The rows that the second day brings to the incremental mart: as proven, else as planned."""
    proven = {arrival.key: arrival for arrival in facts.arrivals}
    rows = [
        (
            code(str(arrival.key)),
            arrival.kind,
            inline(arrival.what),
            _difference(proven.get(cell_value(arrival.key))),
        )
        for arrival in plan.day_two.arrivals
    ]
    return table([code(plan.outline.incremental.unique_key), "Kind", "What it is", "In the proven run"], rows)


def _difference(arrival: ArrivalFacts | None) -> str:
    """What the Proof saw of a row: changed columns with both values."""
    if arrival is None:
        return ""
    if arrival.before is None:
        return "a new row"
    before = arrival.before
    changed = [
        f"{name}: {_value(before.get(name))} → {_value(value)}"
        for name, value in arrival.after.items()
        if before.get(name) != value
    ]
    return "; ".join(changed)


def _value(value: object) -> str:
    return "empty" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def seeds_words(plan: Plan) -> str:
    """What is in the seeds of the second day, such as: `seeds/orders.csv` (2 new rows and 1 changed)."""
    said = []
    for day in plan.day_two.tables:
        counts = [f"{len(day.new)} new"] if day.new else []
        counts += [f"{len(day.changed)} changed"] if day.changed else []
        if counts:
            said.append(f"{code(seed_path(day.table))} ({' and '.join(counts)})")
    return all_of(said)


def branches_section(plan: Plan, facts: ProvenFacts) -> list[str]:
    """The README's section about the branches."""
    rows = [(code(MAIN), "The demo as it opens: green, with the planted defects as warnings.")]
    if plan.quality.scenarios:
        green = f" All {facts.fix_tests_passed} tests pass there." if facts.fix_tests_passed else ""
        rows.append((code(FIX), f"What the tests caught, fixed in staging.{green}"))
    else:
        rows = [(code(MAIN), "The demo as it opens.")]
    mart, many = plan.outline.incremental.model, len(plan.day_two.arrivals)
    brings = f": one run changes exactly {many} rows of {mart}" if many else ""
    rows.append((code(DAY_TWO), f"The seeds of the second day{brings}."))
    return [
        "## Branches",
        table(["Branch", "What it shows"], rows),
        f"Build {code(MAIN)} first, then switch. The second day differs in its seeds only: {seeds_words(plan)}.",
    ]
