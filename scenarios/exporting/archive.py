"""The zip archive and its bounds: what comes from outside is counted before it is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from demoforge.errors import Explained
from scenarios.exporting.format import BRIEF, MANIFEST, PLAN

#: Entry -> bytes it may have; an archive holds these entries and no other.
LIMITS = {MANIFEST: 20_000, BRIEF: 200_000, PLAN: 2_000_000}
MOST_BYTES = 1_000_000  # of an archive, as of an upload
MOST_RATIO = 100  # times that a large entry may grow; plans grow about eight times
SMALL = 250_000  # bytes up to which an entry may grow as it likes: notes may say one thing again and again
_TIME = (1980, 1, 1, 0, 0, 0)  # the same demo gives the same archive
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_HINT = "Choose a file that “Export” of a DemoForge has made, and move it without changing it."
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


class PackageRefused(Explained):
    """The file cannot be imported."""

    def __init__(self, sentence: str, hint: str = _HINT) -> None:
        super().__init__(sentence, hint)


def pack(texts: Mapping[str, bytes]) -> bytes:
    """An archive of the entries, in the order of `LIMITS`; the same texts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in LIMITS:
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, texts[name])
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The entries of an archive by name, each within its limit. Nothing is written anywhere. Raises PackageRefused."""
    if len(data) > MOST_BYTES:
        raise PackageRefused(f"The file is larger than {MOST_BYTES:,} bytes; no demo is.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_names([entry.orig_filename for entry in entries])
            return {entry.filename: _read(archive, entry) for entry in entries}
    except _BROKEN as error:
        raise PackageRefused("The file is no archive, or a damaged one.") from error


def _check_names(names: list[str]) -> None:
    if sorted(names) != sorted(LIMITS):
        raise PackageRefused(f"The file must hold {', '.join(LIMITS)}, each once, and nothing else.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    limit = LIMITS[entry.filename]
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise PackageRefused(f"{entry.filename} is encrypted, or compressed in an unusual way.")
    if entry.file_size > min(limit, max(SMALL, MOST_RATIO * entry.compress_size)):
        raise PackageRefused(f"{entry.filename} is too large, or grows too much when it is unpacked.")
    with archive.open(entry) as opened:
        text = opened.read(limit + 1)  # what the archive says of its sizes need not be true
    if len(text) > limit:
        raise PackageRefused(f"{entry.filename} is too large.")
    return text
