"""Bare repositories by git's plumbing: whole or not at all, nobody's configuration, no path tricks."""

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from provisioning.clients.git import GitError
from provisioning.clients.local_git import (
    Branch,
    Commit,
    NotOursError,
    PathError,
    branch_names,
    commit_count,
    create_repository,
    head,
    holds_exactly,
    read_files,
    read_marker,
    remove_repository,
)

MARKER = "demoforge-build-1-0123456789abcdef"
FILES = {
    "dbt_project.yml": "name: demo\n",
    "models/staging/.gitkeep": "",
    "models/staging/stg_shop__orders.sql": "select 1 as n -- `$(touch /tmp/x)`\n",
    "docs/read me.md": "no newline at the end",
    "docs/日本.md": "メモ\r\nwindows line\n",
    "-dash.md": "data 7\nM 100644 inline evil\n",
}
WHEN = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)


def commit(company: str = "Northwind") -> Commit:
    return Commit(f"Initial demo project for {company}", "DemoForge", "demoforge@localhost", WHEN)


def create(
    path: Path, files: dict[str, str] | None = None, marker: str = MARKER, company: str = "Northwind"
) -> str:
    return create_repository(path, branches=[Branch("main", files or FILES, commit(company))], marker=marker)


def log(path: Path, form: str) -> str:
    command = ["git", f"--git-dir={path}", "log", f"--format={form}", "main"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_one_commit_on_main_with_exactly_the_files(tmp_path):
    path = tmp_path / "deep" / "repo"
    commit_id = create(path)
    assert head(path) == commit_id
    assert commit_count(path) == 1
    assert holds_exactly(path, {"main": FILES})
    assert read_files(path) == FILES
    assert read_marker(path) == MARKER
    assert log(path, "%an <%ae> %cn <%ce> %aI|%s") == (
        "DemoForge <demoforge@localhost> DemoForge <demoforge@localhost> 2026-06-01T12:30:00+00:00"
        "|Initial demo project for Northwind"
    )
    assert [entry.name for entry in path.parent.iterdir()] == ["repo"]
    subprocess.run(["git", f"--git-dir={path}", "fsck", "--strict", "--no-dangling"], check=True)


def test_a_clone_has_the_files_and_main_is_its_branch(tmp_path):
    create(tmp_path / "repo")
    subprocess.run(["git", "clone", "-q", str(tmp_path / "repo"), str(tmp_path / "clone")], check=True)
    assert (tmp_path / "clone" / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    for name, text in FILES.items():
        assert (tmp_path / "clone" / name).read_bytes() == text.encode()


def test_the_same_input_gives_the_same_commit(tmp_path):
    assert create(tmp_path / "one") == create(tmp_path / "two", marker="demoforge-build-2-ff")


def test_found_again_by_its_marker(tmp_path):
    first = create(tmp_path / "repo")
    assert create(tmp_path / "repo") == first
    assert commit_count(tmp_path / "repo") == 1


@pytest.mark.parametrize("other", ["repository", "folder", "file"])
def test_what_is_not_ours_is_neither_used_nor_removed(tmp_path, other):
    path = tmp_path / "repo"
    if other == "repository":
        create(path, marker="demoforge-build-2-ff")
    elif other == "folder":
        path.mkdir()
        (path / "thesis.txt").write_text("the only copy")
    else:
        path.write_text("the only copy")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NotOursError):
        create(path)
    with pytest.raises(NotOursError):
        remove_repository(path, marker=MARKER)
    assert sorted(tmp_path.rglob("*")) == before


def test_user_and_system_configuration_and_hooks_are_ignored(tmp_path, monkeypatch):
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "post-commit", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-ran\n")
        (hooks / name).chmod(0o755)
    template = tmp_path / "template" / "info"
    template.mkdir(parents=True)
    (template / "exclude").write_text("*.sql\n")
    config = f"[user]\nname=Mallory\nemail=m@example.com\n[core]\nhooksPath={hooks}\nautocrlf=true\n"
    config += f"[commit]\ngpgsign=true\n[init]\ndefaultBranch=trunk\ntemplateDir={template.parent}\n"
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(config)
    (tmp_path / "system").write_text(config)
    for name, value in {
        "HOME": home, "GIT_CONFIG_GLOBAL": home / ".gitconfig", "GIT_CONFIG_SYSTEM": tmp_path / "system",
        "GIT_DIR": tmp_path / "elsewhere", "GIT_AUTHOR_NAME": "Mallory", "GIT_COMMITTER_DATE": "1 +0000",
        "GIT_OBJECT_DIRECTORY": tmp_path / "objects", "GIT_TEMPLATE_DIR": template.parent,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    create(tmp_path / "repo")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    assert log(tmp_path / "repo", "%an %cn %G?") == "DemoForge DemoForge N"
    assert read_files(tmp_path / "repo") == FILES
    assert not (tmp_path / "hook-ran").exists()
    assert not (tmp_path / "repo" / "info" / "exclude").exists()
    assert not (tmp_path / "objects").exists()


@pytest.mark.parametrize(
    "name",
    [
        "", "/etc/passwd", "../out", "a/../../out", "a//b", "./a", "a/.", "a/", ".git/config", "a/.GIT/x",
        "a/.git ", "a/.git./x", "GIT~1/config", ".gitmodules", ".g\u200cit/config", "a\nM 100644 inline b",
        "a\tb", 'a"b', "a\\b", "C:evil", "a\x00b", "nul?", "x\x7f",
    ],
)  # fmt: skip
def test_odd_paths_are_refused_before_anything_is_made(tmp_path, name):
    with pytest.raises(PathError):
        create(tmp_path / "repo", {"ok.md": "", name: "evil"})
    assert list(tmp_path.iterdir()) == []


INJECTED = "a\n\nauthor Mallory <m@x> 1 +0000\ndata 4\nevil"


@pytest.mark.parametrize("company", ["", "--help", INJECTED, "<>&\"'`$(x)", "日本"])
def test_company_texts_are_only_text(tmp_path, company):
    create(tmp_path / "repo", company=company)
    assert commit_count(tmp_path / "repo") == 1
    assert log(tmp_path / "repo", "%an|%ae") == "DemoForge|demoforge@localhost"
    assert log(tmp_path / "repo", "%B") == f"Initial demo project for {company}".strip()


def test_a_draft_left_by_a_killed_worker_is_cleaned_up_and_one_that_may_be_alive_is_not(tmp_path):
    old, young, other = (tmp_path / name for name in (f".{MARKER}-old", f".{MARKER}-young", ".demoforge-2-x"))
    for draft in (old, young, other):
        (draft / "objects").mkdir(parents=True)
    for draft in (old, other):
        os.utime(draft, (time.time() - settings.LEASE_SECONDS - 1,) * 2)
    create(tmp_path / "repo")
    assert {entry.name for entry in tmp_path.iterdir()} == {"repo", young.name, other.name}


def test_remove_removes_what_is_ours_and_is_content_with_nothing(tmp_path):
    create(tmp_path / "repo")
    (tmp_path / f".{MARKER}-abc").mkdir()
    remove_repository(tmp_path / "repo", marker=MARKER)
    assert list(tmp_path.iterdir()) == []
    remove_repository(tmp_path / "repo", marker=MARKER)
    remove_repository(tmp_path / "not" / "there", marker=MARKER)


def test_a_change_in_the_repository_is_seen(tmp_path):
    create(tmp_path / "repo")
    assert not holds_exactly(tmp_path / "repo", {"main": FILES | {"new.md": ""}})
    assert not holds_exactly(tmp_path / "repo", {"main": FILES | {"dbt_project.yml": "name: other\n"}})
    assert not holds_exactly(tmp_path / "repo", {"main": {}})
    assert not holds_exactly(tmp_path / "repo", {"main": FILES, "other": FILES})
    assert not holds_exactly(tmp_path / "repo", {})


def test_other_branches_stand_on_main_and_carry_what_differs(tmp_path):
    path = tmp_path / "repo"
    fixed = {name: text for name, text in FILES.items() if name != "-dash.md"} | {"new/a b.sql": "select 2\n"}
    day_two = FILES | {"dbt_project.yml": "name: day two\n"}
    branches = {"main": FILES, "fix/data-quality": fixed, "demo/day-2": day_two}
    made = [Branch(name, files, commit(name)) for name, files in branches.items()]
    first = create_repository(path, branches=made, marker=MARKER)
    assert branch_names(path) == set(branches)
    assert holds_exactly(path, branches)
    assert read_files(path, "fix/data-quality") == fixed
    assert commit_count(path) == 3
    for name in ("fix/data-quality", "demo/day-2"):
        assert head(path, f"{name}~1") == first
    shown = subprocess.run(
        ["git", f"--git-dir={path}", "diff", "--name-status", "main", "fix/data-quality"],
        capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    assert shown == ["D\t-dash.md", "A\tnew/a b.sql", ""]
    assert create_repository(path, branches=made, marker=MARKER) == first
    assert commit_count(path) == 3


def test_without_git_the_error_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="not installed"):
        create(tmp_path / "repo")
    assert list(tmp_path.iterdir()) == []
