"""The small pieces of the built-in provider: dice, words, placeholders, formulas, statements."""

import pytest

from scenarios.ai.builtin.adapting import split_statement
from scenarios.ai.builtin.arithmetic import evaluate, names_in
from scenarios.ai.builtin.dice import Dice
from scenarios.ai.builtin.facts import brand_of, code_of
from scenarios.ai.builtin.lexicon import BlueprintError, Lexicon, plural_key
from scenarios.ai.builtin.likeness import likeness
from scenarios.ai.builtin.matching import with_names
from scenarios.ai.builtin.planting import spelling
from scenarios.ai.builtin.schema import Column, TermOption
from scenarios.ai.builtin.wording import best, hits, sentences, shortened

WORDS = Lexicon(
    {"customer": TermOption(one="loyal shopper"), "delivery": TermOption.model_validate("delivery")},
    {"company": "Ada & Co"},
    {"stg.orders": "stg_shop__orders"},
)


def test_dice_are_the_same_for_the_same_label_and_differ_between_labels():
    dice = Dice("seed")
    assert [dice.integer(f"label {n}", 1, 6) for n in range(50)] == [
        Dice("seed").integer(f"label {n}", 1, 6) for n in range(50)
    ]
    assert {dice.integer(f"label {n}", 1, 6) for n in range(50)} == {1, 2, 3, 4, 5, 6}
    assert sorted(dice.shuffled("order", range(9))) == list(range(9))
    assert dice.child("a").fraction("x") != dice.child("b").fraction("x")


def test_placeholders_become_names_or_prose():
    assert WORDS.name("dim_[[customers]].[[customer]]_id") == "dim_loyal_shoppers.loyal_shopper_id"
    assert WORDS.name("select 1 from [[stg.orders]]") == "select 1 from stg_shop__orders"
    assert (
        WORDS.text("[[Customers]] of [[company]] and [[deliveries]]")
        == "Loyal shoppers of Ada & Co and deliveries"
    )
    for wrong in ("[[nobody]]", "[[company]]"):
        with pytest.raises(BlueprintError):
            WORDS.name(wrong)


def test_plurals():
    assert [plural_key(term) for term in ("customer", "delivery", "day", "sales")] == [
        "customers",
        "deliveries",
        "days",
        "sales",
    ]
    assert TermOption(one="branch", many="branches").many == "branches"


def test_words_are_found_at_their_beginning_in_any_language():
    assert hits(["return", "turn", "qualité", "品質"], "Returns hurt. La QUALITE baisse. データ品質") == [
        "return",
        "qualité",
        "品質",
    ]
    assert best({"a": ["stock"], "b": ["stock-out"]}, "too many stock-outs") == "b"
    assert best({"a": ["stock"]}, "nothing here") is None


def test_sentences_of_prose_bullets_and_japanese():
    text = "One. Two!\n- three\n2) four; five\n品質が悪い。遅い。\n---"
    assert sentences(text) == ["One.", "Two!", "three", "four", "five", "品質が悪い。", "遅い。"]
    assert shortened("a long sentence that goes on", 20) == "a long sentence…"


def test_formulas_know_columns_lookups_and_missing_values():
    cells = {("qty", None): 3, ("sku", "price"): 2.5, ("gone", None): None}
    value = lambda name, field: cells[(name, field)]  # noqa: E731
    assert evaluate("qty * sku.price - 1", value) == 6.5
    assert evaluate("qty / (qty - 3)", value) is None
    assert evaluate("qty + gone", value) is None
    assert names_in("qty * sku.price") == {"qty", "sku"}
    for wrong in ("qty ** 2", "__import__('os')", "qty +", "'text'"):
        with pytest.raises(BlueprintError):
            evaluate(wrong, value)


def test_a_column_has_exactly_one_maker():
    with pytest.raises(ValueError, match="exactly one"):
        Column(text="x")
    with pytest.raises(ValueError, match="exactly one"):
        Column(text="x", flag=3, draw="cities")
    with pytest.raises(ValueError, match="add up to 10"):
        Column(text="x", deal={"a": 3, "b": 4})


def test_brand_and_code_of_hostile_names():
    assert brand_of("{{ env_var('HOME') }} Ltd and many more words") == "env var HOME Ltd"
    assert (brand_of("🚀"), code_of("🚀"), code_of("3M"), code_of("Acme")) == ("House", "DMX", "MDM", "ACM")


def test_other_spellings_are_never_accepted_ones():
    accepted = ["web", "WEB", "in store"]
    for code in accepted:
        for number in range(3):
            assert spelling(code, accepted, number) not in accepted


def test_a_statement_is_split_at_its_final_select():
    steps, final = split_statement("with a as (select 'x) select' as b from c) select a.b from a")
    assert (steps, final) == ("with a as (select 'x) select' as b from c)", "select a.b from a")
    assert split_statement("select 1 as one from a") == ("", "select 1 as one from a")


def test_tables_are_renamed_as_whole_words():
    assert with_names("from fct_orders join fct_orders_late", {"fct_orders": "fct_sales"}) == (
        "from fct_sales join fct_orders_late"
    )


def test_likeness_of_names():
    assert likeness("order_date", "ordered_at") > likeness("order_date", "delivered_on")
    assert likeness("revenue", "order_amount") > likeness("revenue", "item_count")
