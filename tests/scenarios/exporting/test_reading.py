"""The texts of a file are data from a stranger: validated by shape, by digest and by the rules of plans."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from scenarios.exporting.archive import PackageRefused, pack
from scenarios.exporting.format import BRIEF, MANIFEST, PLAN
from scenarios.exporting.reading import read_package
from scenarios.rendering import base_project, render_branches
from tests.scenarios.exporting.packages import CODE, good_texts, with_manifest, with_plan
from tests.scenarios.plan.example import example_plan

Data = dict[str, Any]


def test_a_good_file_is_read_whole() -> None:
    package = read_package(pack(good_texts(codename="Project Bluebird")))
    assert package.plan == example_plan()
    assert package.brief.codename == "Project Bluebird"
    assert package.manifest.source.code_digest == CODE


def test_a_newer_version_is_told_apart_from_a_fault() -> None:
    texts = with_manifest(good_texts(), version=2, new_thing={"whatever": 1})
    with pytest.raises(PackageRefused, match="A newer DemoForge") as refused:
        read_package(pack(texts))
    assert "Update" in refused.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "something-else"},
        {"version": 0},
        {"version": "one"},
        {"version": None},
        {"confidential": "perhaps"},
        {"exported_by": ["Sam"]},
        {"exported_by": "x" * 151},
        {"brief_digest": "sha256:short"},
        {"brief_digest": f"sha256:{'0' * 64}\n"},
        {"source": {}},
        {"unknown": 1},
    ],
    ids=str,
)
def test_a_manifest_of_another_shape_is_refused(changes: Data) -> None:
    with pytest.raises(PackageRefused):
        read_package(pack(with_manifest(good_texts(), **changes)))


@pytest.mark.parametrize("name", [MANIFEST, BRIEF, PLAN])
@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b"\xff\xfe{}", b"[" * 15_000, b'{"a":' * 3_000])
def test_what_is_no_such_json_is_refused(name: str, text: bytes) -> None:
    texts = good_texts()
    changed = {**texts, name: text}
    with pytest.raises(PackageRefused):
        read_package(pack(changed if name == MANIFEST else with_manifest(changed)))


@pytest.mark.parametrize("name", [BRIEF, PLAN])
def test_a_text_that_was_changed_is_refused(name: str) -> None:
    texts = good_texts()
    with pytest.raises(PackageRefused, match="was changed"):
        read_package(pack({**texts, name: texts[name] + b" "}))


def test_a_brief_that_breaks_a_rule_is_refused_without_repeating_it() -> None:
    texts = good_texts()
    brief = json.loads(texts[BRIEF]) | {"discovery_notes": "SECRET" * 5000, "codename": "Fjell"}
    with pytest.raises(PackageRefused, match=r"brief\.json cannot be used") as refused:
        read_package(pack(with_manifest({**texts, BRIEF: json.dumps(brief).encode()})))
    assert "SECRET" not in f"{refused.value.sentence}{refused.value.hint}"


def _statement(sql: str) -> Callable[[Data], None]:
    def change(plan: Data) -> None:
        plan["statements"][0]["sql"] = sql

    return change


def _drop_rows(plan: Data) -> None:
    plan["rows"].pop()


def _odd_key(plan: Data) -> None:
    plan["outline"]["on_run_start"] = "drop table x"


def _path_as_name(plan: Data) -> None:
    plan["outline"]["models"][0]["name"] = "../../evil"


def _wrong_type(plan: Data) -> None:
    plan["outline"]["sources"] = "orders"


def _endless_number(plan: Data) -> None:
    plan["rows"][0]["rows"][0][0] = 10**400


@pytest.mark.parametrize(
    "change",
    [
        _statement("select {{ env_var('SECRET_KEY') }} as order_id from stg_shop__orders"),
        _statement("select * from read_csv('/etc/passwd')"),
        _statement("select getenv('SECRET_KEY') as order_id from stg_shop__orders"),
        _statement("select order_id from stg_shop__orders; drop table stg_shop__orders"),
        _statement("select order_id from information_schema.tables"),
        _drop_rows,
        _odd_key,
        _path_as_name,
        _wrong_type,
        _endless_number,
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused(change: Callable[[Data], None]) -> None:
    with pytest.raises(PackageRefused, match="The plan in this file does not hold together"):
        read_package(pack(with_plan(change)))


def test_jinja_in_a_text_of_the_plan_reaches_no_file_as_jinja() -> None:
    def change(plan: Data) -> None:
        plan["outline"]["models"][0]["purpose"] = "{{ env_var('SECRET_KEY') }} {% do run_query('x') %}"

    plan = read_package(pack(with_plan(change))).plan
    files = render_branches(plan, template=base_project())["main"]
    told = [text for text in files.values() if "SECRET_KEY" in text]
    assert told
    assert not any("{{ env_var" in text or "{% do" in text for text in files.values())
