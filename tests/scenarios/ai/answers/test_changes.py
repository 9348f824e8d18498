"""Changes touch what they name and nothing else; what they name and nobody knows is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.ai.answers.converting import changed_outline, keys_to_rewrite, outline_answer
from scenarios.ai.answers.outline import ChangesAnswer
from scenarios.plan.violations import PlanRefused
from tests.scenarios.ai.answers.test_outlines import brief
from tests.scenarios.plan.example import example_outline

OUTLINE = example_outline()
TOLD = outline_answer(OUTLINE)
NEW = "Said in other words."

#: Field of the changes → (the outline's list, how a thing is reworded).
LISTS = {
    "sources": ("sources", lambda thing: {"about": NEW}),
    "models": ("models", lambda thing: {"purpose": NEW}),
    "metrics": ("metrics", lambda thing: {"about": NEW}),
    "pains": ("pain_points", lambda thing: {"show": NEW}),
    "defects": ("quality", lambda thing: {"story": NEW}),
}


def refused(**changes):
    with pytest.raises(PlanRefused) as caught:
        changed_outline(brief(), OUTLINE, ChangesAnswer(**changes))
    return [str(violation) for violation in caught.value.violations]


def changed(**changes):
    return changed_outline(brief(), OUTLINE, ChangesAnswer(**changes))


def test_no_change_changes_nothing():
    assert changed() == OUTLINE
    assert changed(context=["", ""]).model_dump_json() == OUTLINE.model_dump_json()


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({field: st.sets(st.integers(0, 5), max_size=3) for field in LISTS}))
def test_what_is_not_named_stays_the_same_object_and_what_is_named_changes(chosen):
    changes = {}
    for field, (_, reworded) in LISTS.items():
        things = getattr(TOLD, field)
        changes[field] = [
            things[place].model_copy(update=reworded(things[place]))
            for place in chosen[field]
            if place < len(things)
        ]
    after = changed(**changes)
    for field, (name, _) in LISTS.items():
        pairs = list(zip(getattr(OUTLINE, name), getattr(after, name), strict=True))
        for place, (old, new) in enumerate(pairs):
            assert (new is old) == (place not in chosen[field])
            assert (NEW in new.model_dump_json()) == (place in chosen[field])
    assert after.context is OUTLINE.context
    assert after.incremental == OUTLINE.incremental
    untouched = {name for name, _ in LISTS.values()}
    assert after.model_dump(exclude=untouched) == OUTLINE.model_dump(exclude=untouched)


def test_the_context_changes_text_by_text():
    assert changed(context=["", "A use case."]).context == OUTLINE.context.model_copy(
        update={"use_case": "A use case."}
    )
    after = changed(context=["A summary.", "", "One aim", "Another"]).context
    assert (after.summary, after.use_case) == ("A summary.", OUTLINE.context.use_case)
    assert after.objectives == ["One aim", "Another"]


def test_the_incremental_mart_is_kept_another_way():
    rule = TOLD.incremental.model_copy(update={"lookback_days": 14})
    assert changed(incremental=[rule]).incremental == OUTLINE.incremental.model_copy(
        update={"lookback_days": 14}
    )
    assert "There are several." in refused(incremental=[rule, rule])[0]


def test_new_things_come_at_the_end_of_their_layer():
    copy = TOLD.models[2].model_copy(update={"name": "int_customers_again"})
    reader = TOLD.models[5].model_copy(update={"inputs": [*TOLD.models[5].inputs, "int_customers_again"]})
    names = [model.name for model in changed(models=[copy, reader]).models]
    assert names == [
        *[model.name for model in OUTLINE.intermediates],
        "int_customers_again",
        *[model.name for model in OUTLINE.marts],
    ]
    metric = TOLD.metrics[0].model_copy(update={"name": "revenue_again", "label": "Again"})
    assert [metric.name for metric in changed(metrics=[metric]).metrics][-1] == "revenue_again"


def test_a_pain_is_known_by_its_words_or_by_what_it_answers():
    first = OUTLINE.pain_points[0].model_copy(update={"answers": [1]})
    outline = OUTLINE.model_copy(update={"pain_points": [first, *OUTLINE.pain_points[1:]]})
    said = TOLD.pains[0].model_copy(update={"pain": "Nobody agrees.", "answers": [1]})
    after = changed_outline(brief(), outline, ChangesAnswer(pains=[said]))
    assert [pain.pain for pain in after.pain_points] == [
        "Nobody agrees.",
        *[p.pain for p in outline.pain_points[1:]],
    ]
    new = TOLD.pains[0].model_copy(update={"pain": "Something else hurts.", "answers": [2]})
    assert len(changed_outline(brief(), outline, ChangesAnswer(pains=[new])).pain_points) == 4


def test_things_are_removed_by_name_and_pains_by_number():
    after = changed(removed=["Status_Spellings", "pain 2", "fct_order_items"])
    assert [idea.name for idea in after.quality] == ["unknown_customer"]
    assert after.pain_points == [OUTLINE.pain_points[0], OUTLINE.pain_points[2]]
    assert "fct_order_items" not in [model.name for model in after.models]
    assert after.sources == OUTLINE.sources


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"removed": ["fct_nothing"]}, "There is no “fct_nothing” to remove. Name customers, products,"),
        ({"removed": ["pain 9"]}, "There is no “pain 9” to remove."),
        ({"rewrite": ["fct_nothing"]}, "There is no “fct_nothing” to write anew."),
        ({"removed": ["dim_customers", "int_customers_profiled", "customers"]}, "which is not in the plan"),
        ({"metrics": [TOLD.metrics[0], TOLD.metrics[0]]}, "They name a thing twice."),
        (
            {"metrics": [TOLD.metrics[0].model_copy(update={"label": ""})]},
            "Metric revenue, label: It is empty.",
        ),
        (
            {"models": [TOLD.models[3].model_copy(update={"key": "nothing"})]},
            "Its primary key nothing is not one",
        ),
        ({"context": ["x" * 2000]}, "Business context, summary: The text is longer than 1500 characters."),
        ({"removed": ["pain 1", "pain 2", "pain 3"]}, "at least 1"),
    ],
)
def test_changes_that_break_something_are_refused_with_a_sentence(changes, said):
    assert any(said in sentence for sentence in refused(**changes))


def test_a_new_pain_must_answer_a_sentence_that_there_is_but_old_ones_may_be_older_than_the_brief():
    first = OUTLINE.pain_points[0].model_copy(update={"answers": [7]})
    outline = OUTLINE.model_copy(update={"pain_points": [first, *OUTLINE.pain_points[1:]]})
    assert changed_outline(brief(), outline, ChangesAnswer()) == outline
    with pytest.raises(PlanRefused, match="It answers sentence 8"):
        changed_outline(
            brief(), outline, ChangesAnswer(pains=[TOLD.pains[1].model_copy(update={"answers": [8]})])
        )


def test_the_parts_to_write_anew_are_found_by_any_of_their_names():
    asked = ChangesAnswer(
        rewrite=["Fct_Orders", "orders", "talk_track", "revenue", "status_spellings", "sql:dim_customers"]
    )
    keys, wrong = keys_to_rewrite(OUTLINE, asked)
    assert wrong == []
    assert keys == ["quality", "rows:orders", "sql:fct_orders", "sql:dim_customers", "semantic", "talk_track"]
