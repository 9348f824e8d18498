"""Static files are collected when they have changed, and only then."""

from pathlib import Path

from demoforge.static_files import collect_if_changed


def test_unchanged_files_are_not_collected_again(tmp_path: Path, settings: object) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    assert collect_if_changed() is True
    assert (settings.STATIC_ROOT / "a.css").read_text() == "a {}"
    assert collect_if_changed() is False
    (source / "a.css").write_text("a { color: red }")
    assert collect_if_changed() is True
    assert (settings.STATIC_ROOT / "a.css").read_text() == "a { color: red }"
    (source / "a.css").unlink()
    assert collect_if_changed() is True
    assert not (settings.STATIC_ROOT / "a.css").exists()
