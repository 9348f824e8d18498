"""The rules of the layout: which way imports point, how big a module gets, where an import stands."""

import ast

import networkx
import pytest

from tests.architecture.source import PACKAGES, Import, imports, modules

LONGEST_MODULE = 400
MAY_IMPORT = {
    "demoforge": {"demoforge"},
    "scenarios": {"demoforge", "scenarios"},
    "provisioning": {"demoforge", "scenarios", "provisioning"},
}
PURE = {  # package -> what it may import of ours
    "scenarios.plan": {"scenarios.plan"},
    "scenarios.rendering": {"scenarios.plan", "scenarios.rendering"},
}
NOT_PURE = {
    "django",
    "celery",
    "redis",
    "requests",
    "socket",
    "subprocess",
    "urllib.request",
    "http.client",
    "dbt",
}
HEAVY = {
    "dbt",
    "dbt_common",
    "dbt_metricflow",
    "metricflow",
    "dbt_semantic_interfaces",
    "duckdb",
    "anthropic",
    "openai",
}
# Inside an app, a module imports from its own floor or below.
FLOORS = {
    "commands": 7,
    "urls": 6,
    "views": 5,
    "templatetags": 5,
    "headless": 5,
    "forms": 4,
    "services": 3,
    "tasks": 2,
}
WORK, MODELS, PURE_DATA = 1, 0, -1
#: Services that stand in the package of what they serve.
SERVICES = {"scenarios.library.copying", "scenarios.exporting.moving"}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def floor(name: str) -> int:
    if name == "demoforge.accounts.roles" or any(within(name, package) for package in PURE):
        return PURE_DATA
    if name in SERVICES:
        return FLOORS["services"]
    parts = name.split(".")[1:]
    if parts[:1] == ["accounts"]:
        parts = parts[1:]
    if parts[:1] == ["models"]:
        return MODELS
    return FLOORS.get("commands" if parts[:1] == ["management"] else (parts or [""])[0], WORK)


def app_of(name: str) -> str:
    return (
        ".".join(name.split(".")[:2])
        if within(name, "demoforge.accounts")
        else name.split(".", maxsplit=1)[0]
    )


def ours() -> list[Import]:
    return [found for found in imports() if found.target.split(".")[0] in PACKAGES]


def test_there_is_something_to_look_at() -> None:
    assert len(modules()) > 30
    assert len(ours()) > 100


def test_imports_point_one_way() -> None:
    wrong = [str(i) for i in ours() if i.target.split(".")[0] not in MAY_IMPORT[i.module.split(".")[0]]]
    assert not wrong


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_import_no_framework(package: str) -> None:
    inside = [i for i in imports() if within(i.module, package)]
    assert inside
    wrong = [str(i) for i in inside if any(within(i.target, name) for name in NOT_PURE)]
    wrong += [
        str(i)
        for i in inside
        if i.target.split(".")[0] in PACKAGES and not any(within(i.target, name) for name in PURE[package])
    ]
    assert not wrong


def test_inside_an_app_imports_point_down() -> None:
    """urls, views, services, tasks, work, models."""
    wrong = [
        str(i)
        for i in ours()
        if app_of(i.module) == app_of(i.target)
        and app_of(i.module) != "demoforge"  # the ground has no such floors
        and floor(i.target) > floor(i.module)
    ]
    assert not wrong


def test_there_is_no_cycle() -> None:
    graph = networkx.DiGraph()
    names = {module.name for module in modules()}
    for found in ours():
        # A package's __init__ that gathers its own modules, and these, are one thing.
        if found.target in names and not found.for_types and not within(found.module, found.target):
            graph.add_edge(found.module, found.target)
    cycles = [sorted(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1]
    assert not cycles


def test_imports_stand_at_the_top() -> None:
    wrong = [str(i) for i in imports() if i.inside and i.target.split(".")[0] not in HEAVY]
    assert not wrong


def test_there_are_no_signals() -> None:
    wrong = [
        str(i)
        for i in imports()
        if i.target.startswith("django") and i.target.endswith((".signals", ".dispatch"))
    ]
    assert not wrong


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_modules_are_short(module: object) -> None:
    assert len(module.path.read_text().splitlines()) <= LONGEST_MODULE


def test_no_module_without_a_docstring() -> None:
    silent = [m.name for m in modules() if m.path.read_text().strip() and not ast.get_docstring(m.tree)]
    assert not silent
