"""The template underneath a demo: what is kept of it, and what is refused."""

import pytest
import yaml

from scenarios.rendering import base_project, check_template, render_code
from tests.scenarios.plan.example import example_plan


def test_the_shipped_template_has_the_agreed_structure() -> None:
    assert check_template(base_project()) == []
    assert set(base_project()) - {".gitignore"} == {
        "README.md", "dbt_project.yml", "packages.yml", "models/staging/.gitkeep",
        "models/intermediate/.gitkeep", "models/marts/.gitkeep", "seeds/.gitkeep", "tests/.gitkeep",
    }  # fmt: skip


def test_a_demo_keeps_what_the_template_brings() -> None:
    template = base_project() | {
        "LICENSE": "Ours.\r\nAll of it.",
        "macros/cents_to_euros.sql": "{% macro cents_to_euros(cents) %}({{ cents }} / 100.0){% endmacro %}\n",
        "dbt_project.yml": (
            "name: base_project\nprofile: base_project\nasset-paths: [assets]\nvars: {own: 1}\n"
            "models:\n  other: {+enabled: false}\n  base_project:\n    example: {+materialized: view}\n"
            "    marts: {+meta: {owner: us}, +materialized: view}\nsnapshots: {base_project: {x: {+a: 1}}}\n"
        ),
    }
    assert check_template(template) == []
    files = render_code(example_plan(), template=template)
    assert files["LICENSE"] == "Ours.\nAll of it.\n"
    assert "macros/cents_to_euros.sql" in files
    assert "README.md" not in files
    assert "models/marts/.gitkeep" not in files
    assert "tests/.gitkeep" in files  # the example has no test written as SQL
    settings = yaml.safe_load(files["dbt_project.yml"])
    assert settings["asset-paths"] == ["assets"]
    assert settings["vars"] == {"data_quality_severity": "warn", "own": 1}
    marts = settings["models"]["fjell_field_outfitters_demo"]["marts"]
    assert marts == {"+materialized": "table", "+tags": ["marts"], "+meta": {"owner": "us"}}
    # dbt would warn of settings for what is not there
    assert "snapshots" not in settings
    assert list(settings["models"]) == ["fjell_field_outfitters_demo"]
    assert list(settings["models"]["fjell_field_outfitters_demo"]) == ["staging", "intermediate", "marts"]


@pytest.mark.parametrize(
    ("path", "text", "word"),
    [
        ("../evil.md", "", "leaves"),
        ("/etc/evil.md", "", "leaves"),
        ("docs/a\\b.md", "", "leaves"),
        ("docs//b.md", "", "leaves"),
        ("a/.git/config", "", "git's own"),
        ("profiles.yml", "x: 1", "credentials"),
        ("docs/Profiles.YML", "x: 1", "credentials"),
        (".env", "A=1", "credentials"),
        ("models/marts/py_model.py", "def model(dbt, s): ...", "Python"),
        ("tools/setup.py", "", "Python"),
        ("models/marts/fct_theirs.sql", "select 1", "belongs to the demo"),
        ("seeds/theirs.csv", "a\n1\n", "belongs to the demo"),
        ("snapshots/theirs.sql", "", "belongs to the demo"),
        ("macros/m.sql", "{% macro m() %}{% do run_query('drop table x') %}{% endmacro %}", "run_query"),
        ("macros/m.sql", "{% macro m() %}{{ env_var('HOME') }}{% endmacro %}", "env_var"),
        ("macros/m.sql", "{% test unique(model, column_name) %}select 1 where false{% endtest %}", "unique"),
        ("macros/m.sql", "{% materialization table, default %}{% endmaterialization %}", "table"),
        ("macros/m.sql", "{% macro snowflake__get_merge_sql() %}{% endmacro %}", "snowflake__get_merge_sql"),
        ("macros/m.sql", "{%- macro generate_schema_name(a, b) %}x{% endmacro %}", "generate_schema_name"),
        ("docs/a.md", "{{ env_var('HOME') }}", "environment variables"),
        ("dependencies.yml", "packages: []", "dependencies.yml"),
        ("packages.yml", "packages:\n  - package: a/b\n", "asks for packages"),
        ("packages.yml", "- a", "asks for packages"),
        (".github/workflows/run.yml", "on: push", "workflow"),
        ("docs/big.md", "x" * 200_001, "too large"),
        ("dbt_project.yml", "on-run-start: [select 1]", "on-run-start"),
        ("dbt_project.yml", "models: {x: {marts: {+post-hook: drop table x}}}", "post-hook"),
        ("dbt_project.yml", "models: {x: [{pre_hook: drop table x}]}", "pre_hook"),
        ("dbt_project.yml", "docs-paths: [/etc]", "outside the project"),
        ("dbt_project.yml", "log-path: ../logs", "outside the project"),
        ("dbt_project.yml", "- a list", "YAML mapping"),
        ("dbt_project.yml", "a: [", "YAML mapping"),
        ("dbt_project.yml", "a: &a [x]\nb: [*a, *a]", "YAML mapping"),
        ("dbt_project.yml", "a: " + "[" * 20_000, "YAML mapping"),
        ("dbt_project.yml", "vars: {home: \"{{ env_var('HOME') }}\"}", "environment variables"),
    ],
)  # fmt: skip
def test_what_a_template_must_not_bring(path: str, text: str, word: str) -> None:
    faults = check_template(base_project() | {path: text})
    assert len(faults) == 1
    assert word in faults[0]


def test_a_template_without_its_project_file_and_with_too_many_files() -> None:
    assert check_template({"README.md": "x"}) == ["The template has no dbt_project.yml in its top folder."]
    many = base_project() | {f"docs/{number}.md": "x" for number in range(300)}
    assert "at most 200" in check_template(many)[0]
    heavy = base_project() | {f"docs/{number}.md": "x" * 190_000 for number in range(20)}
    assert "bytes" in check_template(heavy)[0]
