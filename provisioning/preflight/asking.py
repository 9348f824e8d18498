"""The pre-flight of a build: what stands against it here, what both sides say, and what it would create."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

from demoforge.errors import Explained
from provisioning.connections import secrets
from provisioning.connections.fields import Connections, Existing
from provisioning.connections.secrets import Missing
from provisioning.models import BuildRun, Target
from provisioning.preflight.planned import planned_groups
from provisioning.preflight.shapes import Check, Place, PlannedGroup, Preflight, Section
from provisioning.preflight.sides import ask_dbt_cloud, ask_github, look_at_warehouse

ASKING_SECONDS = 20.0  # for everybody together: somebody waits for a page
NEEDED: Mapping[str, tuple[Place, ...]] = {
    Target.LOCAL: (),
    Target.GITHUB: ("github",),
    Target.DBT_CLOUD: ("github", "dbt_cloud", "warehouse"),
}
TITLES: Mapping[Place, str] = {
    "": "The demo",
    "github": "GitHub",
    "dbt_cloud": "dbt Cloud",
    "warehouse": "Warehouse",
}

_Ask = Callable[[], list[Check]]


def called(place: Place) -> str:
    """A place in the middle of a sentence."""
    return "warehouse" if place == "warehouse" else TITLES[place]


def preflight(
    run: BuildRun, *, objections: Sequence[Explained], ask: bool = True, seconds: float = ASKING_SECONDS
) -> Preflight:
    """Ask everybody about a build that is not started, and list what it would create. Changes nothing anywhere.

    `run` need not be saved. `objections` is what stands against it here. Without `ask` nobody outside is called.
    Takes at most `seconds`; who has not answered by then is a blocker.
    """
    where = Connections.model_validate(run.connections)
    needed = NEEDED[run.target]
    asks = {place: _prepared(run, where, place) for place in needed} if ask else {}
    answers = _side_by_side(asks, seconds)
    sections = [Section(TITLES[""], "", _about_demo(objections))]
    sections += [Section(TITLES[place], place, checks) for place, checks in answers.items()]
    return Preflight(run.repository_name, ask, sections, _groups(run, where, needed))


def _about_demo(objections: Sequence[Explained]) -> list[Check]:
    if not objections:
        return [Check("ok", "The plan can be built.")]
    return [Check("blocker", fault.sentence, fault.hint) for fault in objections]


def _groups(run: BuildRun, where: Connections, needed: Sequence[Place]) -> list[PlannedGroup]:
    """Nothing can be listed before there is a plan and every place is known."""
    complete = all(getattr(where, place) is not None for place in needed)
    return planned_groups(run) if complete and run.revision.plan else []


def _prepared(run: BuildRun, where: Connections, place: Place) -> _Ask:
    """What to ask there, with the secrets in hand: threads have neither database nor vault."""
    try:
        ask = _ASKS[place](run, where)
    except Missing as missing:
        return partial(list, [Check("blocker", missing.sentence, missing.hint)])
    return ask or partial(list, [_no_connection(run, place)])


def _no_connection(run: BuildRun, place: Place) -> Check:
    if run.workspace:
        return Check(
            "blocker",
            f"The workspace has no {called(place)} connection.",
            "The operator sets it up (docs/configuration.md), or you enter one of your own under Connections.",
        )
    return Check("blocker", f"There is no {called(place)} connection yet.", "Set it up under Connections.")


def _github(run: BuildRun, where: Connections) -> _Ask | None:
    if where.github is None:
        return None
    return partial(ask_github, where.github, secrets.github_token(run), run.repository_name)


def _dbt_cloud(run: BuildRun, where: Connections) -> _Ask | None:
    if where.dbt_cloud is None:
        return None
    owner = where.github.owner if where.github else ""
    existing = where.warehouse if isinstance(where.warehouse, Existing) else None
    token, user_token = secrets.dbt_cloud_token(run), secrets.user_token(run)
    return partial(ask_dbt_cloud, where.dbt_cloud, token, user_token, owner, existing)


def _warehouse(run: BuildRun, where: Connections) -> _Ask | None:
    if where.warehouse is None:
        return None
    return partial(
        look_at_warehouse,
        where.warehouse,
        secrets.warehouse_secrets(run),
        wanted=run.demo.warehouse,
        semantic_layer=run.demo.include_semantic_layer,
    )


_ASKS: Mapping[Place, Callable[[BuildRun, Connections], _Ask | None]] = {
    "github": _github,
    "dbt_cloud": _dbt_cloud,
    "warehouse": _warehouse,
}


def _side_by_side(asks: Mapping[Place, _Ask], seconds: float) -> dict[Place, list[Check]]:
    """Everybody's answers; the time-outs of the calls end the threads of those who are late."""
    if not asks:
        return {}
    pool = ThreadPoolExecutor(max_workers=len(asks), thread_name_prefix="preflight")
    futures = {place: pool.submit(ask) for place, ask in asks.items()}
    wait(futures.values(), timeout=seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    return {place: _answer(place, future) for place, future in futures.items()}


def _answer(place: Place, future: "Future[list[Check]]") -> list[Check]:
    if not future.done():
        return [Check("blocker", f"{TITLES[place]} has not answered in time.", "Check again in a moment.")]
    return future.result()
