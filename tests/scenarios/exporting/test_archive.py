"""Archives from strangers: each is refused in words, and none is unpacked beyond its limit."""

import struct
import warnings
import zipfile

import pytest

from scenarios.exporting.archive import LIMITS, MOST_BYTES, PackageRefused, pack, unpack
from scenarios.exporting.format import BRIEF, MANIFEST, PLAN
from tests.scenarios.exporting.packages import good_texts, zipped


def test_what_is_packed_is_unpacked_and_the_same_texts_give_the_same_bytes() -> None:
    texts = good_texts()
    assert unpack(pack(texts)) == texts
    assert pack(texts) == pack(dict(reversed(texts.items())))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../plan.json", "C:\\plan.json", "plan.json/", "PLAN.json", "models/x.sql"]
)
def test_other_names_are_refused_wherever_they_lead(name: str) -> None:
    texts = good_texts()
    with pytest.raises(PackageRefused, match="each once, and nothing else"):
        unpack(zipped([*texts.items(), (name, b"{}")]))
    with pytest.raises(PackageRefused, match="each once, and nothing else"):
        unpack(zipped([(MANIFEST, texts[MANIFEST]), (BRIEF, texts[BRIEF]), (name, texts[PLAN])]))


def test_a_name_that_goes_on_behind_its_end_is_refused() -> None:
    texts = good_texts()
    data = zipped([(MANIFEST, texts[MANIFEST]), (BRIEF, texts[BRIEF]), ("plan.json0.sql", texts[PLAN])])
    with pytest.raises(PackageRefused, match="each once"):
        unpack(data.replace(b"plan.json0.sql", b"plan.json\x00.sql"))


def test_a_name_that_is_there_twice_is_refused() -> None:
    texts = good_texts()
    with warnings.catch_warnings(action="ignore"):
        data = zipped([*texts.items(), (PLAN, b"{}")])
    with pytest.raises(PackageRefused, match="each once"):
        unpack(data)


def test_an_entry_that_is_missing_is_refused() -> None:
    with pytest.raises(PackageRefused, match="must hold"):
        unpack(zipped({name: text for name, text in good_texts().items() if name != BRIEF}))


@pytest.mark.parametrize("count", [1_900_000, 50_000_000])
def test_a_bomb_is_refused_before_it_is_unpacked(count: int) -> None:
    data = zipped(good_texts() | {PLAN: b" " * count})
    assert len(data) < MOST_BYTES
    with pytest.raises(PackageRefused, match=r"plan\.json is too large, or grows too much"):
        unpack(data)


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = zipped(good_texts() | {PLAN: b" " * 50_000_000})
    size = struct.pack("<I", 50_000_000)
    assert data.count(size) == 2, "in the entry, and in the directory"
    with pytest.raises(PackageRefused, match="damaged"):
        unpack(data.replace(size, struct.pack("<I", 100_000)))


@pytest.mark.parametrize("name", LIMITS)
def test_each_entry_has_a_limit(name: str) -> None:
    lines = "".join(f"{number:08} is what this line is about\n" for number in range(60_000)).encode()
    assert unpack(zipped(good_texts() | {name: lines[: LIMITS[name]]}))
    with pytest.raises(PackageRefused, match=f"{name} is too large"):
        unpack(zipped(good_texts() | {name: lines[: LIMITS[name] + 1]}))


def test_notes_may_say_one_thing_again_and_again() -> None:
    assert unpack(pack(good_texts(discovery_notes="no " * 6000)))


def test_an_archive_of_many_entries_is_refused() -> None:
    with pytest.raises(PackageRefused, match="nothing else"):
        unpack(zipped([(f"{number}.json", b"") for number in range(5000)]))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int) -> None:
    with pytest.raises(PackageRefused, match="unusual"):
        unpack(zipped(good_texts(), method))


def test_encrypted_entries_are_refused() -> None:
    data = bytearray(zipped(good_texts()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature)
        data[at + offset] |= 1
    with pytest.raises(PackageRefused, match="encrypted"):
        unpack(bytes(data))


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + b"\xff" * 18, pack(good_texts())[:-30]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(PackageRefused, match="no archive, or a damaged one"):
        unpack(data)


def test_a_damaged_entry_is_refused() -> None:
    data = bytearray(pack(good_texts()))
    data[200] ^= 0xFF
    with pytest.raises(PackageRefused, match="damaged"):
        unpack(bytes(data))


def test_a_file_beyond_the_limit_is_not_even_opened() -> None:
    with pytest.raises(PackageRefused, match="larger than 1,000,000 bytes"):
        unpack(pack(good_texts()) + b"\0" * MOST_BYTES)
