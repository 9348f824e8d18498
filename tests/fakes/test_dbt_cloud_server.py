"""The dbt Cloud server of tests: transport, tokens, envelopes, account, and how it watches its callers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fakes.dbt_cloud import DbtCloudServer, Grant, Token, Violations
from tests.fakes.dbt_cloud.exceptions import EXTRA, UNPUBLISHED
from tests.fakes.dbt_cloud.openapi import found
from tests.fakes.dbt_cloud_plain import INSTALLATION, Made, Plain, administered, violating

SPECIFIED = pytest.mark.skipif(found() is None, reason="the OpenAPI files are not beside the checkout")


@pytest.fixture
def api() -> Iterator[Made]:
    with administered() as api:
        yield api


@pytest.fixture
def server(api: Made) -> DbtCloudServer:
    return api.server


def test_the_envelope_of_a_success(api: Made) -> None:
    body = api("GET", "v2/").json()
    assert body["status"] == {
        "code": 200,
        "is_success": True,
        "user_message": "Success!",
        "developer_message": "",
    }
    account = body["data"]
    assert (account["plan"], account["static_subdomain"]) == ("enterprise_2025", "ab123")
    assert account["run_slots"] == 5


def test_both_ways_to_send_a_token(server: DbtCloudServer, api: Made) -> None:
    for scheme, status in (("Bearer", 200), ("Token", 200), ("Basic", 401)):
        assert api("GET", "v2/", headers={"Authorization": f"{scheme} dbtc_admin"}).status_code == status


def test_an_unknown_or_revoked_token_is_401(server: DbtCloudServer, api: Made) -> None:
    answer = Plain(server, "dbtc_other")("GET", "v2/")
    assert (answer.status_code, answer.json()["status"]["user_message"]) == (401, "Invalid token.")
    server.revoke("dbtc_admin")
    assert api("GET", "v2/").status_code == 401


def test_a_wrong_host_looks_like_a_wrong_token(server: DbtCloudServer, api: Made) -> None:
    server.hosts = {"ab123.us1.dbt.com"}
    answer = api("GET", "v2/")
    assert (answer.status_code, answer.json()["status"]["user_message"]) == (401, "Invalid token.")
    assert api("GET", "v2/", headers={"Host": "ab123.us1.dbt.com"}).status_code == 200


def test_another_account_is_404(api: Made) -> None:
    assert api.at("GET", "/api/v2/accounts/70403100009999/").status_code == 404
    assert [account["id"] for account in api.at("GET", "/api/v3/accounts/").json()["data"]] == [
        api.server.account_id
    ]


def test_ids_need_64_bits_and_grow_in_steps(api: Made) -> None:
    ids = [api.project()["id"] for _ in range(3)]
    assert ids == sorted(set(ids))
    assert all(2**32 < id < 2**53 for id in ids)
    assert ids[2] - ids[1] != ids[1] - ids[0]


def test_lists_have_pages_of_at_most_100(api: Made) -> None:
    made = [api.project(name=f"Demo {number}")["id"] for number in range(103)]
    first = api("GET", "v3/projects/?limit=500").json()
    assert first["extra"]["pagination"] == {"count": 100, "total_count": 103}
    assert (first["extra"]["filters"]["limit"], first["extra"]["order_by"]) == (100, "id")
    second = api("GET", "v3/projects/?offset=100").json()
    assert [project["id"] for project in first["data"] + second["data"]] == made
    newest = api.data("GET", "v3/projects/?order_by=-id&limit=1")
    assert [project["id"] for project in newest] == [made[-1]]
    assert api("GET", "v3/projects/?limit=x").status_code == 400


def test_only_known_filters_filter(api: Made) -> None:
    api.project(name="Acme demo"), api.project(name="Other demo")
    assert [p["name"] for p in api.data("GET", "v3/projects/?name__icontains=acme")] == ["Acme demo"]
    assert len(api.data("GET", "v3/projects/?name=Acme+demo")) == 2  # the service has no such filter


def test_newer_endpoints_have_an_error_code_and_an_empty_extra(api: Made) -> None:
    connection = api.connection()["id"]
    body = api("GET", f"v3/connections/{connection}/").json()
    assert (body["error_code"], body["extra"]) == (None, {})
    assert "error_code" not in api("GET", "v3/projects/").json()


def test_a_post_without_the_last_slash_loses_its_body(server: DbtCloudServer, api: Made) -> None:
    answer = api("POST", "v3/projects", api.project_body())
    assert [(seen.method, seen.status) for seen in server.calls] == [("POST", 301), ("GET", 200)]
    assert answer.json()["data"] == []  # the client came back with GET: a list, and no project
    assert server.projects == []


def test_a_body_that_is_no_json_is_400(server: DbtCloudServer, api: Made) -> None:
    address = f"{server.url}/api/v3/accounts/{server.account_id}/projects/"
    answer = requests.post(address, data="{", headers={"Authorization": "Token dbtc_admin"}, timeout=10)
    assert answer.status_code == 400


def test_unknown_paths_and_methods_are_refused_and_noted(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    with violating(server):
        assert api("POST", f"v3/projects/{project}/jobs/", {}).status_code == 404
    with violating(server):
        answer = api("PATCH", f"v3/projects/{project}/environments/1/", {})
        assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, POST")


def test_violations_fail_the_block() -> None:
    server = DbtCloudServer()
    server.add_token("dbtc_admin", "account_admin")
    with pytest.raises(Violations, match="knows no such path"), server:
        Plain(server)("GET", "v3/demos/")


def test_an_error_of_the_test_is_not_hidden_by_violations() -> None:
    server = DbtCloudServer()
    server.violations.append("something")
    with pytest.raises(ZeroDivisionError), server:
        raise ZeroDivisionError


@SPECIFIED
@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"colour": "red"}, "body.colour is unknown"),
        ({"repository_id": "70403100000888"}, "body.repository_id should be integer, not str"),
        ({"description": ""}, "body.description is too short or too long"),
        ({"state": True}, "body.state should be integer, not bool"),
        ({"type": 7}, "body.type is 7, not one of [0, 1]"),
        ({"connection_id": 2**63}, "body.connection_id does not fit 64 bits"),
    ],
)
def test_bodies_are_compared_with_the_specification(
    api: Made, more: dict[str, object], complaint: str
) -> None:
    api("POST", "v3/projects/", api.project_body(**more))
    assert [text.partition(": ")[2] for text in api.server.violations] == [complaint]
    api.server.violations.clear()


@SPECIFIED
def test_fields_inside_of_bodies_are_compared_too(api: Made) -> None:
    body = api.job_body(
        1, 2, schedule={"date": {"type": "every_day"}, "time": {"type": "now"}, "zone": "UTC"}
    )
    api("POST", "v2/jobs/", body)
    assert [text.partition(": ")[2] for text in api.server.violations] == [
        "body.schedule.time.type is 'now', not one of ['every_hour', 'at_exact_hours']",
        "body.schedule.zone is unknown",
    ]
    api.server.violations.clear()


@SPECIFIED
def test_limits_are_compared_too(api: Made) -> None:
    config = {"hostname": "acme.redshift.example", "dbname": "demo", "port": 0}
    api("POST", "v3/connections/", api.connection_body(adapter_version="redshift_v0", config=config))
    assert [text.partition(": ")[2] for text in api.server.violations] == ["body.config.port is out of range"]
    api.server.violations.clear()


@SPECIFIED
def test_the_shape_of_credentials_follows_their_type(api: Made) -> None:
    project = api.project()["id"]
    api("POST", f"v3/projects/{project}/credentials/", api.credentials_body(project, default_schema="x"))
    assert [text.partition(": ")[2] for text in api.server.violations] == ["body.default_schema is unknown"]
    api.server.violations.clear()


@SPECIFIED
def test_published_paths_win_over_placeholders(api: Made) -> None:
    specification = api.server.specification
    assert specification is not None
    path = "/api/v3/accounts/1/projects/2/environment-variables/{}"
    assert specification.complaints("PUT", path.format("bulk/"), {"env_vars": {"name": "DBT_X"}}) == []
    assert specification.complaints("PUT", path.format("7/"), {}) != []
    assert specification.complaints("GET", "/api/v2/whoami/", None) == []
    assert specification.complaints("GET", "/api/v2/whoareyou/", None) == [
        "the specification knows no such path"
    ]
    assert specification.complaints("POST", "/api/v2/accounts/1/runs/2/cancel/", {"why": "x"}) != []


@SPECIFIED
def test_the_exceptions_are_not_in_the_specification(api: Made) -> None:
    specification = api.server.specification
    assert specification is not None
    operations = list(specification.operations())
    for exception in UNPUBLISHED:
        known = [path for method, path, _ in operations if exception.fits(method, path)]
        assert known == [], f"published by now: {exception}"
    for extra in EXTRA:
        for _, path, fields in [operation for operation in operations if extra.fits(*operation[:2])]:
            assert not extra.fields.keys() & fields, f"published by now for {path}: {extra}"


def test_the_files_may_be_elsewhere(tmp_path: Path) -> None:
    for version, method in (("v2", "get"), ("v3", "post")):
        text = f"paths: {{/api/{version}/demos/: {{{method}: {{}}}}}}"
        (tmp_path / f"openapi-{version}.yaml").write_text(text, encoding="utf-8")
    specification = found(tmp_path)
    assert specification is not None
    assert specification.complaints("POST", "/api/v3/demos/", None) == []
    assert specification.complaints("POST", "/api/v2/demos/", None) != []


def test_without_the_files_only_the_reference_is_compared(server: DbtCloudServer, api: Made) -> None:
    server.specification = None
    assert api("POST", "v3/projects/", api.project_body(colour="red")).status_code == 201
    assert server.violations == []


def test_too_many_calls_are_429_until_the_cooldown_is_over(server: DbtCloudServer, api: Made) -> None:
    server.calls_a_minute, server.cooldown = 3, 0.2
    assert [api("GET", "v2/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    server.closing.wait(0.25)
    assert api("GET", "v2/").status_code == 200


def test_faults_speak_like_the_service(server: DbtCloudServer, api: Made) -> None:
    server.faults.add("500", "POST", "*/projects/")
    answer = api("POST", "v3/projects/", api.project_body())
    assert answer.json()["status"]["user_message"] == "There was a server error. Please contact support!"
    server.xml_errors = True
    server.faults.add("500", "POST", "*/projects/", acts=True)
    answer = api("POST", "v3/projects/", api.project_body())
    assert (answer.status_code, answer.text[:5]) == (500, "<?xml")
    assert len(server.projects) == 1
    server.faults.add("malformed", "POST", "*/projects/")
    answer = api("POST", "v3/projects/", api.project_body())
    assert answer.status_code == 201
    with pytest.raises(ValueError, match="Unterminated"):
        answer.json()
    assert len(server.projects) == 2


def test_who_am_i(server: DbtCloudServer, api: Made) -> None:
    server.add_pat("dbtu_se", "se@acme.example")
    assert (
        Plain(server, "dbtu_se").at("GET", "/api/v2/whoami/").json()["data"]["user"]["email"]
        == "se@acme.example"
    )
    assert api.at("GET", "/api/v2/whoami/").json()["data"] == {"user": None}


def test_installations_are_a_bare_list_for_people_only(server: DbtCloudServer, api: Made) -> None:
    path = "/api/v2/integrations/github/installations/"
    server.add_pat("dbtu_se"), server.add_pat("dbtu_unlinked", github=False)
    (installation,) = Plain(server, "dbtu_se").at("GET", path).json()
    assert (installation["id"], installation["account"]["login"]) == (INSTALLATION, "acme-demos")
    assert Plain(server, "dbtu_unlinked").at("GET", path).json() == []
    refused = api.at("GET", path)
    assert refused.status_code == 400
    assert "cannot be accessed with a service token" in refused.json()["data"]["reason"]


@pytest.mark.parametrize(
    ("permission_set", "project", "connection", "reads"),
    [
        ("account_admin", 201, 201, 200),
        ("project_creator", 201, 201, 200),
        ("admin", 403, 403, 200),
        ("readonly", 403, 403, 200),
        ("semantic_layer_only", 403, 403, 403),
    ],
)
def test_what_permission_sets_may(
    server: DbtCloudServer, permission_set: str, project: int, connection: int, reads: int
) -> None:
    server.add_token("dbtc_x", permission_set)
    api = Made(server, "dbtc_x")
    assert api("POST", "v3/projects/", api.project_body()).status_code == project
    assert api("POST", "v3/connections/", api.connection_body()).status_code == connection
    assert api("GET", "v3/projects/").status_code == reads
    assert len(server.projects) == (project == 201)


def test_a_set_for_one_project_hides_the_others(server: DbtCloudServer, api: Made) -> None:
    mine, other = api.project()["id"], api.project()["id"]
    server.add_token("dbtc_scoped", "admin", project_id=mine)
    scoped = Made(server, "dbtc_scoped")
    assert [project["id"] for project in scoped.data("GET", "v3/projects/")] == [mine]
    assert scoped.credentials(mine)
    refused = scoped("POST", f"v3/projects/{other}/credentials/", scoped.credentials_body(other))
    assert refused.status_code == 404
    assert "proper permissions" in refused.json()["status"]["user_message"]
    assert scoped("GET", f"v3/projects/{other}/").status_code == 404


def test_writing_in_one_project_is_not_writing_in_all(server: DbtCloudServer, api: Made) -> None:
    mine, other = api.project()["id"], api.project()["id"]
    grants = (Grant("admin", mine), Grant("readonly"))
    server.tokens["dbtc_two"] = Token("dbtc_two", "service", grants)
    two = Made(server, "dbtc_two")
    assert two.credentials(mine)
    assert two("GET", f"v3/projects/{other}/credentials/").status_code == 200
    assert two("POST", f"v3/projects/{other}/credentials/", two.credentials_body(other)).status_code == 403


def test_a_body_for_another_account_is_refused(server: DbtCloudServer, api: Made) -> None:
    body = api.project_body(account_id=70403100009999)
    assert api.wrong("v3/projects/", body) == {"account_id": "is not the one of the path"}


def test_reading_a_project_is_not_writing_in_it(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    server.add_token("dbtc_reader", "readonly")
    reader = Made(server, "dbtc_reader")
    assert reader("GET", f"v3/projects/{project}/").status_code == 200
    assert reader("DELETE", f"v3/projects/{project}/").status_code == 403
    assert server.alive("project")


def test_a_grant_without_environment_categories_writes_no_environments(
    server: DbtCloudServer, api: Made
) -> None:
    project = api.project()["id"]
    server.add_token("dbtc_none", "project_creator", categories=())
    server.add_token("dbtc_dev", "project_creator", categories=("development",))
    body = api.environment_body(project, name="Development", type="development", deployment_type=None)
    path = f"v3/projects/{project}/environments/"
    assert Plain(server, "dbtc_none")("POST", path, body).status_code == 403
    assert Plain(server, "dbtc_dev")("POST", path, body).status_code == 201


@pytest.mark.parametrize(("plan", "status"), [("starter_2025", 201), ("developer_2022", 403)])
def test_small_plans(plan: str, status: int) -> None:
    with DbtCloudServer(plan=plan) as server:
        with pytest.raises(ValueError, match="cannot have project_creator"):
            server.add_token("dbtc_x", "project_creator")
        server.add_pat("dbtu_owner")
        api = Made(server, "dbtu_owner")
        assert api("POST", "v3/projects/", api.project_body()).status_code == status
        again = api("POST", "v3/projects/", api.project_body())
        assert again.status_code == 403  # one project is all


def test_service_tokens_are_made_by_service_tokens_and_said_once(server: DbtCloudServer, api: Made) -> None:
    project = api.project()["id"]
    grants = [
        {"permission_set": "semantic_layer_only", "project_id": project},
        {"permission_set": "metadata_only"},
    ]
    made = api.new("v3/service-tokens/", {"name": "sl-acme-7f3c", "permission_grants": grants})
    assert made["uid"] in made["token_string"]
    read = api.data("GET", f"v3/service-tokens/{made['id']}/")
    assert (read["name"], read["token_string"]) == ("sl-acme-7f3c", None)
    rows = api.data("GET", f"v3/service-tokens/{made['id']}/permissions/")
    assert [(row["permission_set"], row["all_projects"]) for row in rows] == [
        ("semantic_layer_only", False),
        ("metadata_only", True),
    ]
    assert (
        Plain(server, made["token_string"])("GET", "v3/projects/").status_code == 403
    )  # known, but not for this
    assert api("DELETE", f"v3/service-tokens/{made['id']}/").json()["data"]["state"] == 2
    assert Plain(server, made["token_string"])("GET", "v3/projects/").status_code == 401


def test_who_may_not_make_service_tokens(server: DbtCloudServer, api: Made) -> None:
    server.add_pat("dbtu_owner"), server.add_token("dbtc_creator", "project_creator")
    body = {"name": "x", "permission_grants": [{"permission_set": "semantic_layer_only"}]}
    assert Plain(server, "dbtu_owner").wrong("v3/service-tokens/", body)["reason"]
    creator = Plain(server, "dbtc_creator")
    assert creator("POST", "v3/service-tokens/", body).status_code == 403
    assert creator("GET", "v3/service-tokens/").status_code == 403
    wrong = api.wrong(
        "v3/service-tokens/",
        {"name": "x", "permission_grants": [{"permission_set": "admin", "project_id": 1}]},
    )
    assert wrong == {"permission_grants": {"project_id": "there is no such project"}}
