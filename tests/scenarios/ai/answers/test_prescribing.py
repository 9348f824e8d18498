"""Calls that run side by side are told the same keys and the same rows for defects."""

from itertools import combinations

import pytest

from scenarios.ai.answers.places import FIRST, LAST
from scenarios.ai.answers.prescribing import prescription
from scenarios.ai.builtin.story import name_of_test
from scenarios.plan.mend import mend_rows
from scenarios.plan.outline import ForeignKey, Outline, QualityIdea
from scenarios.plan.parts import ROWS_PER_SOURCE, Quality
from scenarios.plan.rules import check_plan
from tests.projects.conftest import NAMES, compose, read_example
from tests.sampling import every
from tests.scenarios.plan.example import example_outline

KINDS = ("null", "duplicate", "orphan", "out_of_range", "inconsistent_code", "impossible_dates", "stale")


def with_defects(*kinds, table="orders"):
    """The example's outline with these kinds of defects in one table; whether they fit is not asked here."""
    outline = example_outline()
    columns = [column.name for column in outline.source(table).columns[1:]]
    ideas = [
        QualityIdea(
            name=f"idea_{n}", title="An idea", kind=kind, table=table, column=columns[n], story="Told."
        )
        for n, kind in enumerate(kinds)
    ]
    return outline.model_copy(update={"quality": ideas})


def with_column(outline, table, column, **changes) -> Outline:
    """The outline with one column of a source table changed."""
    sources = [
        source.model_copy(
            update={
                "columns": [c.model_copy(update=changes) if c.name == column else c for c in source.columns]
            }
        )
        if source.table == table
        else source
        for source in outline.sources
    ]
    return outline.model_copy(update={"sources": sources})


def test_keys_are_numbers_by_table_and_the_second_day_goes_on():
    told = prescription(example_outline())
    assert told.keys["customers"] == tuple(range(101, 111))
    assert told.keys["order_items"] == tuple(range(401, 411))
    assert told.new_keys["orders"] == (311, 312, 313)


def test_text_keys_begin_with_letters_of_the_table_that_no_other_table_has():
    outline = example_outline()
    for table, key in (
        ("orders", "order_id"),
        ("order_items", "order_item_id"),
        ("customers", "customer_id"),
    ):
        outline = with_column(outline, table, key, type="string")
    told = prescription(outline)
    assert told.keys["orders"][0] == "ORD-001"
    assert told.keys["orders"][-1] == "ORD-010"
    assert told.new_keys["orders"] == ("ORD-011", "ORD-012", "ORD-013")
    assert told.keys["order_items"][0] == "OIT-001"
    assert told.keys["products"] == tuple(range(201, 211))


def test_tables_with_like_names_have_different_letters():
    outline = example_outline()
    names = ("order", "orders", "ord")
    sources = [
        source.model_copy(update={"table": name})
        for source, name in zip(outline.sources[:3], names, strict=True)
    ]
    outline = outline.model_copy(update={"sources": sources, "quality": []})
    for source in sources:
        outline = with_column(outline, source.table, source.primary_key, type="string")
    told = prescription(outline)
    letters = [str(told.keys[name][0]).partition("-")[0] for name in names]
    assert len(set(letters)) == len(names)


def test_a_key_that_refers_to_another_table_has_its_keys():
    reference = ForeignKey(table="customers", column="customer_id")
    outline = with_column(example_outline(), "products", "product_id", references=reference)
    told = prescription(outline)
    assert told.keys["products"] == told.keys["customers"]
    assert told.new_keys["products"] == told.new_keys["customers"]
    circle = with_column(
        outline, "customers", "customer_id", references=ForeignKey(table="products", column="product_id")
    )
    assert len(prescription(circle).keys["products"]) == ROWS_PER_SOURCE


@pytest.mark.parametrize("kinds", every(3, combinations(KINDS, 3)))
def test_defects_of_a_table_have_rows_of_their_own_away_from_the_first_and_the_newest(kinds):
    defects = prescription(with_defects(*kinds)).defects
    rows = [number for defect in defects if defect.kind != "stale" for number in defect.row_numbers]
    assert len(set(rows)) == len(rows)
    assert set(rows) <= set(range(FIRST, LAST + 1))
    assert all(len(defect.row_numbers) == (2 if defect.kind == "duplicate" else 1) for defect in defects)
    assert 1 not in rows
    assert not {9, 10} & set(rows)


@pytest.mark.parametrize("count", range(1, 6))
def test_even_five_duplicates_in_one_table_have_places_and_later_rows_of_their_own(count):
    defects = prescription(with_defects(*["duplicate"] * count)).defects
    later = [defect.row_numbers[1] for defect in defects]
    assert len(set(later)) == count
    assert all(
        FIRST <= first < second <= LAST for first, second in (defect.row_numbers for defect in defects)
    )


def test_rows_that_a_fix_may_take_out_are_referred_to_by_nobody():
    outline = with_defects("duplicate", "inconsistent_code", "null")
    told = prescription(outline)
    taken = {n for defect in told.defects if defect.kind != "inconsistent_code" for n in defect.row_numbers}
    assert told.alone == {"orders": tuple(told.keys["orders"][number - 1] for number in sorted(taken))}
    assert prescription(with_defects("null", table="order_items")).alone == {}


def test_tests_are_named_as_the_built_in_provider_does_but_never_twice():
    outline = example_outline()
    told = prescription(outline)
    assert [defect.test_name for defect in told.defects] == [name_of_test(idea) for idea in outline.quality]
    long = "a_very_long_column_name_that_is_cut"
    ideas = [
        QualityIdea(name=f"i{n}", title="T", kind="null", table="orders", column=f"{long}_{n}", story="S")
        for n in range(2)
    ]
    names = [
        defect.test_name for defect in prescription(outline.model_copy(update={"quality": ideas})).defects
    ]
    assert names[1] == f"{names[0]}_2"
    metric = outline.metrics[0].model_copy(update={"name": names[0]})
    taken = outline.model_copy(update={"quality": ideas, "metrics": [metric]})
    assert names[0] not in [defect.test_name for defect in prescription(taken).defects]


@pytest.mark.parametrize("name", every(3, NAMES))
def test_the_same_outline_gives_the_same_prescription_and_unique_keys(name):
    outline = compose(read_example(name)).outline
    told = prescription(outline)
    assert told == prescription(Outline.model_validate_json(outline.model_dump_json()))
    for source in outline.sources:
        keys = [*told.keys[source.table], *told.new_keys[source.table]]
        assert len(set(keys)) == len(keys) == ROWS_PER_SOURCE + 3
        kind = source.column(source.primary_key).type
        assert all(isinstance(key, str if kind == "string" else int) for key in keys)
    assert [defect.name for defect in told.defects] == [idea.name for idea in outline.quality]


@pytest.mark.parametrize("name", every(3, NAMES))
def test_defects_planted_where_prescribed_leave_a_plan_whose_fixes_break_nothing(name):
    plan = compose(read_example(name))
    rows = {defect.name: list(defect.row_numbers) for defect in prescription(plan.outline).defects}
    scenarios = [one.model_copy(update={"row_numbers": rows[one.name]}) for one in plan.quality.scenarios]
    mended, _ = mend_rows(plan.model_copy(update={"quality": Quality(scenarios=scenarios)}))
    assert [one.row_numbers for one in mended.quality.scenarios] == [one.row_numbers for one in scenarios]
    # Unit tests of features quote rows of the plan as it was: they are computed anew for every plan.
    assert [str(violation) for violation in check_plan(mended) if violation.part != "features"] == []
