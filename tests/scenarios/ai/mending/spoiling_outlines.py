"""Slips in outlines."""

from random import Random

from tests.scenarios.ai.mending.spoiling import Data, Spoiler, a_model, misspelt


def _a_source(data: Data, dice: Random) -> Data:
    return dice.choice(data["sources"])


def _a_column(data: Data, dice: Random) -> Data:
    return dice.choice(dice.choice(data["sources"] + data["models"])["columns"])


def source_in_capitals(data: Data, dice: Random) -> None:
    source = _a_source(data, dice)
    source["table"] = source["table"].title().replace("_", " ")


def source_likea_model(data: Data, dice: Random) -> None:
    source = _a_source(data, dice)
    source["table"] = f"stg_{source['table']}"


def keyword_as_column(data: Data, dice: Random) -> None:
    _a_column(data, dice)["name"] = dice.choice(["order", "date", "user", "name", "value", "group", "x"])


def camel_case_column(data: Data, dice: Random) -> None:
    column = _a_column(data, dice)
    column["name"] = column["name"].title().replace("_", "")


def model_without_prefix(data: Data, dice: Random) -> None:
    model = a_model(data, dice)
    model["name"] = model["name"].partition("_")[2]


def unknown_key(data: Data, dice: Random) -> None:
    owner = dice.choice(data["sources"] + data["models"])
    owner["key"] = dice.choice(["", "id", "primary_key", misspelt(owner["key"], dice)])


def key_of_wrong_type(data: Data, dice: Random) -> None:
    owner = dice.choice(data["sources"] + data["models"])
    next(c for c in owner["columns"] if c["name"] == owner["key"] or c is owner["columns"][-1])["type"] = (
        "number"
    )


def unknown_reference(data: Data, dice: Random) -> None:
    column = _a_column(data, dice)
    column["refers_to"] = dice.choice(["nowhere", "customers.id", misspelt("orders", dice)])


def reference_of_other_type(data: Data, dice: Random) -> None:
    referring = [c for s in data["sources"] for c in s["columns"] if c["refers_to"]]
    if referring:
        dice.choice(referring)["type"] = "number"


def values_of_numbers(data: Data, dice: Random) -> None:
    column = _a_column(data, dice)
    column["values"] = ["1", "1", "it's"]


def mart_reads_staging(data: Data, dice: Random) -> None:
    mart = dice.choice([m for m in data["models"] if m["layer"] == "marts"])
    source = _a_source(data, dice)
    mart["inputs"] = [*mart["inputs"], f"stg_{source['system']}__{source['table']}"]


def model_reads_source(data: Data, dice: Random) -> None:
    a_model(data, dice)["inputs"].append(_a_source(data, dice)["table"])


def unknown_input(data: Data, dice: Random) -> None:
    model = a_model(data, dice)
    model["inputs"] = [misspelt(name, dice) for name in model["inputs"]]


def no_input(data: Data, dice: Random) -> None:
    a_model(data, dice)["inputs"] = []


def circle(data: Data, dice: Random) -> None:
    model, other = a_model(data, dice), a_model(data, dice)
    model["inputs"].append(other["name"])
    other["inputs"].append(model["name"])


def wrong_materialization(data: Data, dice: Random) -> None:
    a_model(data, dice)["kind"] = dice.choice(["view", "ephemeral", "table", "incremental"])


def wrong_incremental(data: Data, dice: Random) -> None:
    rule = data["incremental"]
    rule["model"] = dice.choice([misspelt(rule["model"], dice), a_model(data, dice)["name"], ""])


def wrong_cursor(data: Data, dice: Random) -> None:
    data["incremental"]["cursor"] = dice.choice(["updated_at", "", "order_id"])
    data["incremental"]["lookback_days"] = dice.choice([-1, 120, 3])


def same_labels(data: Data, dice: Random) -> None:
    for metric in data["metrics"]:
        metric["label"] = "Total"


def keyword_as_metric(data: Data, dice: Random) -> None:
    if data["metrics"]:
        dice.choice(data["metrics"])["name"] = dice.choice(
            ["Total Revenue", "order", data["models"][0]["name"]]
        )


def pain_elsewhere(data: Data, dice: Random) -> None:
    pain = dice.choice(data["pains"])
    pain["where"] = dice.choice(["fct_sales in the metric total_sales", "model int_all_the_things", ""])
    pain["minute"], pain["answers"] = dice.choice([-3, 75, 9]), dice.choice([[1, 1], [99], [0]])


def impossible_idea(data: Data, dice: Random) -> None:
    if data["defects"]:
        idea = dice.choice(data["defects"])
        idea["kind"] = dice.choice(
            ["null", "duplicate", "orphan", "out_of_range", "stale", "impossible_dates"]
        )
        idea["column"] = dice.choice([idea["column"], "somewhere", _a_source(data, dice)["key"]])


def unfinished_text(data: Data, dice: Random) -> None:
    thing = dice.choice([data, _a_source(data, dice), a_model(data, dice), _a_column(data, dice)])
    for field in ("summary", "about", "purpose", "grain", "label"):
        if field in thing:
            thing[field] = dice.choice(
                ["TODO", "", "For {company}: [your company] grows.", "a long word " * 200]
            )


OUTLINE: list[Spoiler] = [
    source_in_capitals, source_likea_model, keyword_as_column, camel_case_column, model_without_prefix,
    unknown_key, key_of_wrong_type, unknown_reference, reference_of_other_type, values_of_numbers,
    mart_reads_staging, model_reads_source, unknown_input, no_input, circle, wrong_materialization,
    wrong_incremental, wrong_cursor, same_labels, keyword_as_metric, pain_elsewhere, impossible_idea,
    unfinished_text,
]  # fmt: skip
