"""What the semantic layer must answer. Pure."""

from collections.abc import Iterator

from scenarios.proof.evidence import AnswerLook, Looked, Parsed
from scenarios.proof.report import Finding
from scenarios.proof.spec import ProofSpec, Question
from scenarios.proof.words import one_line


def metric_findings(spec: ProofSpec, parsed: Parsed, looked: Looked) -> Iterator[Finding]:
    """Metrics without a value, questions without an answer, dimensions that do not work."""
    for name in spec.metrics:
        metric = looked.metrics.get(name)
        if name not in parsed.metrics or (metric is not None and metric.value is not None):
            continue
        why = f": {one_line(metric.error)}" if metric is not None and metric.error else "."
        yield _finding(f"The metric {name} has no value{why}", name)
    for question in spec.questions:
        yield from _question(question, spec, parsed, looked)
    for mart, columns in spec.dimensions.items():
        for column in columns:
            yield from _dimension(mart, column, looked)


def _question(question: Question, spec: ProofSpec, parsed: Parsed, looked: Looked) -> Iterator[Finding]:
    name = question.metric
    if name not in parsed.metrics:
        if name not in spec.metrics:  # which is said already
            yield _finding(f"The metric {name} does not exist.", name)
        return
    metric = looked.metrics.get(name)
    if metric is not None and metric.value is None:
        return  # said already
    yield from _answer(question, looked.answers.get(name) or AnswerLook())


def _answer(question: Question, look: AnswerLook) -> Iterator[Finding]:
    name = question.metric
    if look.periods_error:
        yield _finding(
            f"The metric {name} cannot be shown by {question.grain}: {one_line(look.periods_error)}", name
        )
    elif all(value is None for _, value in look.periods):
        yield _finding(f"The metric {name} has no value in any {question.grain}.", name)
    if look.groups_error:
        why = one_line(look.groups_error)
        yield _finding(f"The metric {name} cannot be grouped by {question.dimension}: {why}", name)


def _dimension(mart: str, column: str, looked: Looked) -> Iterator[Finding]:
    place = f"{mart}.{column}"
    fault = looked.dimensions.get(place, "the project has no semantic layer")
    if fault:
        yield _finding(
            f"No metric of {mart} can be grouped by its dimension {column}: {one_line(fault)}", place
        )


def _finding(sentence: str, place: str) -> Finding:
    return Finding(sentence=sentence, place=place, part="semantic_layer")
