"""The dbt Cloud Admin API on loopback: stateful, and as strict as the reference says the service is.

    with DbtCloudServer(
        code_at=lambda remote_url: "3f1c…" or None,        # the sha that a clone would find; None: nothing is there
        key_on=lambda remote_url, public_key: True,        # is the deploy key on the repository?
        nodes=lambda run: [Node("model.demo.orders")],     # or artifacts=lambda run: {"run_results.json": {…}}
        installations={12345678: "acme-demos"},            # of the GitHub App: id -> owner
    ) as server:
        server.add_token("dbtc_x", "project_creator")      # a service token with permission sets
        server.add_pat("dbtu_x", "se@acme.example")        # a personal token of an owner who has linked GitHub
        …                                                  # talk to server.url with account server.account_id
        assert [job.name for job in server.alive("job")] == ["Production build"]

State: `server.projects`, `.connections`, `.repositories`, `.environments`, `.jobs`, `.runs` and `server.all(kind)` hold
deleted things, too (`thing.alive`); `server.alive(kind, **fields)` those that are left; `server.leftovers()` all
that is alive but runs. Kinds: project, connection, repository, credentials, profile, extended_attributes, environment,
variable, job, run, sl_configuration, sl_credentials, sl_mapping, service_token. Fields are attributes: `job.name`.
Secrets that were sent are in `thing.secrets`.

To set: `plan`, `project_limit`, `run_slots`; `polls` (a run goes on to its next status after so many reads of it) or
`run_seconds` (it takes so long, whoever looks); `hosts` (Host headers that are right: any other is a 401);
`calls_a_minute` and `cooldown` (429); `xml_errors` (a 500 with XML). Of the common part: `latency`, `patience`,
`faults`, `calls` (`tests/fakes/outside_server.py`).

A run: 1 queued, 2 starting, 3 running, then 10, 20 or 30. It succeeds if its project is linked to a repository with
code that its key or installation opens, if its environment has connection and credentials, and if no node failed.
`nodes` and `artifacts` are asked for each command; `run.command`, `run.job`, `run.remote_url` and `run.git_sha` tell
them where they are. They may be called more than once, with a lock held: they should be quick.

`server.violations` are requests that the reference does not know, or that the OpenAPI files forbid (found beside the
checkout; `exceptions.py` lists what is accepted against them). They make the `with` block
fail at its end. A test that means to send such a request clears the list.

Where the reference says [unverified], this server is on the strict side: deleting a project deletes nothing else, a
connection in use cannot be deleted, deleted things are 404, credentials need the metadata of adapters.
"""

from tests.fakes.dbt_cloud.results import Node, files_of
from tests.fakes.dbt_cloud.server import DbtCloudServer, Violations
from tests.fakes.dbt_cloud.things import Kind, Thing
from tests.fakes.dbt_cloud.tokens import Grant, Token

__all__ = ["DbtCloudServer", "Grant", "Kind", "Node", "Thing", "Token", "Violations", "files_of"]
