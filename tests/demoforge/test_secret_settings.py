"""Settings that hold passwords, keys and key files: how they are read, and that no fault shows them."""

import json
from pathlib import Path

import pytest

from demoforge.environment import Reader, host_of
from demoforge.logs import HIDDEN, Redactor, key_material

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEhunter2\nAAAA\n-----END PRIVATE KEY-----\n"


def read(value: str, *, begins: str, base: Path) -> tuple[str, list[str]]:
    """What the setting is, and the faults."""
    reader = Reader({"KEY": value})
    return reader.document("KEY", begins=begins, base=base), reader.faults


def test_a_document_is_its_text_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.p8").write_text(PEM)
    for value in (PEM, PEM.replace("\n", "\\n"), "key.p8", str(tmp_path / "key.p8")):
        found, faults = read(value, begins="-----BEGIN", base=tmp_path)
        assert (found.strip(), faults) == (PEM.strip(), [])


def test_line_ends_inside_json_stay_as_they_are(tmp_path: Path) -> None:
    text = json.dumps({"private_key": PEM})
    found, faults = read(text, begins="{", base=tmp_path)
    assert (json.loads(found), faults) == ({"private_key": PEM}, [])


def test_nothing_is_no_document(tmp_path: Path) -> None:
    assert read("", begins="{", base=tmp_path) == ("", [])


@pytest.mark.parametrize(
    "value", ["hunter2.p8", "MIIEhunter2", "x\0hunter2", "folder", "hunter2.bin", "hunter2" * 900]
)
def test_what_is_neither_is_a_fault_that_does_not_show_it(tmp_path: Path, value: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "hunter2.bin").write_bytes(b"\xff\xfe")
    found, (fault,) = read(value, begins="-----BEGIN", base=tmp_path)
    assert found == ""
    assert fault.startswith("KEY is neither a file that can be read nor its text; allowed: a path")
    assert "hunter2" not in fault


@pytest.mark.parametrize(("value", "faulty"), [("it has blanks ü", False), ("hunter2\nhunter3", True)])
def test_a_password_is_one_line_of_anything(value: str, faulty: bool) -> None:
    reader = Reader({"PASSWORD": value})
    assert reader.password("PASSWORD") == ("" if faulty else value)
    assert bool(reader.faults) == faulty
    assert "hunter" not in "".join(reader.faults)


def test_a_line_is_named_when_it_is_wrong() -> None:
    reader = Reader({"NAME": "two\nlines"})
    reader.line("NAME")
    assert "one line without control characters" in reader.faults[0]


@pytest.mark.parametrize(
    ("address", "entry"),
    [("https://api.github.com", ["api.github.com"]), ("https://a.example:8443/api", ["a.example:8443"]), ("", [])],
)  # fmt: skip
def test_the_workspaces_own_hosts_need_not_be_listed(address: str, entry: list[str]) -> None:
    assert host_of(address) == entry


def test_the_secret_lines_of_a_key_are_taken_out_of_the_log() -> None:
    body = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7" + "A" * 12, "b" * 63 + "="]
    pem = "\n".join(["-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----"])
    keyfile = json.dumps({"private_key": pem, "client_email": "dbt@acme.iam.gserviceaccount.com"})
    for document in (pem, keyfile):
        redact = Redactor(key_material(document))
        event = redact(None, "info", {"event": f"sent {document}"})
        assert [line for line in body if line in event["event"]] == []
        assert HIDDEN in event["event"]
    assert "dbt@acme" in Redactor(key_material(keyfile))(None, "info", {"event": keyfile})["event"]
