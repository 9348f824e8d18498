"""Every kind of failure has words, and they are for people."""

import re
from typing import get_args

import pytest

from scenarios.ai.calls.protocol import Kind
from scenarios.ai.calls.sentences import explain

KINDS = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sentence_and_a_hint(kind: Kind) -> None:
    sentence, hint = explain(kind, provider_label="Claude (Anthropic)", model="claude-x", retry_after=None)
    assert sentence.endswith(".")
    assert hint.endswith(".")
    assert "Claude (Anthropic)" in sentence or "claude-x" in sentence or "API key" in sentence
    assert not re.search(
        r"[{}]|HTTP|\b\d{3}\b|None|null|exception|timeout|token|JSON|schema", sentence + hint
    )


def test_no_two_kinds_read_the_same() -> None:
    assert len({explain(kind, provider_label="X", model="m") for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (45, "45 seconds"),
        (60, "60 seconds"),
        (61, "2 minutes"),
        (3600, "60 minutes"),
        (3601, "2 hours"),
        (47 * 3600, "47 hours"),
        (1e300, "a few days"),
        (None, "a few minutes"),
        (0, "a few minutes"),
    ],
)
def test_a_wait_in_words_is_never_shorter_than_the_wait(seconds: float | None, words: str) -> None:
    assert f"Try again in {words}" in explain("rate_limit", provider_label="X", retry_after=seconds)[1]


def test_braces_in_a_model_name_are_only_text() -> None:
    assert "{provider} {0}" in explain("not_found", provider_label="X", model="{provider} {0}")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_model_the_sentence_still_reads_well(kind: Kind) -> None:
    sentence, _ = explain(kind, provider_label="OpenAI")
    assert sentence[0].isupper()
    assert "the model the model" not in sentence
