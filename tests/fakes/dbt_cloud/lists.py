"""Lists, single reads and deletions, which are alike for most kinds. Reference, section 1.4."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.fakes.dbt_cloud.calls import MODERN, Call, Refused, envelope, route, said
from tests.fakes.dbt_cloud.things import ACTIVE, DELETED, Kind, Thing
from tests.fakes.outside_server import Answer

LARGEST = 100
STATES = {"1": {ACTIVE}, "active": {ACTIVE}, "2": {DELETED}, "deleted": {DELETED}, "all": {ACTIVE, DELETED}}
Show = Callable[[Call, Thing], dict[str, Any]]


def plain(_call: Call, thing: Thing) -> dict[str, Any]:
    """All fields, none of the secrets."""
    return dict(thing.fields)


def listed(
    call: Call,
    things: Iterable[Thing],
    *filters: str,
    show: Show = plain,
    state: str = "active",
    kind: Kind | None = None,
) -> Answer:
    """One page of those that fit the query. Only `filters` are known: others are ignored, as by the service.

    `name__icontains`, `id__gt` and `status__in` look into the field before the underscores; `pk` is the id.
    """
    states = STATES.get(call.query.get("state", state))
    if states is None:
        raise Refused(400, {"state": "not one of 1, 2, active, deleted, all"})
    known = {name: call.query[name] for name in ("pk", "pk__in", *filters) if name in call.query}
    found = [t for t in things if t.state in states and call.token.sees(_project(t)) and _fits(t, known)]
    order = call.query.get("order_by", "id")
    found.sort(
        key=lambda thing: _sortable(thing.fields.get(order.lstrip("-"))), reverse=order.startswith("-")
    )
    limit, offset = min(_number(call, "limit", LARGEST), LARGEST), _number(call, "offset", 0)
    page = [show(call, thing) for thing in found[offset : offset + limit]]
    extra = {
        "filters": {"limit": limit, "offset": offset, **known},
        "order_by": order,
        "pagination": {"count": len(page), "total_count": len(found)},
    }
    more: dict[str, Any] = {"error_code": None} if kind in MODERN else {}
    return envelope(200, page, extra=extra, **more)


def _project(thing: Thing) -> int | None:
    return thing.id if thing.kind == "project" else thing.fields.get("project_id")


def _number(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, str(default))
    if not value.isdigit():
        raise Refused(400, {name: "expected int"})
    return int(value)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if isinstance(value, int | str) else str(value))


def _fits(thing: Thing, known: Mapping[str, str]) -> bool:
    for name, wanted in known.items():
        field, _, how = name.replace("pk", "id", 1).partition("__")
        value = thing.fields.get(field)
        if how == "icontains":
            fits = wanted.lower() in str(value).lower()
        elif how == "in":
            fits = str(value) in wanted.strip("[]").replace(" ", "").split(",")
        elif how == "gt":
            fits = value is not None and value > int(wanted)
        else:
            fits = str(value).lower() == wanted.lower() if isinstance(value, bool) else str(value) == wanted
        if not fits:
            return False
    return True


def serve_reads(path: str, kind: Kind, resource: str, *filters: str, show: Show = plain) -> None:
    """Register the list and the single read of a kind; inside a project if the path is."""

    def of_path(call: Call) -> Iterable[Thing]:
        if "project_id" not in call.ids:
            return call.server.things.of(kind)
        project = call.project
        return (thing for thing in call.server.things.of(kind) if thing.project_id == project.id)

    route("GET", path + "/", f"read {resource}")(
        lambda call: listed(call, of_path(call), *filters, show=show, kind=kind)
    )
    route("GET", path + "/{id}/", f"read {resource}")(
        lambda call: said(kind, 200, show(call, call.thing(kind)))
    )


def serve_deletion(
    path: str, kind: Kind, resource: str, before: Callable[[Call, Thing], None] | None = None
) -> None:
    """Register the deletion of a kind: soft, answered with the object in state 2. `before` may refuse or cascade."""

    def delete(call: Call) -> Answer:
        thing = call.thing(kind)
        if before is not None:
            before(call, thing)
        thing.delete()
        return said(kind, 200, plain(call, thing))

    route("DELETE", path + "/{id}/", f"write {resource}")(delete)
