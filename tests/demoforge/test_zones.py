"""The machine's time zone is read from what it really has, and nothing that is no zone is ever taken."""

from pathlib import Path

import pytest

from demoforge.zones import is_zone, machine_zone


@pytest.mark.parametrize("name", ["UTC", "Europe/Oslo", "America/Argentina/Buenos_Aires", "Etc/UTC"])
def test_zones(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe",
        "Europe/Atlantis",
        "../../etc/passwd",
        "/etc/localtime",
        "CET-1CEST",
        "a\x00b",
        "zone.tab",
    ],
)
def test_what_is_no_zone(name: str) -> None:
    assert not is_zone(name)


@pytest.mark.parametrize(
    ("target", "zone"),
    [
        ("/usr/share/zoneinfo/Europe/Oslo", "Europe/Oslo"),
        ("../usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("/var/db/timezone/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("/usr/share/zoneinfo/Nowhere", "UTC"),
        ("/somewhere/else", "UTC"),
        ("/usr/share/zoneinfo/../../etc", "UTC"),
    ],
)
def test_the_link_names_the_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, zone: str
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    (tmp_path / "localtime").symlink_to(target)
    assert machine_zone(tmp_path / "localtime") == zone


@pytest.mark.parametrize(
    ("variable", "zone"),
    [
        ("Europe/Oslo", "Europe/Oslo"),
        (":Europe/Oslo", "Europe/Oslo"),
        ("CET-1CEST", "Asia/Tokyo"),
        ("", "Asia/Tokyo"),
    ],
)
def test_the_variable_comes_first_when_it_names_a_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, zone: str
) -> None:
    monkeypatch.setenv("TZ", variable)
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    assert machine_zone(tmp_path / "localtime") == zone


def test_a_machine_without_a_link_is_on_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    assert machine_zone(tmp_path / "nothing") == "UTC"
    (tmp_path / "copy").write_bytes(b"TZif2")
    assert machine_zone(tmp_path / "copy") == "UTC"
