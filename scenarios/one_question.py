"""One small live call of a model, with the key and address of the settings: do key, address, model and protocol fit?"""

import time
from collections.abc import Callable

from scenarios.ai.calls.protocol import Caller, CallFailed, Kind, Question, Reply
from scenarios.ai.calls.retrying import ask
from scenarios.ai.calls.sentences import explain
from scenarios.ai.opening import connect, model_of
from scenarios.ai.protocol import ProviderError
from scenarios.ai.registry import SERVERS, Server

ANSWERED, FAILED, NOT_SET_UP = 0, 1, 2
CALL_SECONDS, LIST_SECONDS = 90.0, 20.0
SHOWN = 200  # characters of the answer
SCHEMA = {
    "type": "object",
    "properties": {"capital": {"type": "string"}, "country": {"type": "string"}},
    "required": ["capital", "country"],
    "additionalProperties": False,
}

Say = Callable[[str, str], None]  # a name and its value, for standard output
Complain = Callable[[str], None]


class OneQuestion:
    """Asks a provider's model one small question and tells how it went. It costs a few tokens."""

    def __init__(self, provider: str, *, say: Say, complain: Complain) -> None:
        """`provider` is one of SERVERS."""
        self.server: Server = SERVERS[provider]
        self.say, self.complain = say, complain

    def run(self, wanted: str = "") -> int:
        """Ask `wanted`, or the default model. Returns ANSWERED, FAILED or NOT_SET_UP."""
        self.say("provider", self.server.label)
        try:
            return self._run(wanted)
        except ProviderError as error:
            self._explain(error.sentence, _needs(self.server))
            return NOT_SET_UP

    def _run(self, wanted: str) -> int:
        server = self.server
        caller, model, begun = connect(None, server).caller(), wanted, time.monotonic()
        try:
            model = wanted or model_of(server, {}) or _newest(caller)
            self.say("model", model)
            begun = time.monotonic()
            asked = ask(caller, _question(model), seconds=CALL_SECONDS)
        except CallFailed as error:
            self.say("seconds", f"{time.monotonic() - begun:.1f}")
            return self._fail(error.kind, model, error.retry_after)
        self.say("seconds", f"{time.monotonic() - begun:.1f} ({asked.retries} retries)")
        self._report(asked.reply)
        return ANSWERED if asked.reply.stop == "ok" else self._fail(asked.reply.stop, model)

    def _report(self, reply: Reply) -> None:
        used = reply.usage
        self.say("tokens", f"{used.input} read, {used.cached} of them cached, {used.output} written")
        self.say("answer", "".join(letter if letter.isprintable() else " " for letter in reply.text[:SHOWN]))

    def _fail(self, kind: Kind, model: str, wait: float | None = None) -> int:
        self._explain(*explain(kind, provider_label=self.server.label, model=model, retry_after=wait))
        return FAILED

    def _explain(self, sentence: str, hint: str) -> None:
        self.complain(f"{sentence} {hint}")


def _needs(server: Server) -> str:
    key = f"{server.setting}_API_KEY" if server.needs_key else f"{server.setting}_BASE_URL"
    return f"Set {key} in the environment or in .env; docs/configuration.md has the settings."


def _newest(caller: Caller) -> str:
    """The first model on the server's list. Raises CallFailed."""
    models = caller.models(seconds=LIST_SECONDS)
    if not models:
        raise CallFailed("not_found", "an empty list of models")
    return models[0].id


def _question(model: str) -> Question:
    return Question(
        model=model,
        system="You answer in JSON, with the fields capital and country.",
        shared="",
        task="What is the capital of Norway?",
        name="capital",
        schema=SCHEMA,
        max_tokens=4000,  # models that think before they answer count that, too
    )
