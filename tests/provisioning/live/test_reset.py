"""A reset brings branches, pull requests and data back, and discards only what somebody has agreed to discard."""

import pytest

from provisioning import services
from provisioning.live.branches import look_before
from provisioning.live.readiness import check_readiness
from provisioning.models import RunStatus
from scenarios.rendering import DAY_TWO, FIX
from tests.provisioning.live.lives import assert_shows, newer, reset, update
from tests.provisioning.steps.stage import OWNER, describe, run_out

pytestmark = pytest.mark.django_db


def merge(stage, name: str, branch: str) -> None:
    """What presenters do in the call: merge the pull request."""
    repository = stage.github.repository(name)
    stage.github.push(name, stage.github.files(name, branch))
    merged = stage.github.history(name)[0]
    objects = repository.objects
    made = objects.add_commit(
        merged.tree,
        [merged.sha, repository.branches[branch]],
        merged.author,
        merged.author,
        f"Merge {branch}",
    )
    repository.branches["main"] = made.sha
    next(pull for pull in repository.pulls if pull.head == branch).state = "closed"


def test_after_a_call_all_is_as_before(stage, live):
    name = stage.repository(live)
    before = dict(stage.github.repository(name).branches)
    merge(stage, name, FIX)
    stage.github.push(name, {"mine.md": "mine"}, branch=DAY_TWO)
    assert not check_readiness(live, by=stage.user).ready
    runs = len(stage.cloud.alive("run"))
    change = reset(stage, live)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert_shows(stage, live, stage.revision)
    assert stage.github.repository(name).branches == before
    (run,) = stage.cloud.alive("run")[runs:]
    assert (run.status, run.asked["execute_steps"]) == (10, ["dbt build --full-refresh"])
    assert check_readiness(live, by=stage.user).ready


def test_the_page_is_told_what_would_be_discarded(stage, at_github):
    name = stage.repository(at_github)
    theirs = stage.github.push(name, {"mine.md": "mine"}).sha
    del stage.github.repository(name).branches[DAY_TWO]
    before = look_before(at_github, by=stage.user)
    assert [found.branch for found in before.discarded] == ["main"]
    assert before.discarded[0].paths == ("mine.md",)
    assert (before.gone, before.untouched) == ([DAY_TWO], [FIX])
    assert before.to_confirm == {"main": theirs}


def test_nothing_is_discarded_without_a_confirmation(stage, at_github):
    theirs = stage.github.push(stage.repository(at_github), {"mine.md": "mine"}).sha
    change = reset(stage, at_github, confirmed=False)
    assert change.status == RunStatus.FAILED
    assert "nobody has agreed" in change.steps.get(key="look").error
    assert stage.github.history(stage.repository(at_github))[0].sha == theirs


def test_what_came_after_the_confirmation_is_not_discarded(stage, at_github):
    name = stage.repository(at_github)
    stage.github.push(name, {"mine.md": "mine"})
    confirmed = look_before(at_github, by=stage.user).to_confirm
    theirs = stage.github.push(name, {"later.md": "later"}).sha
    change = run_out(services.reset_live(at_github, confirmed=confirmed, by=stage.user))
    assert change.status == RunStatus.FAILED
    assert stage.github.history(name)[0].sha == theirs


def test_what_is_untouched_stays_untouched(stage, at_github):
    writes = len(stage.github.writes())
    change = reset(stage, at_github, confirmed=False)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert len(stage.github.writes()) == writes


def test_missing_branches_and_pull_requests_come_back(stage, at_github):
    repository = stage.github.repository(stage.repository(at_github))
    for branch in (FIX, DAY_TWO):
        del repository.branches[branch]
    for pull in repository.pulls:
        pull.state = "closed"
    assert reset(stage, at_github).status == RunStatus.SUCCEEDED
    assert_shows(stage, at_github, stage.revision)


def test_an_updated_demo_comes_back_to_its_update(stage, at_github):
    revision = newer(stage)
    update(stage, at_github, revision)
    heads = dict(stage.github.repository(stage.repository(at_github)).branches)
    stage.github.push(stage.repository(at_github), {"mine.md": "mine"})
    change = reset(stage, at_github)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert change.revision == revision
    assert_shows(stage, at_github, revision)
    assert stage.github.repository(stage.repository(at_github)).branches == heads


def test_where_force_is_forbidden_the_proven_files_go_on_top(stage, at_github):
    name = stage.repository(at_github)
    merge(stage, name, FIX)
    stage.github.organizations[OWNER].forbids_force_push = True
    change = reset(stage, at_github)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert_shows(stage, at_github, stage.revision)
    assert len(stage.github.history(name)) > 3, "what others did is still in the history"


def test_commits_that_github_has_forgotten_are_made_anew(stage, at_github):
    """Somebody has put a history of their own in place of everything, and ours was cleared away."""
    name = stage.repository(at_github)
    repository = stage.github.repository(name)
    ours = [repository.branches.pop(branch) for branch in (FIX, DAY_TWO)] + [repository.branches["main"]]
    tree = stage.github.push(name, {"mine.md": "mine"})
    alone = repository.objects.add_commit(tree.tree, [], tree.author, tree.author, "Squashed")
    repository.branches["main"] = alone.sha
    for sha in (*ours, tree.sha):
        del repository.objects.commits[sha]
    change = reset(stage, at_github)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert_shows(stage, at_github, stage.revision)


def test_an_update_after_a_reset(stage, at_github):
    stage.github.push(stage.repository(at_github), {"mine.md": "mine"})
    reset(stage, at_github)
    revision = newer(stage)
    change = update(stage, at_github, revision)
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert_shows(stage, at_github, revision)


def test_a_renamed_repository_is_found(stage, at_github):
    stage.github.push(stage.repository(at_github), {"mine.md": "mine"})
    confirmed = look_before(at_github, by=stage.user).to_confirm
    stage.github.rename(stage.repository(at_github), "another-name")
    change = run_out(services.reset_live(at_github, confirmed=confirmed, by=stage.user))
    assert change.status == RunStatus.SUCCEEDED, describe(change)
    assert stage.github.files(f"{OWNER}/another-name") == stage.revision.branches()["main"]
