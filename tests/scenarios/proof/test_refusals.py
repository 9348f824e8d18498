"""What is refused before anything runs."""

import time

import pytest

from scenarios.proof import run_build
from scenarios.proof.refusals import MAX_FILES, refuse

PROJECT = {"dbt_project.yml": "name: a\nprofile: a\n"}


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("models/model.py", "def model(dbt, session): ...", "Python file"),
        ("profiles.yml", "a: {}", "connection itself"),
        ("models/profiles.yml", "a: {}", "connection itself"),
        (".env", "A=1", "connection itself"),
        ("../outside.sql", "select 1", "outside the project"),
        ("models/../../outside.sql", "select 1", "outside the project"),
        ("/etc/cron.d/x", "x", "outside the project"),
        ("models\\x.sql", "select 1", "outside the project"),
        ("models//x.sql", "select 1", "outside the project"),
        ("models/x\0.sql", "select 1", "outside the project"),
        ("c:/x.sql", "select 1", "outside the project"),
        ("dbt_project.yml", "name: a\non-run-start: ['select 1']\n", "hook"),
        ("dbt_project.yml", "name: a\nmodels: {a: {+post-hook: 'select 1'}}\n", "hook"),
        ("dbt_project.yml", "name: a\nmodel-paths: ['../elsewhere']\n", "outside the project"),
        ("dbt_project.yml", "name: a\nseed-paths: [\"{{ env_var('HOME') }}\"]\n", "outside the project"),
        ("dbt_project.yml", "name: a\ntarget-path: /tmp\n", "outside the project"),
        ("models/schema.yml", "models: [{name: x, config: {pre_hook: 'select 1'}}]", "hook"),
        ("models/schema.yml", "models: [", "not valid YAML"),
        ("packages.yml", "packages: [{package: dbt-labs/dbt_utils, version: 1.1.1}]", "packages"),
        ("dependencies.yml", "projects: [{name: other}]", "packages"),
        ("models/x.sql", "{{ config(post_hook='select 1') }} select 1", "hook"),
        ("models/x.sql", "{{ config(**{'pre-hook': 'select 1'}) }} select 1", "hook"),
        ("models/x.sql", "{% set r = run_query('select 1') %}", "run_query"),
        ("models/x.sql", "{% call statement('x') %}select 1{% endcall %}", "statement"),
        (
            "macros/x.sql",
            "{%- materialization evil, default -%}{%- endmaterialization -%}",
            "materialization",
        ),
        ("macros/x.sql", "{% do submit_python_job(model, 'x') %}", "Python"),
        ("macros/x.sql", "{% call statement('x', language='python') %}{% endcall %}", "Python"),
    ],
)
def test_a_dangerous_file_is_refused_with_its_place(path, text, words):
    findings = refuse({**PROJECT, path: text})
    assert findings
    assert any(words in finding.sentence for finding in findings)
    assert {finding.place for finding in findings} == {path}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("packages.yml", "packages: []\n"),
        ("dependencies.yml", ""),
        ("models/x.sql", "select statement, materialization from {{ ref('bank__statement') }}"),
        ("models/x.sql", "-- a hook, a pre_hook and run_query\nselect 1"),
        ("macros/x.sql", "{% macro generate_schema_name(a, b) %}{{ a }}{% endmacro %}"),
        ("seeds/x.csv", "a\n{{ run_query('x') }}\n"),
        ("README.md", "Ask for a statement (monthly)."),
    ],
)
def test_an_ordinary_file_is_not(path, text):
    assert refuse({**PROJECT, path: text}) == []


def test_a_text_of_openings_only_takes_no_time():
    started = time.monotonic()
    assert refuse({**PROJECT, "models/x.sql": "{{ " * 300_000}) == []
    assert "run_query" in refuse({**PROJECT, "models/x.sql": "{{ " * 1000 + "run_query('x')"})[0].sentence
    assert time.monotonic() - started < 5


def test_yaml_that_refers_to_itself_is_looked_at_once():
    assert refuse({**PROJECT, "models/x.yml": "a: &a\n  b: *a\n"}) == []


def test_too_many_or_too_large_files_are_refused():
    many = {f"models/m{number}.sql": "select 1" for number in range(MAX_FILES + 1)}
    assert "at most" in refuse({**PROJECT, **many})[0].sentence
    assert "larger than" in refuse({**PROJECT, "seeds/x.csv": "x" * 1_000_001})[0].sentence


def test_a_project_without_its_settings_is_refused():
    assert refuse({"models/a.sql": "select 1"})[0].place == "dbt_project.yml"


def test_a_refused_project_is_a_report_and_nothing_is_started(capfd):
    heard: list[str] = []
    report = run_build({**PROJECT, "models/m.py": "x"}, progress=heard.append)
    assert (report.passed, heard, report.nodes) == (False, [], [])
    assert report.findings[0].place == "models/m.py"
