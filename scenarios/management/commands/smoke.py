"""`manage.py smoke --provider NAME`: one small live call of a model, with the key and address of the settings.

For the day a key is at hand: it shows that key, address, model and protocol fit together. It costs a few tokens.
Exit status: 0 answered, 1 the call failed, 2 something is not set up.
"""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

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


class Command(BaseCommand):
    """Ask a model one small question."""

    help = "Ask a model one small question, with the key and address of the settings."
    requires_migrations_checks = False
    requires_system_checks = ()  # pages and database have no part in it

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--provider", required=True, choices=list(SERVERS))
        parser.add_argument(
            "--model", default="", help="default: DEFAULT_AI_MODEL if it is of this provider, else the newest"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; ends the process with its exit status."""
        server = SERVERS[options["provider"]]
        self._say("provider", server.label)
        try:
            code = self._run(server, options["model"])
        except ProviderError as error:
            self._explain(error.sentence, _needs(server))
            code = NOT_SET_UP
        sys.exit(code)

    def _run(self, server: Server, wanted: str) -> int:
        caller, model, begun = connect(None, server).caller(), wanted, time.monotonic()
        try:
            model = wanted or model_of(server, {}) or _newest(caller)
            self._say("model", model)
            begun = time.monotonic()
            asked = ask(caller, _question(model), seconds=CALL_SECONDS)
        except CallFailed as error:
            self._say("seconds", f"{time.monotonic() - begun:.1f}")
            return self._fail(error.kind, server, model, error.retry_after)
        self._say("seconds", f"{time.monotonic() - begun:.1f} ({asked.retries} retries)")
        self._report(asked.reply)
        return ANSWERED if asked.reply.stop == "ok" else self._fail(asked.reply.stop, server, model)

    def _report(self, reply: Reply) -> None:
        used = reply.usage
        self._say("tokens", f"{used.input} read, {used.cached} of them cached, {used.output} written")
        self._say("answer", "".join(letter if letter.isprintable() else " " for letter in reply.text[:SHOWN]))

    def _fail(self, kind: Kind, server: Server, model: str, wait: float | None = None) -> int:
        self._explain(*explain(kind, provider_label=server.label, model=model, retry_after=wait))
        return FAILED

    def _explain(self, sentence: str, hint: str) -> None:
        self.stderr.write(f"{sentence} {hint}")

    def _say(self, name: str, value: str) -> None:
        self.stdout.write(f"{name + ':':<10}{value}")


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
