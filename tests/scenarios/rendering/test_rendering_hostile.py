"""Whatever stands in a plan comes out as text: no Jinja, no HTML, no path of its own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jinja2 import Environment
from markdown_it import MarkdownIt
from pydantic import ValidationError

from scenarios.plan.parts import Plan
from scenarios.rendering import (
    DAY_TWO,
    FIX,
    MAIN,
    base_project,
    branch_changes,
    commit_message,
    pull_request,
    render_branches,
    render_code,
    render_documents,
)
from tests.scenarios.plan.example import example_plan
from tests.scenarios.rendering.projects import FACTS, Dbt, changed, example_files, rich_plan

ATTACKS = [
    "{{ env_var('HOME') }}",
    "{% set x = env_var('HOME') %}{{ x }}",
    "{# env_var #}{{{ env_var('HOME') }}}",
    "a\n\n{{ env_var('HOME') }}\n-- b */ '; drop table x; \"",
    "<script>env_var('x')</script> <img src=x onerror=env_var> | [a](javascript:x) ``` `",
]
COMPANIES = [
    "'; drop table customers; --", "{{ 7 * 7 }} & Sons", "../../etc/passwd", "日本株式会社", "42", "select",
    "A" * 120, "<b>Bold</b> | Co", "Nothing: but, #trouble", "-", "O'Brien \"and\" Co\\", "…", "null",
]  # fmt: skip
STATEMENTS = ("sql",)  # goes through the SQL gate, which has its own tests


def _text_places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of all strings in a plan's data."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _text_places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _text_places(item, (*path, number))
    elif isinstance(value, str):
        yield path


def _put(data: Any, path: tuple[Any, ...], text: str) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = text


def _free_places() -> list[tuple[Any, ...]]:
    """Places where the schema lets any text stand: found by trying, so that no field can be forgotten."""
    found = []
    base = rich_plan().model_dump(mode="json")
    for path in _text_places(base):
        data = rich_plan().model_dump(mode="json")
        _put(data, path, ATTACKS[0])
        try:
            Plan.model_validate(data)
        except ValidationError:
            continue
        if path[-1] not in STATEMENTS:
            found.append(path)
    return found


@pytest.fixture(scope="module")
def places() -> list[tuple[Any, ...]]:
    found = _free_places()
    assert len(found) > 300  # descriptions, cells, labels, questions, talk track …
    return found


def _poisoned(places: list[tuple[Any, ...]], attack: str) -> dict[str, str]:
    data = rich_plan().model_dump(mode="json")
    for number, path in enumerate(places):
        _put(data, path, f"{attack} {number}")  # some texts, such as labels, must differ
    plan = Plan.model_validate(data)
    branches = render_branches(plan, template=base_project())
    files = branches[MAIN] | render_documents(plan, FACTS)
    for branch in (FIX, DAY_TWO):
        changes = branch_changes(branches, branch)
        files |= {f"{branch}/{path}": text for path, text in changes.items() if text is not None}
        request = pull_request(plan, FACTS, branch)
        files |= {f"{branch}.md": request.body, f"{branch}.title": request.title}
    return files | {f"{branch}.message": commit_message(plan, branch) for branch in branches}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_stays_text_in_every_field(places: list[tuple[Any, ...]], attack: str) -> None:
    files = _poisoned(places, attack)
    assert set(files) == set(_poisoned(places, "harmless"))
    for path, text in files.items():
        for expression in _jinja(text):
            assert "env_var" not in expression, f"{path}: {expression}"
        if path.endswith(".yml"):
            for string in _strings(yaml.safe_load(text)):
                assert not any("env_var" in expression for expression in _jinja(string)), path
    assert any("env_var" in text for text in files.values())  # it is there, as text


def _jinja(text: str) -> list[str]:
    """What Jinja's lexer takes for an expression, a block or a comment; fails for a broken template."""
    parts: list[str] = [""]
    inside = False
    for _, kind, token in Environment(autoescape=True).lex(text):
        inside = inside or kind.endswith("_begin")
        parts[-1] += token if inside else ""
        if kind.endswith("_end"):
            inside = False
            parts.append("")
    return [part for part in parts if part]


def test_the_lexer_sees_an_attack() -> None:
    assert _jinja("a {{ env_var('HOME') }} b {# c #}") == ["{{ env_var('HOME') }}", "{# c #}"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_documents_hold_no_html(places: list[tuple[Any, ...]], attack: str) -> None:
    for path, text in _poisoned(places, attack).items():
        if path.endswith(".md"):
            tokens = MarkdownIt("commonmark").enable("table").parse(text)
            kinds = {t.type for token in tokens for t in [token, *(token.children or [])]}
            assert not kinds & {"html_block", "html_inline", "image", "code_block"}, path
            links = [
                t.attrGet("href") for token in tokens for t in token.children or [] if t.type == "link_open"
            ]
            assert all(re.fullmatch(r"[a-z_]+\.md", str(link)) for link in links)


def test_sql_comments_end_where_they_should(places: list[tuple[Any, ...]]) -> None:
    harmless, hostile = _poisoned(places, "harmless"), _poisoned(places, ATTACKS[3])
    for path in harmless:
        if path.endswith(".sql"):
            assert _code_lines(hostile[path]) == _code_lines(harmless[path]), path


def _code_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if not line.lstrip().startswith("--") or "depends_on" in line]


def test_dbt_reads_it_as_text(
    places: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    poisoned = _poisoned(places, ATTACKS[0])
    fixed = {
        path.removeprefix(f"{FIX}/"): text for path, text in poisoned.items() if path.startswith(f"{FIX}/")
    }
    assert any(path.endswith(".sql") for path in fixed)
    project = Dbt(poisoned | fixed, tmp_path_factory.mktemp("hostile"))
    answer = project("parse")
    assert answer.returncode == 0, answer.stdout
    manifest = project.artifact("manifest.json")
    mart = manifest["nodes"][f"model.{manifest['metadata']['project_name']}.fct_orders"]
    assert "{ { env_var('HOME') } }" in mart["description"]


@pytest.mark.parametrize("company", COMPANIES)
def test_any_company_name_gives_a_legal_project(company: str) -> None:
    plan = changed(example_plan(), outline__company=company)
    files = render_code(plan, template=base_project())
    assert set(files) == set(example_files())
    settings = yaml.safe_load(files["dbt_project.yml"])
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,50}_demo", settings["name"])
    assert list(settings["models"]) == list(settings["seeds"]) == [settings["name"]]
    title = render_documents(plan, FACTS)["README.md"].split("\n")[0]
    heading = MarkdownIt("commonmark").parse(title)
    assert [token.type for token in heading] == ["heading_open", "inline", "heading_close"]
    assert {child.type for child in heading[1].children or []} <= {"text", "text_special"}
