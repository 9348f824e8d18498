"""The run of show and the pain coverage on pages: moments and answers with deep links into the demo."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from scenarios.models import PlanRevision
from scenarios.plan.coverage import Covered, coverage
from scenarios.plan.names import MAIN
from scenarios.plan.outline import PainDemonstration
from scenarios.plan.parts import Plan
from scenarios.plan.run_of_show import Moment, Place, place_in, run_of_show
from scenarios.proof.report import ProofReport
from scenarios.rendering.run_of_show import said_values

KINDS = {
    "opening": ("Opening", "message-square"),
    "lineage": ("Lineage", "workflow"),
    "test": ("Test", "bug"),
    "fix": ("Fix", "git-branch"),
    "incremental": ("Incremental", "trending-up"),
    "metric": ("Metric", "gauge"),
    "feature": ("Feature", "sparkles"),
    "close": ("Close", "target"),
}
_TABS = {"lineage": "lineage", "proof": "proof", "answers": "proof"}


class Links:
    """Deep links into one revision; a file that it does not have gets none."""

    def __init__(self, revision: PlanRevision) -> None:
        self._revision = [revision.demo_id, revision.number]
        self._files: Collection[tuple[str, str]] = set(revision.files.values_list("branch", "path"))

    def to(self, place: Place | None) -> str:
        """The address of a place; empty when there is none."""
        if place is None:
            return ""
        if place.page == "file":
            return self._file(place)
        page = f"{reverse('revision_detail', args=self._revision)}?tab={_TABS[place.page]}"
        anchor = f"answer-{place.name}" if place.page == "answers" and place.name else place.name
        return f"{page}#{anchor or 'answers'}" if place.page != "lineage" else page

    def _file(self, place: Place) -> str:
        branch = next((one for one in (place.branch, MAIN) if (one, place.path) in self._files), None)
        if branch is None:
            return ""
        query = {"path": place.path} if branch == MAIN else {"branch": branch, "path": place.path}
        return f"{reverse('project_files', args=self._revision)}?{urlencode(query)}"


@dataclass(frozen=True)
class ShownMoment:
    """A moment with what its links open; `url` and `proof_url` are empty when there is nothing to open."""

    moment: Moment
    number: int
    label: str
    icon: str
    url: str
    proof_url: str
    opens: str  # the file and branch behind the link, in words


def shown_moments(revision: PlanRevision, plan: Plan, report: ProofReport | None) -> list[ShownMoment]:
    """All moments of the talk, with the values that the Proof found. One query."""
    links = Links(revision)
    said = said_values(plan, report.metrics, report.metric_periods) if report else {}
    moments = run_of_show(plan, said)
    return [_shown(number, moment, links) for number, moment in enumerate(moments, start=1)]


def _shown(number: int, moment: Moment, links: Links) -> ShownMoment:
    label, icon = KINDS[moment.kind]
    return ShownMoment(
        moment, number, label, icon, links.to(moment.place), links.to(moment.proof), _words(moment.place)
    )


def _words(place: Place | None) -> str:
    if place is None or place.page != "file":
        return ""
    return place.path if place.branch == MAIN else f"{place.path} on {place.branch}"


@dataclass(frozen=True)
class ShownPain:
    """A sentence of the pain points with what answers it, each with the address of where it is shown."""

    covered: Covered
    answers: list[tuple[PainDemonstration, str]]


@dataclass(frozen=True)
class CoverageMap:
    """All sentences of the pain points."""

    pains: list[ShownPain]

    @property
    def open(self) -> int:
        """How many sentences nothing answers."""
        return sum(not pain.covered.is_answered for pain in self.pains)

    @property
    def answered(self) -> int:
        """How many sentences something answers."""
        return len(self.pains) - self.open


def coverage_map(revision: PlanRevision, plan: Plan) -> CoverageMap:
    """The pain coverage of a whole plan. One query when something is answered."""
    covered = coverage(revision.demo.brief.disguised().pain_points, plan.outline)
    links = Links(revision) if any(one.is_answered for one in covered) else None
    return CoverageMap([
        ShownPain(one, [(pain, links.to(place_in(plan, pain.where)) if links else "") for pain in one.answers])
        for one in covered
    ])  # fmt: skip
