"""The table of every address of the product and what each kind of person gets there, and a world to try it in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from demoforge.accounts.models import Team, User
from demoforge.accounts.notices import tell
from demoforge.accounts.roles import Role
from provisioning.models import BuildRun, RunStatus
from scenarios.models import Comment, Visibility
from tests.scenarios.views import rows

# A cell is what somebody gets:
#   ok     the page, or the action: allowed (also when the form is incomplete, or the time is wrong for it)
#   login  sent to the log-in page
#   403    they see the thing, but may not do this
#   404    for them it does not exist
# The addresses of single sign-on are not there without a log-in service; tests/accounts/test_sso.py sets one up.
# For an address of a demo or a build, `owner` is the sales engineer whose it is and who shares it with the team,
# `colleague` another one of the team, `se` a stranger.
TABLE = """
method name               arguments      anonymous  ae     se     colleague  manager  admin  owner

GET    login              -              ok         ok     ok     ok         ok       ok     ok
POST   login              -              ok         ok     ok     ok         ok       ok     ok
POST   logout             -              ok         ok     ok     ok         ok       ok     ok
GET    health             -              ok         ok     ok     ok         ok       ok     ok

GET    demo_list          -              login      ok     ok     ok         ok       ok     ok
GET    demo_new           -              login      403    ok     ok         ok       ok     ok
POST   demo_new           -              login      403    ok     ok         ok       ok     ok
GET    ai_setup           -              login      403    ok     ok         ok       ok     ok
POST   ai_setup           -              login      403    ok     ok         ok       ok     ok
POST   ai_key_forget      -              login      403    ok     ok         ok       ok     ok
GET    guidance           -              login      403    ok     ok         ok       ok     ok
POST   guidance           -              login      403    403    403        403      ok     403
GET    demo_detail        demo           login      404    404    ok         ok       ok     ok
GET    demo_brief         demo           login      404    404    403        ok       ok     ok
GET    demo_regenerate    demo           login      404    404    403        403      ok     ok
POST   demo_regenerate    demo           login      404    404    403        403      ok     ok
POST   lock_set           demo           login      404    404    403        403      ok     ok
GET    section_edit       section        login      404    404    403        403      ok     ok
POST   section_edit       section        login      404    404    403        403      ok     ok
GET    revision_list      demo           login      404    404    ok         ok       ok     ok
GET    revision_diff      demo?versions  login      404    404    ok         ok       ok     ok
GET    revision_detail    revision       login      404    404    ok         ok       ok     ok
POST   revision_restore   revision       login      404    404    403        403      ok     ok
POST   revision_retry     revision       login      404    404    403        403      ok     ok
GET    rehearse           revision       login      404    404    ok         ok       ok     ok
GET    run_of_show        revision       login      404    404    ok         ok       ok     ok
GET    model_calls        revision       login      404    404    ok         ok       ok     ok
GET    prompts_seen       revision       login      404    404    403        403      ok     ok
GET    project_files      revision       login      404    404    ok         ok       ok     ok
GET    file_download      revision?file  login      404    404    ok         ok       ok     ok
GET    project_zip        revision       login      404    404    ok         ok       ok     ok

GET    connections        -              login      ok     ok     ok         ok       ok     ok
POST   connections        -              login      ok     ok     ok         ok       ok     ok
POST   connection_forget  -              login      ok     ok     ok         ok       ok     ok
POST   workspace_builds   -              login      403    403    403        403      ok     403

GET    connection_places  -              login      ok     ok     ok         ok       ok     ok
GET    build_targets      demo           login      404    404    403        403      ok     ok
GET    preflight          demo?local     login      404    404    403        403      ok     ok
GET    build_calls        build          login      404    404    ok         ok       ok     ok
GET    calls_download     build_csv      login      404    404    ok         ok       ok     ok
GET    terraform_download build?main.tf  login      404    404    404        404      404    404
POST   build_start        demo           login      404    404    403        403      ok     ok
GET    demo_builds        demo           login      404    404    ok         ok       ok     ok
GET    build_detail       build          login      404    404    ok         ok       ok     ok
GET    build_result       build          login      404    404    ok         ok       ok     ok
POST   build_retry        build          login      404    404    403        403      ok     ok
POST   build_cancel       build          login      404    404    403        403      ok     ok
POST   build_undo         build          login      404    404    403        403      ok     ok
GET    build_live         build          login      404    404    403        403      ok     ok
GET    build_ready        build          login      404    404    403        403      ok     ok
POST   live_update        build          login      404    404    403        403      ok     ok
GET    live_reset         build          login      404    404    403        403      ok     ok
POST   live_reset         build          login      404    404    403        403      ok     ok
POST   live_down          build          login      404    404    403        403      ok     ok
GET    live_again         build          login      404    404    403        403      ok     ok
POST   live_again         build          login      404    404    403        403      ok     ok

GET    orphans            -              login      403    ok     ok         ok       ok     ok
POST   orphan_remove      -              login      403    ok     ok         ok       ok     ok

GET    demo_outcome       demo           login      404    404    ok         ok       ok     ok
POST   demo_outcome       demo           login      404    404    403        403      ok     ok
GET    insights           -              login      403    403    403        ok       ok     403
GET    insights_download  -              login      403    403    403        ok       ok     403

GET    review_queue       -              login      403    403    403        ok       ok     403
GET    policy             -              login      403    403    403        403      ok     403
POST   policy             -              login      403    403    403        403      ok     403
POST   review_ask         revision       login      404    404    403        403      ok     ok
POST   review_withdraw    revision       login      404    404    403        403      ok     ok
POST   review_approve     revision       login      404    404    403        ok       ok     403
POST   review_send_back   revision       login      404    404    403        ok       ok     403
POST   comment_add        revision       login      404    404    403        ok       ok     ok
POST   comment_resolve    comment        login      404    404    403        ok       ok     ok

GET    notices            -              login      ok     ok     ok         ok       ok     ok
POST   notices_read       -              login      ok     ok     ok         ok       ok     ok
POST   notice_read        notice         login      404    404    404        404      404    ok
GET    audit_trail        -              login      403    403    403        403      ok     403
GET    audit_download     -              login      403    403    403        403      ok     403
GET    fleet              -              login      ok     ok     ok         ok       ok     ok
POST   demo_extend        demo           login      404    404    403        403      ok     ok

GET    demo_export        demo           login      404    404    403        ok       ok     ok
POST   demo_export        demo           login      404    404    403        ok       ok     ok
GET    demo_import        -              login      403    ok     ok         ok       ok     ok
POST   demo_import        -              login      403    ok     ok         ok       ok     ok

POST   favourite_set      demo           login      404    404    ok         ok       ok     ok
GET    demo_share         demo           login      404    404    403        403      ok     ok
POST   demo_share         demo           login      404    404    403        403      ok     ok
GET    template_use       demo           login      404    404    ok         ok       ok     ok
POST   template_use       demo           login      404    404    ok         ok       ok     ok

GET    sso_login          -              404        404    404    404        404      404    404
GET    sso_callback       -              404        404    404    404        404      404    404
GET    account            -              login      ok     ok     ok         ok       ok     ok
POST   sessions_end       -              login      ok     ok     ok         ok       ok     ok
GET    people             -              login      403    403    403        403      ok     403
GET    person             person         login      403    403    403        403      ok     403
POST   person             person         login      403    403    403        403      ok     403
POST   identity_forget    person         login      403    403    403        403      ok     403
GET    teams              -              login      403    403    403        403      ok     403
POST   teams              -              login      403    403    403        403      ok     403
GET    team               team           login      403    403    403        403      ok     403
POST   team               team           login      403    403    403        403      ok     403
"""
PEOPLE = ("anonymous", "ae", "se", "colleague", "manager", "admin", "owner")
ROLES = {
    "ae": Role.ACCOUNT_EXECUTIVE,
    "se": Role.SALES_ENGINEER,
    "colleague": Role.SALES_ENGINEER,
    "manager": Role.MANAGER,
    "admin": Role.ADMIN,
    "owner": Role.SALES_ENGINEER,
}


@dataclass(frozen=True)
class Row:
    method: str
    name: str
    arguments: str
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def table() -> list[Row]:
    lines = [line.split() for line in TABLE.strip().splitlines()[1:] if line.strip()]
    return [Row(words[0], words[1], words[2], dict(zip(PEOPLE, words[3:], strict=True))) for words in lines]


@dataclass
class World:
    """People, and something to look at that belongs to one of them."""

    people: dict[str, User]
    arguments: dict[str, list[object]]
    queries: dict[str, dict[str, object]]

    def address(self, row: Row) -> str:
        arguments, _, query = row.arguments.partition("?")
        path = reverse(row.name, args=self.arguments[arguments])
        return f"{path}?{urlencode(self.queries[query])}" if query else path


def make_world() -> World:
    """A demo with two revisions, a build, a comment and a notice, and seven kinds of people."""
    people = {name: rows.person(name, role) for name, role in ROLES.items()}
    team = Team.objects.create(name="North")
    for name in ("owner", "colleague"):
        people[name].team = team
        people[name].save()
    demo = rows.demo_of(people["owner"], visibility=Visibility.TEAM, team=team)
    rows.revision_of(demo)
    revision = rows.revision_of(demo)
    build = BuildRun.objects.create(
        demo=demo,
        revision=revision,
        status=RunStatus.SUCCEEDED,
        code_digest=revision.code_digest,
        repository_name="fjell-dbt-demo",
        started_by=people["owner"],
    )
    comment = Comment.objects.create(
        revision=revision, section="models", author=people["manager"], text="Why?"
    )
    return World(
        people,
        arguments={
            "-": [],
            "demo": [demo.pk],
            "section": [demo.pk, "context"],
            "revision": [demo.pk, revision.number],
            "comment": [demo.pk, comment.pk],
            "build": [build.pk],
            "build_csv": [build.pk, "csv"],
            "person": [people["se"].pk],
            "team": [team.pk],
            "notice": [tell(people["owner"], "Read me.").pk],
        },
        queries={
            "local": {"target": "local"},
            "main.tf": {"path": "main.tf"},
            "versions": {"old": 1, "new": 2},
            "file": {"path": "dbt_project.yml"},
        },
    )
