"""The project's files: look at them, download one, download all."""

import io
import posixpath
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from scenarios import access
from scenarios.models import PlanRevision, ProjectFile
from scenarios.plan.names import DAY_TWO, FIX, MAIN
from scenarios.views.file_diff import FileChange, changed_files
from scenarios.views.pages import show, user_of
from scenarios.views.review import head_context

FIRST_SHOWN = "README.md"
ABOUT_BRANCH = {
    MAIN: "The demo as it opens: green, with its planted defects as warnings.",
    FIX: "The same project with the defects mended: every test passes.",
    DAY_TWO: "The same project with the rows of the second day in its seeds.",
}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the same files give the same archive


@dataclass(frozen=True)
class Folder:
    """A folder of the tree; the top one has no name."""

    name: str
    paths: list[str]
    is_open: bool


@require_GET
def project_files(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The tree of a revision's files and one of them, highlighted."""
    revision = access.get_revision(user_of(request), pk, number)
    branches = _paths_by_branch(revision)
    branch = _asked(request, "branch", MAIN)
    if branch != MAIN and branch not in branches:
        raise Http404("no such branch")
    paths = branches.get(branch, [])
    changes = _changes(revision, branch)
    wanted = _asked(request, "path") or _first(paths, changes)
    shown = _file(revision, branch, wanted) if wanted else None
    return show(request, "project_files", head_context(request, revision.demo, revision) | {
        "tab": "files",
        "branches": list(branches),
        "branch": branch,
        "about_branch": ABOUT_BRANCH.get(branch, ""),
        "changes": changes,
        "change": next((one for one in changes if one.path == wanted), None),
        "differing": {one.path for one in changes},
        "folders": _folders(paths, wanted, {one.path for one in changes}),
        "file": shown,
        "plain": "plain" in request.GET,
        "language": _language(wanted),
        "count": len(paths),
    })  # fmt: skip


def _changes(revision: PlanRevision, branch: str) -> list[FileChange]:
    """What differs from main, by path; nothing on main. Two queries."""
    return [] if branch == MAIN else changed_files(revision.files_of(MAIN), revision.files_of(branch))


def _first(paths: list[str], changes: list[FileChange]) -> str:
    """The file that is shown when none is asked for: none where a branch's differences are shown instead."""
    if changes:
        return ""
    return FIRST_SHOWN if FIRST_SHOWN in paths else next(iter(paths), "")


def _asked(request: HttpRequest, name: str, default: str = "") -> str:
    """A parameter of the address. Raises Http404 for one that no row can hold: PostgreSQL refuses to compare it."""
    value = request.GET.get(name, default)
    if "\x00" in value:
        raise Http404("no such file")
    return value


def _paths_by_branch(revision: PlanRevision) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for branch, path in revision.files.order_by("branch", "path").values_list("branch", "path"):
        found.setdefault(branch, []).append(path)
    return dict(sorted(found.items(), key=lambda item: (item[0] != MAIN, item[0])))


def _folders(paths: Iterable[str], wanted: str, differing: Collection[str]) -> list[Folder]:
    """The tree; open is where the shown file lies, and what differs from main."""
    grouped: dict[str, list[str]] = {}
    for path in paths:
        grouped.setdefault(posixpath.dirname(path), []).append(path)
    open_ones = {"", *(posixpath.dirname(path) for path in (wanted, *differing))}
    return [Folder(name, grouped[name], name in open_ones) for name in sorted(grouped)]


def _language(path: str) -> str:
    return posixpath.splitext(path)[1].removeprefix(".") or "text"


def _file(revision: PlanRevision, branch: str, path: str) -> ProjectFile:
    found = revision.files.filter(branch=branch, path=path).first()
    if found is None:
        raise Http404("no such file")
    return found


@require_GET
def file_download(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One file as a download, never shown by the browser."""
    revision = access.get_revision(user_of(request), pk, number)
    found = _file(revision, _asked(request, "branch", MAIN), _asked(request, "path"))
    return attachment(found.text.encode(), posixpath.basename(found.path), "text/plain; charset=utf-8")


@require_GET
def project_zip(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """All files of a branch as a zip archive; the same revision gives the same bytes."""
    revision = access.get_revision(user_of(request), pk, number)
    branch = _asked(request, "branch", MAIN)
    files = revision.files_of(branch)
    outline = revision.read_outline()
    if not files or outline is None:
        raise Http404("this revision has no files yet")
    suffix = "" if branch == MAIN else f"-{branch.rpartition('/')[2]}"
    name = f"{outline.project_name}{suffix}.zip"
    return attachment(zip_bytes(files, folder=outline.project_name), name, "application/zip")


def zip_bytes(files: dict[str, str], *, folder: str) -> bytes:
    """A deterministic archive of path -> text, below one folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path].encode())
    return buffer.getvalue()


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """A download under a plain name; `kind` is the content type. The browser neither shows nor guesses it."""
    headers: dict[str, Any] = {"X-Content-Type-Options": "nosniff"}
    response = HttpResponse(content, content_type=kind, headers=headers)
    response.headers["Content-Disposition"] = f'attachment; filename="{_plain(name)}"'
    return response


def _plain(name: str) -> str:
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name
    )
