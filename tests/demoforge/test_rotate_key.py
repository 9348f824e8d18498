"""`manage.py rotate_key`: what was written with old keys reads with the present ones, whatever happens meanwhile."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import BinaryField, ExpressionWrapper, F, Value
from django_cryptography.utils.crypto import FernetBytes

from demoforge import settings as configured
from demoforge.keys import derived_key
from demoforge.locks import RunLock
from demoforge.rotation import BATCH, Keyring, KeysDoNotFit, Table, encrypted_tables, look, move
from scenarios.models import Comment, Demo
from tests.scenarios.views.rows import demo_of, person

ROOT = Path(__file__).resolve().parents[2]
OLD = "canary-old-columns-7Q2w9XzLmP4vT8sB3nK6"
OLD_SECRET = "canary-old-secret-4Gh8KpW2zX9qL6-7Q2w9XzLmP4vT8sB3nK6jH1gF5dR0yUe"
OTHER = "canary-other-columns-Xk29Zb-Qw83Lm-Ty47Vn"
NOTES = "canary-notes: Zorgvliet will replace its ledger in May"
PAINS = "canary-pains: nobody at Zorgvliet trusts the margin"


def stored(demo: Demo, name: str = "discovery_notes") -> bytes:
    """The column's bytes as they stand in the database."""
    raw = ExpressionWrapper(F(name), output_field=BinaryField())
    return bytes(Demo.objects.annotate(raw=raw).values_list("raw", flat=True).get(pk=demo.pk))


def under(cipher: FernetBytes, *demos: Demo) -> None:
    """Encrypt the rows' two columns with other keys, as if they had been written when those counted."""
    for demo in demos:
        with_other_keys = Keyring(cipher, [FernetBytes()])
        values = {
            name: with_other_keys.moved(stored(demo, name)) for name in ("discovery_notes", "pain_points")
        }
        Demo.objects.filter(pk=demo.pk).update(
            **{name: Value(value, BinaryField()) for name, value in values.items() if value}
        )


def cipher_of(*, cryptography_key: str = "", secret_key: str = "") -> FernetBytes:
    """The cipher of old keys: of both, if both are given."""
    return Keyring.of_old(cryptography_key=cryptography_key, secret_key=secret_key).before[-1]


@pytest.fixture
def demo(db: None) -> Demo:
    return demo_of(person(), discovery_notes=NOTES, pain_points=PAINS)


@pytest.fixture
def demos_table() -> Table:
    return next(table for table in encrypted_tables() if table.model is Demo)


def texts(demo: Demo) -> tuple[str, str]:
    fresh = Demo.objects.get(pk=demo.pk)
    return fresh.discovery_notes, fresh.pain_points


def test_every_encrypted_column_is_found() -> None:
    found = {f"{table.model._meta.db_table}.{name}" for table in encrypted_tables() for name in table.columns}
    written = {
        line.split("=")[0].strip()
        for app in ("demoforge", "scenarios", "provisioning")
        for file in (ROOT / app).rglob("*.py")
        for line in file.read_text().splitlines()
        if "= encrypt(models." in line and not line.lstrip().startswith("#")
    }
    assert "scenarios_demo.discovery_notes" in found
    assert {column.rpartition(".")[2] for column in found} == written


@pytest.mark.parametrize(
    "old",
    [
        {"cryptography_key": OLD},
        {"secret_key": OLD_SECRET},
        {"cryptography_key": OLD, "secret_key": OLD_SECRET},
    ],
    ids=["columns", "signature", "both"],
)
def test_rows_of_old_keys_read_afterwards(old: dict[str, str], demo: Demo, demos_table: Table) -> None:
    under(cipher_of(**old), demo)
    written = stored(demo)
    keys = Keyring.of_old(**old)
    assert look(demos_table, keys).moved == 1
    assert stored(demo) == written, "looking changes nothing"
    assert move(demos_table, keys).moved == 1
    assert texts(demo) == (NOTES, PAINS)


def test_a_local_installation_s_old_key_file_is_enough(demo: Demo, demos_table: Table) -> None:
    before = cipher_of(cryptography_key=derived_key(OLD_SECRET, "columns"), secret_key=OLD_SECRET)
    under(before, demo)
    assert move(demos_table, Keyring.of_old(secret_key=OLD_SECRET)).moved == 1
    assert texts(demo) == (NOTES, PAINS)


def test_what_reads_already_is_left_alone(demo: Demo, demos_table: Table) -> None:
    before = stored(demo), stored(demo, "pain_points")
    done = move(demos_table, Keyring.of_old(cryptography_key=OLD))
    assert (done.rows, done.moved) == (1, 0)
    assert (stored(demo), stored(demo, "pain_points")) == before


def test_a_row_of_which_one_column_has_moved_is_brought_to_its_end(demo: Demo, demos_table: Table) -> None:
    now = stored(demo)
    under(cipher_of(cryptography_key=OLD), demo)
    Demo.objects.filter(pk=demo.pk).update(discovery_notes=Value(now, BinaryField()))
    move(demos_table, Keyring.of_old(cryptography_key=OLD))
    assert stored(demo) == now
    assert texts(demo) == (NOTES, PAINS)


def test_other_fields_and_empty_texts_stay(db: None, demos_table: Table) -> None:
    demo = demo_of(person(), discovery_notes="", pain_points="Zwölf Städte 🚲")
    before = Demo.objects.filter(pk=demo.pk).values("updated_at", "company", "as_of").get()
    under(cipher_of(cryptography_key=OLD), demo)
    move(demos_table, Keyring.of_old(cryptography_key=OLD))
    assert texts(demo) == ("", "Zwölf Städte 🚲")
    assert Demo.objects.filter(pk=demo.pk).values("updated_at", "company", "as_of").get() == before


def test_a_wrong_key_never_seems_to_fit() -> None:
    """The signature is the same, so about one value in 256 has an end that looks right after the wrong key."""
    right, wrong = cipher_of(cryptography_key=OLD), cipher_of(cryptography_key=OTHER)
    inside = FernetBytes().decrypt(
        Keyring(FernetBytes(), [right]).moved(right.encrypt(_pickled(NOTES))) or b""
    )
    opened = 0
    for _ in range(2000):
        value = right.encrypt(inside)
        try:
            wrong.decrypt(value)
            opened += 1
        except Exception:  # what most wrong keys do
            continue
        with pytest.raises(KeyError):
            Keyring(FernetBytes(), [wrong]).moved(value)
    assert opened, "no value of 2000 seemed to open: the rule was not tried"


def _pickled(text: str) -> bytes:
    import pickle

    return pickle.dumps(text)


def test_what_could_run_is_not_read() -> None:
    import pickle

    class Runs:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.putenv, ("DEMOFORGE_RAN", "1")

    value = FernetBytes().encrypt(pickle.dumps(Runs()))
    with pytest.raises(KeyError):
        Keyring.of_old(cryptography_key=OLD).moved(value)


def test_several_batches_are_moved_whole(demo: Demo, demos_table: Table) -> None:
    comments = next(table for table in encrypted_tables() if table.model is Comment)
    revision = demo.revisions.create(number=1, origin="generated", provider="builtin")
    Comment.objects.bulk_create(
        Comment(revision=revision, section="context", text=str(n)) for n in range(BATCH + 2)
    )
    done = look(comments, Keyring.of_old(cryptography_key=OLD))
    assert (done.rows, done.moved, done.unread) == (BATCH + 2, 0, [])
    others = Keyring(cipher_of(cryptography_key=OLD), [FernetBytes()])
    assert move(comments, others).moved == BATCH + 2
    assert move(comments, Keyring.of_old(cryptography_key=OLD)).moved == BATCH + 2
    assert [comment.text for comment in Comment.objects.order_by("pk")] == [str(n) for n in range(BATCH + 2)]


def test_a_row_that_fits_no_key_stops_the_move_and_keeps_its_batch(demo: Demo, demos_table: Table) -> None:
    second = demo_of(person("alice"))
    under(cipher_of(cryptography_key=OLD), demo)
    under(cipher_of(cryptography_key=OTHER), second)
    before = stored(demo), stored(second)
    keys = Keyring.of_old(cryptography_key=OLD)
    assert look(demos_table, keys).unread == [second.pk]
    with pytest.raises(KeysDoNotFit, match=f"Row {second.pk} of scenarios_demo"):
        move(demos_table, keys)
    assert (stored(demo), stored(second)) == before


# --- the command, in processes of its own -------------------------------------

Rotate = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def rotate(child_environment: Callable[..., dict[str, str]], tmp_path: Path) -> Rotate:
    """rotate(CRYPTOGRAPHY_KEY_OLD=…): on the test's database, with this process's keys as the present ones."""

    def run(*options: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        present = {"CRYPTOGRAPHY_KEY": configured.CRYPTOGRAPHY_KEY, "SECRET_KEY": configured.SECRET_KEY}
        own = {"DEMOFORGE_VAR_DIR": str(tmp_path / "var"), "DEMOFORGE_FAULT_ONCE": str(tmp_path / "died")}
        return subprocess.run(
            [sys.executable, "manage.py", "rotate_key", *options],
            cwd=ROOT, env=child_environment(**present, **own, **variables), capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


def assert_tells_nothing(done: "subprocess.CompletedProcess[str]", var: Path) -> None:
    """Neither a key nor a text is in what it said, or in a file that it wrote."""
    said = [done.stdout, done.stderr, *(file.read_text() for file in var.rglob("*.jsonl"))]
    for secret in (OLD, OLD_SECRET, OTHER, NOTES, PAINS, configured.CRYPTOGRAPHY_KEY, configured.SECRET_KEY):
        assert not any(secret in text for text in said)


@pytest.mark.django_db(transaction=True)
def test_the_command_goes_on_after_it_was_killed_half_way(demo: Demo, rotate: Rotate, tmp_path: Path) -> None:
    revision = demo.revisions.create(number=1, origin="generated", provider="builtin")
    Comment.objects.bulk_create(
        Comment(revision=revision, section="context", text=str(n)) for n in range(BATCH + 2)
    )
    old = cipher_of(cryptography_key=OLD, secret_key=OLD_SECRET)
    for table in encrypted_tables():
        move(table, Keyring(old, [FernetBytes()]))
    keys = Keyring.of_old(cryptography_key=OLD, secret_key=OLD_SECRET)
    variables = {"CRYPTOGRAPHY_KEY_OLD": OLD, "SECRET_KEY_OLD": OLD_SECRET}

    killed = rotate(**variables, DEMOFORGE_FAULT="rotation:after")
    assert killed.returncode == -9
    left = sum(look(table, keys).moved for table in encrypted_tables())
    assert 0 < left < BATCH + 4, "some rows have moved, and some have not"

    again = rotate(**variables)
    assert (again.returncode, again.stderr) == (0, "")
    assert f"scenarios_comment: {BATCH + 2} rows, {left - 2} encrypted again\n" in again.stdout
    assert "scenarios_demo: 1 rows, 1 encrypted again\n" in again.stdout
    assert texts(demo) == (NOTES, PAINS)
    assert Comment.objects.order_by("pk").last().text == str(BATCH + 1)  # type: ignore[union-attr]
    assert_tells_nothing(again, tmp_path / "var")


@pytest.mark.django_db(transaction=True)
def test_a_wrong_old_key_is_refused_and_nothing_changes(demo: Demo, rotate: Rotate, tmp_path: Path) -> None:
    second = demo_of(person("alice"))
    under(cipher_of(cryptography_key=OLD), demo)
    under(cipher_of(cryptography_key=OTHER), second)
    before = stored(demo), stored(second)
    done = rotate(CRYPTOGRAPHY_KEY_OLD=OLD)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "Some rows read neither with the present keys nor with the old ones, so nothing was changed"
        in done.stderr
    )
    assert f"scenarios_demo: rows {second.pk}\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert (stored(demo), stored(second)) == before
    assert_tells_nothing(done, tmp_path / "var")


@pytest.mark.django_db(transaction=True)
def test_without_an_old_key_or_with_the_present_one_it_says_what_to_set(
    rotate: Rotate, tmp_path: Path
) -> None:
    none = rotate()
    assert none.returncode == 2
    assert "set CRYPTOGRAPHY_KEY_OLD or SECRET_KEY_OLD, or both" in none.stderr
    same = rotate(SECRET_KEY_OLD=configured.SECRET_KEY)
    assert same.returncode == 2
    assert "SECRET_KEY_OLD is the present SECRET_KEY" in same.stderr
    assert_tells_nothing(same, tmp_path / "var")


@pytest.mark.django_db(transaction=True)
def test_a_check_says_whether_all_reads_with_the_present_keys(demo: Demo, rotate: Rotate) -> None:
    assert (well := rotate("--check")).returncode == 0
    assert "scenarios_demo: 1 rows read\n" in well.stdout
    under(cipher_of(cryptography_key=OLD), demo)
    before = stored(demo)
    wrong = rotate("--check")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert f"scenarios_demo: rows {demo.pk}\n" in wrong.stderr
    assert stored(demo) == before


@pytest.mark.django_db(transaction=True)
def test_while_the_product_runs_it_does_nothing(
    demo: Demo, rotate: Rotate, tmp_path: Path, settings: Any
) -> None:
    under(cipher_of(cryptography_key=OLD), demo)
    before = stored(demo)
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    lock = RunLock()
    assert lock.take()
    done = rotate(CRYPTOGRAPHY_KEY_OLD=OLD)
    assert done.returncode == 1
    assert "runs on this data directory. Stop it" in done.stderr
    assert stored(demo) == before
