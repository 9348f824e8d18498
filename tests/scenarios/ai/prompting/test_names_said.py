"""Names that prompts warn of are refused, names that they recommend are not, and limits are those of the plan."""

import re
from typing import Any

import pytest

from scenarios.ai.builtin.story import name_of_test
from scenarios.ai.prompting.facts import KEYWORDS, TABLE_KEYWORDS
from scenarios.plan.names import Line, Name, Text, Unit
from scenarios.plan.outline import DefectKind, Model, Outline, QualityIdea, SourceTable
from scenarios.plan.parts import DayTwo, DayTwoTable, Semantic, SemanticModel, TalkTrack
from scenarios.plan.portable import is_keyword, is_reserved
from scenarios.rendering.data_tests import GENERIC
from tests.scenarios.ai.prompting.asked import prompts_of, whole


@pytest.mark.parametrize("name", KEYWORDS)
def test_column_names_that_are_warned_of_are_keywords(name: str) -> None:
    assert is_keyword(name)
    assert name in prompts_of()["outline"].system


@pytest.mark.parametrize("name", TABLE_KEYWORDS)
def test_table_names_that_are_warned_of_are_reserved(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["date", "status", "region", "name"])
def test_names_of_one_word_that_are_replaced(name: str) -> None:
    assert f"instead of `{name}`" in whole(prompts_of()["outline"])


def test_recommended_names_are_fine() -> None:
    system = prompts_of()["outline"].system
    recommended = [
        "order_date",
        "order_status",
        "sales_region",
        "customer_name",
        "customer_first_name",
        "orders",
    ]
    for name in [
        *recommended,
        "invoice_line_number",
        "customers",
        "invoices",
        "channel_month_key",
        "net_revenue",
    ]:
        assert not is_keyword(name)
    assert all(name in system for name in recommended)


@pytest.mark.parametrize(
    "kind", ["null", "duplicate", "orphan", "inconsistent_code", "out_of_range", "impossible_dates", "stale"]
)
def test_names_of_tests_are_those_that_will_be(kind: DefectKind) -> None:
    idea = QualityIdea(name="x", title="x", kind=kind, table="orders", column="amount", story="x")
    ending = name_of_test(idea).removeprefix("orders_amount")
    row = next(line for line in prompts_of()["outline"].task.splitlines() if line.startswith(f"| {kind} |"))
    assert f"{{table}}_{{column}}{ending} |" in row
    assert kind in whole(prompts_of()["data:2"])


def test_every_kind_of_defect_with_a_plain_test_says_what_its_column_must_have() -> None:
    wanted = {
        "null": "`required`",
        "duplicate": "`unique`",
        "orphan": "`refers_to`",
        "inconsistent_code": "`values`",
    }
    assert set(wanted) == set(GENERIC)
    lines = prompts_of()["outline"].task.splitlines()
    for kind, word in wanted.items():
        assert word in next(line for line in lines if line.startswith(f"| {kind} |"))


def limits(kind: type[Any], field: str) -> dict[str, int]:
    """Least and most that a field may have."""
    found: dict[str, int] = {}
    for mark in kind.model_fields[field].metadata:
        for name in ("min_length", "max_length", "ge", "le"):
            if getattr(mark, name, None) is not None:
                found[name.removesuffix("_length")] = getattr(mark, name)
    return found


@pytest.mark.parametrize(
    ("kind", "field", "low", "high", "prompt", "words"),
    [
        (Outline, "sources", 3, 5, "outline", "3 to 5 source datasets"),
        (SourceTable, "columns", 3, 16, "outline", "3 to 16 are possible"),
        (Outline, "models", 3, 12, "outline", "3 to 12 models of two layers"),
        (Model, "inputs", 1, 6, "outline", "1 to 6 names of what it reads"),
        (Model, "columns", 2, 24, "outline", "`columns`: 2 to 24"),
        (Model, "business_questions", None, 5, "outline", "up to 5 business questions"),
        (Outline, "metrics", None, 10, "outline", "At most 10."),
        (Outline, "pain_points", 1, 10, "outline", "1 to 10 entries"),
        (Semantic, "models", 1, 4, "semantic", "1 to 4 marts"),
        (SemanticModel, "entities", 1, 6, "semantic", "the join keys, 1 to 6."),
        (SemanticModel, "dimensions", 1, 10, "semantic", "1 to 10 columns to group by"),
        (TalkTrack, "beats", 3, 14, "talk_track", "3 to 14 are possible"),
        (TalkTrack, "ends_at", 5, 90, "talk_track", "5 to 90"),
    ],
)
def test_numbers_are_those_of_the_plan(
    kind: type[Any], field: str, low: int | None, high: int, prompt: str, words: str
) -> None:
    found = limits(kind, field)
    assert (found.get("min", found.get("ge")), found.get("max", found.get("le"))) == (low, high)
    assert words in whole(prompts_of()[prompt])


def test_lengths_are_those_of_the_plan() -> None:
    said = whole(prompts_of()["outline"])
    lengths = {
        name: max(mark.max_length for mark in kind.__metadata__ if getattr(mark, "max_length", None))
        for name, kind in {"line": Line, "text": Text, "unit": Unit}.items()
    }
    assert lengths == {"line": 200, "text": 1500, "unit": 16}
    for words in ("at most 200", "at most 1,500", "`unit`: at most 16 characters"):
        assert words in said
    pattern = next(mark.pattern for mark in Name.__metadata__ if getattr(mark, "pattern", None))
    assert [bool(re.match(pattern, "a" * length)) for length in (63, 64)] == [True, False]
    assert "A name has at most 63 characters" in said


def test_the_second_day_has_room() -> None:
    assert limits(DayTwoTable, "new")["max"] >= 3
    assert limits(DayTwo, "tables")["min"] == 1
