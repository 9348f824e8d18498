"""The server: it puts world, limits, access and routes together."""

import re
from urllib.parse import quote, urlencode

# The modules with routes register them when they are imported.
from tests.fakes.github import accounts, contents, git_data, listings, pulls, repositories  # noqa: F401
from tests.fakes.github.access import can_see, check_repository, identify, scope_headers
from tests.fakes.github.limits import SLOW_DOWN, WRITES, Limits
from tests.fakes.github.routing import Answer, Call, Refusal, Route, find, not_found
from tests.fakes.github.world import World
from tests.fakes.outside_server import Asked, OutsideServer, Seen

FORBIDDEN = "Resource not accessible by personal access token"


class GitHubServer(World, OutsideServer):
    """See the package's description. `prefix` is "/api/v3" for a GitHub Enterprise Server."""

    def __init__(self, prefix: str = "") -> None:
        World.__init__(self)
        OutsideServer.__init__(self)
        self.prefix = prefix
        self.limits = Limits()
        self._answered = 0

    @property
    def url(self) -> str:
        """The base address of the API."""
        return self.origin + self.prefix

    def writes(self) -> list[Seen]:
        """The calls that create content, refused ones included."""
        return [call for call in list(self.calls) if call.method in WRITES]

    def most_writes_in(self, seconds: float = 60.0) -> int:
        """The most writes that came within so many seconds."""
        times = sorted(call.at for call in self.writes())
        return max((sum(start <= one < start + seconds for one in times) for start in times), default=0)

    def most_writes_at_once(self) -> int:
        """The most writes of one token that were being answered at the same time: GitHub asks for one."""
        spans = [(call.token, call.at, call.until) for call in self.writes() if call.until]
        return max(
            (sum(t == token and a <= at < u for t, a, u in spans) for token, at, _ in spans),
            default=0,
        )

    def answer(self, asked: Asked) -> Answer:
        """Look at the token, the limits, the repository and the right; then do it."""
        login, token = "", None
        about: Route | None
        try:
            token, user = identify(self, asked.token)
            login = user.login if user else ""
            self.limits.count(login, asked.method, free=asked.path.endswith("/rate_limit"))
            call = Call(self, asked, asked.origin + self.prefix, token, user)
            about, answer = self._routed(call)
        except Refusal as refusal:
            about, answer = refusal.route, refusal.answer()
        more = self.limits.headers(login) | scope_headers(token, about) | self._request_id()
        return Answer(answer.status, answer.body, {**more, **answer.headers})

    def refusal(self, status: int, asked: Asked) -> Answer:
        """What a fault says: a secondary limit, a permission, a server error."""
        message = {429: SLOW_DOWN, 403: FORBIDDEN}.get(status, "Server Error")
        answer = Refusal(status, message).answer()
        return Answer(status, answer.body, self._request_id())

    def _request_id(self) -> dict[str, str]:
        self._answered += 1
        return {"X-GitHub-Request-Id": f"FA4E:{self._answered:04X}:0:{self._answered:08X}"}

    def _routed(self, call: Call) -> tuple[Route, Answer]:
        path = call.asked.path
        if not path.startswith(self.prefix + "/"):
            raise not_found()
        path = self._resolved(call, path.removeprefix(self.prefix))
        if path == "/rate_limit":
            return RATE_LIMIT, self._rate_limit(call)
        found = find(call.asked.method, path)
        if found is None:
            raise not_found()
        about, call.args = found
        try:
            if call.found is not None:
                check_repository(call, about)
            return about, about.handle(call)
        except Refusal as refusal:
            refusal.route = about
            raise

    def _resolved(self, call: Call, path: str) -> str:
        """The path under the repository's name of today; `call.found` is set. Raises Refusal (301, 307, 404)."""
        by_id = re.fullmatch(r"/repositories/(\d+)(/.*)?", path)
        by_name = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path)
        if by_id:
            call.found = self.repositories.get(int(by_id[1]))
        elif by_name:
            call.found = self.repository(by_name[1])
            moved = self.repositories.get(self.moved.get(by_name[1].lower(), 0))
            if call.found is None and moved is not None and can_see(call, moved):
                raise self._moved(call, f"/repositories/{moved.id}{by_name[2] or ''}")
        else:
            return path
        if call.found is None:
            raise not_found()
        rest = (by_id or by_name)[2] or ""  # type: ignore[index]
        return f"/repos/{call.found.full_name}{rest}"

    def _moved(self, call: Call, path: str) -> Refusal:
        reading = call.asked.method in ("GET", "HEAD")
        query = f"?{urlencode(call.asked.query)}" if call.asked.query else ""
        place = call.base + quote(path) + query
        status, words = (301, "Moved Permanently") if reading else (307, "Temporary Redirect")
        return Refusal(status, words, headers={"Location": place}, more={"url": place})

    def _rate_limit(self, call: Call) -> Answer:
        login = call.user.login if call.user else ""
        said = self.limits.headers(login)
        core = {
            name: int(said[f"X-RateLimit-{name.title()}"]) for name in ("limit", "remaining", "reset", "used")
        }
        return Answer(200, {"resources": {"core": core, "search": core}, "rate": core})


RATE_LIMIT = Route("GET", re.compile("/rate_limit"), lambda call: Answer(200), "read", "metadata=read", "")
