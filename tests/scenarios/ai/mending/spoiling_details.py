"""Slips in the semantic layer, the second day, the talk track and the planted defects."""

from random import Random

from tests.scenarios.ai.mending.spoiling import Data, Spoiler, a_model, misspelt


def misspelt_mart(data: Data, dice: Random) -> None:
    model = a_model(data, dice)
    model["model"] = misspelt(model["model"], dice)


def misspelt_dimension(data: Data, dice: Random) -> None:
    dimension = dice.choice(a_model(data, dice)["dimensions"])
    dimension["column"] = misspelt(dimension["column"], dice)


def swapped_types(data: Data, dice: Random) -> None:
    for dimension in a_model(data, dice)["dimensions"]:
        dimension["type"] = "time" if dimension["type"] == "categorical" else "categorical"


def odd_granularity(data: Data, dice: Random) -> None:
    dice.choice(a_model(data, dice)["dimensions"])["granularity"] = dice.choice(["monthly", "hour", "day"])


def no_primary(data: Data, dice: Random) -> None:
    model = a_model(data, dice)
    model["entities"] = [each for each in model["entities"] if each["type"] != "primary"]


def all_primary(data: Data, dice: Random) -> None:
    for entity in a_model(data, dice)["entities"]:
        entity["type"] = "primary"


def entity_like_its_column(data: Data, dice: Random) -> None:
    model = a_model(data, dice)
    if not model["entities"]:
        return
    dice.choice(model["entities"])["name"] = dice.choice(model["dimensions"])["column"]


def wrong_time(data: Data, dice: Random) -> None:
    a_model(data, dice)["time"] = dice.choice(["", "created_at", "metric_time"])


def same_mart_twice(data: Data, dice: Random) -> None:
    data["models"].append(a_model(data, dice))


def misspelt_metric(data: Data, dice: Random) -> None:
    metric = dice.choice(data["metrics"])
    metric["name"] = misspelt(metric["name"], dice)


def other_aggregation(data: Data, dice: Random) -> None:
    metric = dice.choice(data["metrics"])
    metric["agg"] = dice.choice(["AVG", "countDistinct", "total", ""])


def misspelt_measure(data: Data, dice: Random) -> None:
    metric = dice.choice(data["metrics"])
    metric["column"], metric["model"] = metric["column"] + "s", misspelt(metric["model"], dice)


def misspelt_input(data: Data, dice: Random) -> None:
    metric = dice.choice(data["metrics"])
    metric["first"] = misspelt(metric["first"], dice) if metric["first"] else ""


def operation_as_sign(data: Data, dice: Random) -> None:
    metric = dice.choice(data["metrics"])
    metric["operation"] = dice.choice(["-", "+", "difference", "percent change"])
    metric["months_before"] = dice.choice([metric["months_before"], -1, 24])


def odd_main_dimension(data: Data, dice: Random) -> None:
    dice.choice(data["metrics"])["by"] = dice.choice(["metric_time", "nothing_like_it"])


SEMANTIC: list[Spoiler] = [
    misspelt_mart, misspelt_dimension, swapped_types, odd_granularity, no_primary, all_primary,
    entity_like_its_column, wrong_time, same_mart_twice, misspelt_metric, other_aggregation, misspelt_measure,
    misspelt_input, operation_as_sign, odd_main_dimension,
]  # fmt: skip


# --- the second day ---


def _a_table(data: Data, dice: Random) -> Data:
    return dice.choice(data["tables"])


def _new_row(data: Data, dice: Random) -> Data | None:
    rows = [row for table in data["tables"] for row in table["new"]]
    return dice.choice(rows) if rows else None


def _changed_row(data: Data, dice: Random) -> Data | None:
    rows = [row for table in data["tables"] for row in table["changed"]]
    return dice.choice(rows) if rows else None


def staging_as_table(data: Data, dice: Random) -> None:
    table = _a_table(data, dice)
    table["table"] = dice.choice([f"{table['table']}s", table["table"].title()])


def unknown_table(data: Data, dice: Random) -> None:
    data["tables"].append({"table": "zzz", "new": [], "changed": []})


def narrow_row(data: Data, dice: Random) -> None:
    if row := _new_row(data, dice):
        row["cells"] = row["cells"][:-1]


def wide_row(data: Data, dice: Random) -> None:
    if row := _new_row(data, dice):
        row["cells"] = [*row["cells"], "more"]


def old_key(data: Data, dice: Random) -> None:
    for table in data["tables"]:
        if table["new"] and table["changed"]:
            table["new"][0]["cells"][0] = table["changed"][0]["key"]


def unknown_changed_key(data: Data, dice: Random) -> None:
    if row := _changed_row(data, dice):
        row["key"] = row["key"] + "9"


def unknown_changed_column(data: Data, dice: Random) -> None:
    if row := _changed_row(data, dice):
        row["cells"].append({"column": dice.choice(["updated_at_", "zzz"]), "value": "1"})


def value_of_other_type(data: Data, dice: Random) -> None:
    if row := _new_row(data, dice):
        row["cells"][dice.randrange(1, len(row["cells"]))] = dice.choice(
            ["n/a", "", "12,5 EUR", "31/12/2026"]
        )


def long_line(data: Data, dice: Random) -> None:
    if row := _new_row(data, dice):
        row["what"] = "a late order " * 40


DAY_TWO: list[Spoiler] = [
    staging_as_table, unknown_table, narrow_row, wide_row, old_key, unknown_changed_key, unknown_changed_column,
    value_of_other_type, long_line,
]  # fmt: skip


# --- the talk track ---


def _a_beat(data: Data, dice: Random) -> Data:
    return dice.choice(data["beats"])


def minutes_mixed(data: Data, dice: Random) -> None:
    for beat in data["beats"]:
        beat["minute"] = dice.randrange(-2, 80)


def too_short(data: Data, dice: Random) -> None:
    data["ends_at"] = dice.choice([0, 3, 500])


def unknown_token(data: Data, dice: Random) -> None:
    beat = _a_beat(data, dice)
    beat["say"] += dice.choice([" It is [[total_revenues]].", " See [[Some Number]] and [[]]."])


def unknown_model_clicked(data: Data, dice: Random) -> None:
    beat = _a_beat(data, dice)
    beat["click"] += dice.choice([" fct_sales_all", " and metric total_of_all", " dim_customer_x"])


def opens_a_file(data: Data, dice: Random) -> None:
    beat = _a_beat(data, dice)
    beat["opens"] = dice.choice(["models/marts/x.sql", f"{beat['opens']}s", "lineage graph"])


def unknown_pains(data: Data, dice: Random) -> None:
    _a_beat(data, dice)["pains"] = dice.choice([[1, 1], [0], [12]])


def other_kind(data: Data, dice: Random) -> None:
    _a_beat(data, dice)["kind"] = dice.choice(["metric", "test", "fix"])


def unfinished_beat(data: Data, dice: Random) -> None:
    beat = _a_beat(data, dice)
    beat["title"], beat["say"] = "TODO", dice.choice(["", "so much " * 300, "For {company}."])


def too_many_beats(data: Data, dice: Random) -> None:
    data["beats"] += [dict(beat) for beat in data["beats"]] * 2


TALK: list[Spoiler] = [
    minutes_mixed, too_short, unknown_token, unknown_model_clicked, opens_a_file, unknown_pains, other_kind,
    unfinished_beat, too_many_beats,
]  # fmt: skip


# --- defects ---


def _a_defect(data: Data, dice: Random) -> Data | None:
    return dice.choice(data["defects"]) if data["defects"] else None


def misspelt_defect(data: Data, dice: Random) -> None:
    if defect := _a_defect(data, dice):
        defect["name"] = misspelt(defect["name"], dice)


def missing_defect(data: Data, dice: Random) -> None:
    data["defects"] = data["defects"][1:]


def limits_in_words(data: Data, dice: Random) -> None:
    if defect := _a_defect(data, dice):
        defect["minimum"], defect["maximum"] = dice.choice([("0 EUR", "none"), ("9", "1"), ("", "")])


def no_limits(data: Data, dice: Random) -> None:
    if defect := _a_defect(data, dice):
        defect["max_age_days"], defect["later_column"] = dice.choice([(-1, "zzz"), (9999, "")])


def odd_rows(data: Data, dice: Random) -> None:
    if defect := _a_defect(data, dice):
        defect["rows"] = [0, *defect["rows"], *defect["rows"], 11]


def odd_corrections(data: Data, dice: Random) -> None:
    if defect := _a_defect(data, dice):
        defect["corrections"] += [{"wrong": "", "right": "x"}, {"wrong": "??", "right": "unknown"}]


def no_words(data: Data, dice: Random) -> None:
    if defect := _a_defect(data, dice):
        defect["cost"], defect["fix"], defect["points"] = "", "TODO", []


DATA: list[Spoiler] = [
    misspelt_defect, missing_defect, limits_in_words, no_limits, odd_rows, odd_corrections, no_words,
]  # fmt: skip
