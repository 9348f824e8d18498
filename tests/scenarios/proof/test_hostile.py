"""Projects that try to get out: by SQL, by Jinja, by using everything up. The confinement stops each."""

import time

import pytest

from scenarios.proof import BranchSpec, BuildReport, Limits, ProofSpec, run_build, run_proof

TABLE = "{{ config(materialized='table') }}"
CROSS_JOIN = """
select count(*) as pairs
from range(3000000) as a, range(3000000) as b
where (a.range * 31 + b.range * 17) % 1000003 = 5
"""


def quiet(sentence: str) -> None:
    """Progress nobody listens to."""


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder outside the run, with a file worth stealing."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.csv").write_text("word\nhush\n")
    return folder


def attacks(outside) -> dict[str, str]:
    """Name of a model -> the statement it tries."""
    execute = "{%% do adapter.execute(%r) %%}select 1 as one"
    external = "{{ config(materialized='external', location='%s/stored.parquet') }} select 1 as one"
    return {
        "reads_csv": f"select * from read_csv('{outside}/secret.csv')",
        "reads_passwords": "select * from read_csv('/etc/passwd', header = false)",
        "reads_text": "select * from read_text('/proc/self/environ')",
        "reads_upward": "select * from read_text('{{ env_var('HOME') }}/project/seeds/../../profiles.yml')",
        "lists_files": "select * from glob('/etc/*')",
        "copies_out": execute % f"copy (select 1 as one) to '{outside}/copied.csv'",
        "attaches": execute % f"attach '{outside}/other.duckdb' as other",
        "installs": execute % "install httpfs",
        "loads": execute % "load httpfs",
        "sets": execute % "set enable_external_access = true",
        "sets_memory": execute % "set memory_limit = '64GB'",
        "exports": execute % f"export database '{outside}/exported'",
        "asks_the_network": "select * from read_csv('http://127.0.0.1:9/x.csv')",
        "escapes_jinja": "select '{{ ''.__class__.__mro__ }}' as classes",
        "stores_outside": external % outside,
        "asks_for_a_variable": "select '{{ env_var('SECRET_OF_THE_WORKER') }}' as secret",
    }


@pytest.fixture(scope="module")
def report(bare, outside) -> BuildReport:
    """One run of a project in which every model is an attack that fails while it runs."""
    models = {name: text for name, text in attacks(outside).items() if name not in {"asks_for_a_variable"}}
    files = {f"models/{name}.sql": text for name, text in models.items()}
    return run_build(bare({"seeds/s.csv": "one\n1\n", **files}), progress=quiet)


@pytest.mark.parametrize("name", sorted(set(attacks("")) - {"asks_for_a_variable"}))
def test_an_attack_fails_and_is_a_finding(report, name):
    status = {node.name: node.status for node in report.nodes}
    assert status[name] == "error"
    assert [finding for finding in report.findings if finding.node == f"model.bare.{name}"]


def test_nothing_was_written_outside(report, outside):
    assert not report.passed
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]


def test_nothing_secret_is_quoted(report):
    assert "hush" not in report.model_dump_json()
    assert "root:" not in report.model_dump_json()


@pytest.mark.parametrize("name", sorted(set(attacks("")) - {"asks_for_a_variable", "escapes_jinja"}))
def test_it_is_the_confinement_that_stopped_it(report, name):
    told = {finding.node: finding.sentence for finding in report.findings}
    assert "tries to reach outside the project" in told[f"model.bare.{name}"]


def test_the_environment_has_nothing_to_reveal(bare, outside):
    report = run_build(bare({"models/a.sql": attacks(outside)["asks_for_a_variable"]}), progress=quiet)
    assert "Env var required but not provided" in report.findings[0].sentence
    secret = "{{ env_var('SECRET_OF_THE_WORKER', 'none') }}"
    home = f"select '{{{{ env_var('HOME') }}}}' as home, '{secret}' as secret"
    report = run_proof(ProofSpec(files=bare({"models/a.sql": home}), marts=["a"]), progress=quiet)
    (row,) = report.previews["a"].rows
    assert row[1] == "none"
    assert "demoforge-proof-" in str(row[0])


def test_a_huge_cross_join_is_stopped_in_time(bare):
    started = time.monotonic()
    files = bare({"models/huge.sql": CROSS_JOIN})  # a view: it is built at once, and takes for ever to read
    report = run_proof(ProofSpec(files=files, marts=["huge"]), progress=quiet, limits=Limits(seconds=8))
    assert time.monotonic() - started < 30  # the warm process may have had to start
    (finding,) = report.findings
    stopped = (
        "Looking at the result was stopped while running huge: the whole run took longer than 8 seconds."
    )
    assert finding.sentence == stopped
    assert (finding.place, finding.node) == ("models/huge.sql", "model.bare.huge")


def test_a_lane_that_takes_for_ever_is_named(bare):
    spec = ProofSpec(
        files=bare({"models/a.sql": "select 1 as one", "models/b.sql": "select 2 as two"}),
        fix=BranchSpec({"models/b.sql": TABLE + CROSS_JOIN}, name="fix/data-quality"),
    )
    report = run_proof(spec, progress=quiet, limits=Limits(seconds=60, cpu_seconds=4))
    assert [finding.sentence for finding in report.findings] == [
        "The run of the fix branch was stopped while running b: it used more than 4 seconds of CPU."
    ]


def test_processor_time_is_limited(bare):
    files = bare({"models/huge.sql": TABLE + CROSS_JOIN})
    report = run_build(files, progress=quiet, limits=Limits(seconds=60, cpu_seconds=3))
    assert [finding.sentence for finding in report.findings] == [
        "The first run was stopped while running huge: it used more than 3 seconds of CPU."
    ]


def test_memory_is_limited(bare):
    hog = "select string_agg(repeat('x', 1000) || i, '') as text from range(9000000) as numbers(i)"
    report = run_build(
        bare({"models/hog.sql": TABLE + hog}), progress=quiet, limits=Limits(query_memory_mb=64)
    )
    assert [finding.sentence for finding in report.findings] == [
        "hog could not be built: it needs more than the 64 MB of memory a query may use."
    ]


def test_files_are_limited(bare):
    big = "select i, hash(i) as h, md5(i::varchar) as m from range(3000000) as numbers(i)"
    report = run_build(bare({"models/big.sql": TABLE + big}), progress=quiet, limits=Limits(file_mb=8))
    assert not report.passed


def test_jinja_that_never_ends_is_stopped(bare):
    endless = "select {% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %} 1 as one"
    report = run_build(bare({"models/endless.sql": endless}), progress=quiet, limits=Limits(seconds=3))
    assert [finding.sentence for finding in report.findings] == [
        "Reading the project was stopped: the whole run took longer than 3 seconds."
    ]


def test_the_next_project_is_not_affected(bare):
    assert run_build(bare({"models/a.sql": "select 1 as one"}), progress=quiet).passed
