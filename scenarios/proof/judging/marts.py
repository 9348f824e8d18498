"""What the marts must be: there, filled, and the same after a second run. Pure."""

from collections.abc import Iterator

from scenarios.proof.evidence import Looked, Parsed
from scenarios.proof.judging.findings import finding_at, named
from scenarios.proof.report import Finding
from scenarios.proof.spec import ProofSpec
from scenarios.proof.words import rows


def declared_findings(spec: ProofSpec, parsed: Parsed) -> Iterator[Finding]:
    """What the spec names must exist in the project."""
    tests = {node.name for node in parsed.nodes if node.resource_type == "test"}
    for name in spec.expected:
        if name not in tests:
            yield Finding(sentence=f"The declared test {name} does not exist.", place=name, part="tests")
    for name in spec.marts:
        if named(parsed, name) is None:
            yield Finding(sentence=f"The mart {name} does not exist.", place=name, part="marts")
    for name in spec.metrics:
        if name not in parsed.metrics:
            yield Finding(sentence=f"The metric {name} does not exist.", place=name, part="semantic_layer")
    if spec.incremental is not None:
        yield from _incremental(spec, parsed)


def _incremental(spec: ProofSpec, parsed: Parsed) -> Iterator[Finding]:
    if spec.incremental is None:
        return
    model, key = spec.incremental.model, spec.incremental.unique_key
    node = named(parsed, model)
    if node is None:
        yield Finding(sentence=f"The incremental model {model} does not exist.", place=model, part="marts")
    elif node.materialized != "incremental":
        yield finding_at(f"{model} should be incremental but is a {node.materialized}.", node)
    elif node.unique_key != key:
        yield finding_at(
            f"{model} should have the unique key {key} but has {node.unique_key or 'none'}.", node
        )


def mart_findings(spec: ProofSpec, parsed: Parsed, looked: Looked) -> Iterator[Finding]:
    """Marts that are missing, empty or have empty columns, and the incremental mart's key."""
    for name in spec.marts:
        node, mart = named(parsed, name), looked.marts.get(name)
        if node is None:
            continue  # reported as missing
        if mart is None:
            yield finding_at(f"The mart {name} is neither a table nor a view.", node)
            continue
        if mart.error:
            yield finding_at(f"The mart {name} cannot be read: {mart.error[:300]}", node)
        elif mart.rows == 0:
            yield finding_at(f"The mart {name} has no rows.", node)
        for column in mart.empty_columns:
            yield finding_at(
                f"The column {column} of {name} is empty in every row.", node, f"{name}.{column}"
            )
    if spec.incremental is not None and spec.incremental.model in looked.counts and looked.duplicates is None:
        key = f"{spec.incremental.model}.{spec.incremental.unique_key}"
        yield finding_at(f"{key} does not exist.", named(parsed, spec.incremental.model), key)
    if spec.incremental is not None and looked.duplicates:
        key = f"{spec.incremental.model}.{spec.incremental.unique_key}"
        sentence = f"{key} is not unique after the first run: {rows(looked.duplicates)} too many."
        yield finding_at(sentence, named(parsed, spec.incremental.model), key)


def repeat_findings(spec: ProofSpec, parsed: Parsed, first: Looked, second: Looked) -> Iterator[Finding]:
    """What a second run of the same project changed."""
    for name, count in second.counts.items():
        before = first.counts.get(name)
        if count is None and before is None:
            yield finding_at(f"{name} was built but cannot be read.", named(parsed, name))
        elif count != before:
            sentence = f"A second run changed {name} from {rows(before)} to {rows(count)}."
            yield finding_at(sentence, named(parsed, name))
    if spec.incremental is not None and second.duplicates and not first.duplicates:
        key = f"{spec.incremental.model}.{spec.incremental.unique_key}"
        sentence = f"{key} is not unique after the second run: {rows(second.duplicates)} too many."
        yield finding_at(sentence, named(parsed, spec.incremental.model), key)
