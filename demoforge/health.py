"""Whether the product can work: the database answers, the queue answers, a worker listens."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from demoforge.accounts.models import User
from demoforge.accounts.roles import Action
from demoforge.celery import BROKER_ERRORS, app

PING_SECONDS = 1.0
REMEMBER_SECONDS = 3.0  # anyone may ask; the workers are not bothered more often than this


@require_safe
@never_cache
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"} or 503 {"status": "not ok"}; administrators also see the parts."""
    parts = check_parts()
    fine = all(parts.values())
    answer: dict[str, object] = {"status": "ok" if fine else "not ok"}
    if parts["database"] and _asks_an_administrator(request):
        answer["parts"] = parts
    return JsonResponse(answer, status=200 if fine else 503)


def _asks_an_administrator(request: HttpRequest) -> bool:
    user = get_user(request)
    return isinstance(user, User) and user.may(Action.CONFIGURE)


class HealthFirst:
    """Answers the health page before anything asks for which host it is: load balancers probe by IP address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return health(request) if request.path == reverse("health") else self.get_response(request)


def check_parts() -> dict[str, bool]:
    """Which parts work: `database`, `queue`, `worker`."""
    queue = _queue_answers()
    return {"database": _database_answers(), "queue": queue, "worker": queue and _worker_answers()}


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _queue_answers() -> bool:
    if not settings.REDIS_URL:
        return False
    try:
        cache.get("health")
    except BROKER_ERRORS:
        return False
    return True


def _worker_answers() -> bool:
    """Ask over the workers' control channel, which answers while all of their processes are busy."""
    try:
        known = cache.get("health:worker")
        if known is None:
            known = bool(app.control.ping(timeout=PING_SECONDS, limit=1))
            cache.set("health:worker", known, REMEMBER_SECONDS if known else 0.5)
    except BROKER_ERRORS:
        return False
    return bool(known)
