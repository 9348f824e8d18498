"""The files of a demo that shows off: what stands where, and that a simple demo has none of it."""

import re
from typing import Any

import pytest
import yaml

from scenarios.plan.parts import Plan
from scenarios.rendering import base_project, render_code
from tests.sampling import few
from tests.scenarios.plan.example_features import FEATURES, MARTS, MODELS, showcase_plan
from tests.scenarios.rendering.lint import DIALECTS, lint_project


def files_of(plan: Plan) -> dict[str, str]:
    return render_code(plan, template=base_project())


def schema(plan: Plan, folder: str) -> dict[str, Any]:
    return yaml.safe_load(files_of(plan)[f"models/{folder}/schema.yml"])


def model_of(plan: Plan, name: str) -> dict[str, Any]:
    folder = "intermediate" if name.startswith("int_") else "marts"
    return next(model for model in schema(plan, folder)["models"] if model["name"] == name)


def only(*names: str) -> Plan:
    """The showcase with only these features."""
    return showcase_plan(**{name: None for name in FEATURES if name not in names})


def test_a_simple_demo_has_the_files_of_before() -> None:
    simple, standard = (
        files_of(showcase_plan(depth, **dict.fromkeys(FEATURES))) for depth in ("essential", "standard")
    )
    assert simple == standard
    text = "\n".join(simple.values())
    for word in (
        "unit_tests:",
        "contract:",
        "exposures:",
        "freshness:",
        "groups:",
        "doc(",
        "meta:",
        "safe_ratio",
    ):
        assert word not in text
    new = set(files_of(showcase_plan())) - set(simple)
    assert new == {"macros/safe_ratio.sql", "models/marts/docs.md"}


def test_the_unit_test_stands_beside_its_model() -> None:
    (test,) = schema(only("unit_test"), "intermediate")["unit_tests"]
    assert test["model"] == "int_customers_profiled"
    (given,) = test["given"]
    assert given["input"] == "ref('stg_shop__customers')"
    assert given["rows"][0] == {"customer_id": 7, "loyalty_tier": None, "signed_up_on": "2026-01-31"}
    assert test["expect"]["rows"][0]["loyalty_tier"] == "guest"


@pytest.mark.parametrize("mart", MARTS)
def test_a_contract_promises_every_column(mart: str) -> None:
    plan = showcase_plan(contract={"model": mart}, glossary=None, ownership=None, run_tag=None)
    entry = model_of(plan, mart)
    assert entry["config"] == {"access": "public", "contract": {"enforced": True}}
    assert all(column["data_type"] for column in entry["columns"])
    sql = files_of(plan)[f"models/marts/{mart}.sql"]
    for column in plan.outline.model(mart).columns:  # type: ignore[union-attr]
        assert re.search(rf"^\s+cast\({column.name} as .+\) as {column.name},?$", sql, re.MULTILINE)
    others = [model for model in schema(plan, "marts")["models"] if model["name"] != mart]
    assert not any("data_type" in column for model in others for column in model["columns"])


def test_a_mart_with_metrics_carries_no_versions() -> None:
    """dbt drops the metrics of a versioned model, so such a mart has the contract alone."""
    assert "versions" not in model_of(showcase_plan(contract={"model": "fct_orders"}), "fct_orders")
    entry = model_of(showcase_plan(), "fct_order_items")
    assert entry["latest_version"] == 1
    assert entry["versions"] == [
        {"v": 1, "defined_in": "fct_order_items", "config": {"alias": "fct_order_items"}}
    ]


def test_owners_are_roles_at_an_address_that_cannot_exist() -> None:
    marts = schema(showcase_plan(), "marts")
    (exposure,), (group,) = marts["exposures"], marts["groups"]
    assert exposure["depends_on"] == ["ref('fct_orders')", "ref('dim_customers')", "metric('revenue')"]
    assert exposure["owner"] == group["owner"]
    assert group["owner"]["name"] == "Chief Financial Officer"
    assert group["owner"]["email"] == "chief-financial-officer@fjell-field-outfitters.example"
    for name in [*MODELS, *MARTS]:
        config = model_of(showcase_plan(), name)["config"]
        assert config["group"] == "finance"
        assert (config.get("access") == "private") == (name in MODELS)


def test_a_metric_is_named_only_where_there_is_a_semantic_layer() -> None:
    plan = showcase_plan().model_copy(update={"semantic": None})
    (exposure,) = schema(plan, "marts")["exposures"]
    assert exposure["depends_on"] == ["ref('fct_orders')", "ref('dim_customers')"]


def test_freshness_stands_in_the_config_of_its_table() -> None:
    (source,) = schema(only("freshness"), "staging")["sources"]
    found = {table["name"]: table.get("config") for table in source["tables"]}
    warn_after = {"count": 3, "period": "day"}
    assert found.pop("orders") == {"freshness": {"warn_after": warn_after}, "loaded_at_field": "order_ts"}
    assert set(found.values()) == {None}
    plan = showcase_plan(freshness={"table": "customers", "column": "signed_up_on", "warn_after_days": 90})
    (source,) = schema(plan, "staging")["sources"]
    table = next(table for table in source["tables"] if table["name"] == "customers")
    assert table["config"]["loaded_at_field"] == "cast(signed_up_on as timestamp)"


def test_doc_blocks_terms_and_tags_stand_where_they_belong() -> None:
    plan = showcase_plan()
    assert files_of(plan)["models/marts/docs.md"] == (
        "{% docs customer_id %}\nNumber of the account.\n{% enddocs %}\n"
    )
    orders, customers = model_of(plan, "fct_orders"), model_of(plan, "dim_customers")
    columns = {column["name"]: column for column in orders["columns"]}
    assert columns["order_amount"]["config"]["meta"]["business_term"] == "turnover"
    assert columns["customer_id"]["description"] == "Who placed it."
    assert customers["columns"][0]["description"] == "{{ doc('customer_id') }}"
    assert customers["config"]["meta"]["business_term"] == "buyer"
    assert customers["config"]["tags"] == ["board"]
    staging = schema(plan, "staging")["models"][0]
    assert staging["columns"][0]["description"] == "{{ doc('customer_id') }}"


def test_the_macro_is_called_wherever_there_is_a_ratio() -> None:
    with_macro, without = files_of(showcase_plan()), files_of(showcase_plan(macro=None))
    calls = sum(
        text.count("{{ safe_ratio(") for path, text in with_macro.items() if path.startswith("models/")
    )
    assert calls == 3
    assert "safe_ratio" not in "".join(without.values())
    assert sum("/ nullif(" in text for path, text in without.items() if path.startswith("models/")) == 3


@pytest.mark.parametrize("dialect", few(DIALECTS, "databricks"))
def test_sqlfluff_finds_nothing(dialect: str) -> None:
    for mart in MARTS[:2]:
        files = files_of(showcase_plan(contract={"model": mart}))
        changed = {
            path: text for path, text in files.items() if path.startswith(("models/marts/", "macros/"))
        }
        assert lint_project(changed, dialect) == []


def test_text_of_features_is_never_a_template() -> None:
    """Every free text of the features carries Jinja and an end of its doc block; none of it is read as such."""
    attack = "{{ env_var('HOME') }}{% enddocs %}{# x #}"
    block = FEATURES["doc_blocks"]["blocks"][0]
    plan = showcase_plan(
        unit_test={"description": attack, "columns": ["customer_id", "loyalty_tier"],
                   "rows": [[7, attack], [8, "gold"]]},
        exposure={"label": attack, "description": attack, "owner": attack},
        ownership={"description": attack, "owner": attack},
        doc_blocks={"blocks": [{**block, "text": attack}]},
        glossary={"terms": [{"word": attack, "means": attack, "model": "fct_orders"}]},
    )  # fmt: skip
    files = files_of(plan)
    text = "".join(files[path] for path in files if path.startswith("models/"))
    assert text.count("env_var") >= 9
    assert "{{ env_var" not in text
    assert files["models/marts/docs.md"].count("{% enddocs %}") == 1
