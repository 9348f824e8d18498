"""Is the dbt Cloud project of a live demo as it should be? Read only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from provisioning.clients.dbt_cloud.links import account_link, environment_link, job_link, run_link
from provisioning.clients.dbt_cloud.runs import Run
from provisioning.clients.dbt_cloud.shapes import Environment, Project
from provisioning.clients.outcome import NotThere, OutsideError, Unauthorized
from provisioning.live.asking import CloudAccess, Question, SideBySide
from provisioning.live.checks import Check, ago, refused
from provisioning.names import DEVELOPMENT, PRODUCTION
from provisioning.standing import Place

OLD = timedelta(days=7)
AGAIN = "Press “Reset” on the result page, or run the job in dbt Cloud."


@dataclass(frozen=True)
class CloudQuestions:
    """What is asked about a project, all at once."""

    place: Place
    access: CloudAccess
    project: Question[Project]
    environments: Question[list[Environment]]
    latest: Question[Run | None]

    @property
    def pages(self) -> tuple[str, int, int]:
        """Host, account and project, for links."""
        fields = self.access.fields
        return fields.host, fields.account_id, self.place.project_id or 0


def ask_cloud(asking: SideBySide, access: CloudAccess, place: Place) -> CloudQuestions:
    """Begin to ask: the project, its environments, the newest run of its production job."""
    project, job = place.project_id or 0, place.job_id or 0
    return CloudQuestions(
        place,
        access,
        asking.cloud(access, lambda client: client.project(project)),
        asking.cloud(access, lambda client: client.environments(project)),
        asking.cloud(access, lambda client: client.latest_run(job)),
    )


def check_cloud(questions: CloudQuestions, *, now: datetime) -> list[Check]:
    """Token, project, environments, last run. When the token is refused or the project gone, only that is told."""
    token = Check("dbt Cloud token", "pass", "dbt Cloud accepts your token.")
    try:
        project = questions.project.answer()
    except Unauthorized as error:
        return [Check("dbt Cloud token", "fail", error.sentence, error.hint, reverse("connections"))]
    except NotThere:
        sentence = "The project is not there, or your token may not see it."
        fix = "Enter the token that the demo was built with, or provision the demo again."
        return [token, Check("dbt Cloud project", "fail", sentence, fix)]
    except OutsideError as error:
        return [refused("dbt Cloud project", error)]
    return [token, _project(questions, project), _environments(questions), _last_run(questions, now)]


def _project(questions: CloudQuestions, project: Project) -> Check:
    title, link = "dbt Cloud project", account_link(*questions.pages[:2])
    if project.repository_id is None:
        sentence = f"{project.name} is not connected to its repository any more."
        fix = "Connect it in the project's settings, or take the demo down and provision it again."
        return Check(title, "fail", sentence, fix, link)
    return Check(title, "pass", f"{project.name} is there and connected to its repository.")


def _environments(questions: CloudQuestions) -> Check:
    title = "Environments"
    try:
        there = {one.id: one for one in questions.environments.answer()}
    except OutsideError as error:
        return refused(title, error)
    made = questions.place.environments
    gone = [name for name, number in sorted(made.items()) if number not in there]
    if gone:
        fix = "Take the demo down and provision it again."
        return Check(title, "fail", f"{' and '.join(gone)} is not there any more.", fix)
    number = made.get(PRODUCTION)
    if number and there[number].credentials_id is None:
        fix = "Enter them in dbt Cloud, or take the demo down and provision it again."
        link = environment_link(*questions.pages, number)
        return Check(title, "fail", f"{PRODUCTION} has lost its warehouse credentials.", fix, link)
    return Check(title, "pass", f"{' and '.join(sorted(made))} are there.")


def _last_run(questions: CloudQuestions, now: datetime) -> Check:
    title = "Last run"
    try:
        run = questions.latest.answer()
    except OutsideError as error:
        return refused(title, error)
    if run is None:
        link = job_link(*questions.pages, questions.place.job_id or 0)
        return Check(title, "fail", "The production job has not run.", AGAIN, link)
    link = run_link(*questions.pages, run.id, href=run.href)
    if not run.is_complete:
        return Check(title, "reminder", f"Run {run.id} is under way.", "Wait until it is green.", link)
    if not run.is_success:
        sentence = f"The last run of the production job, {run.id}, is not green."
        return Check(title, "fail", sentence, f"Look at what it says. {AGAIN}", link)
    return _green(run, now, link)


def _green(run: Run, now: datetime, link: str) -> Check:
    ended = run.finished_at or run.created_at
    if ended is None:
        return Check("Last run", "pass", f"Run {run.id} is green.", link=link)
    sentence = f"Run {run.id} is green, {ago(now - ended)}."
    if now - ended > OLD:
        return Check("Last run", "reminder", sentence, f"It looks old in dbt Cloud. {AGAIN}", link)
    return Check("Last run", "pass", sentence, link=link)


def remind(place: Place, access_pages: tuple[str, int], schema: str, made: list[str]) -> list[Check]:
    """What no token can see: the presenter's own credentials, and where the tables are."""
    host, account = access_pages
    development = place.environments.get(DEVELOPMENT)
    link = environment_link(host, account, place.project_id or 0, development) if development else ""
    checks = [
        Check(
            "Your development credentials",
            "reminder",
            "Each presenter enters their own warehouse credentials once, for Studio and the command line. "
            "No token can do or see that for you.",
            f"Open your profile in dbt Cloud, then Credentials, and choose this project; a schema of your own "
            f"such as {schema} keeps your work apart.",
            link,
        )
    ]
    if made:
        words = f"The demo's tables are in {' and '.join(made)}."
        checks.append(Check("Warehouse", "reminder", words, "Look once whether you can see them from here."))
    return checks
