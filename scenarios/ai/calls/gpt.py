"""OpenAI's two protocols, through the official SDK: Responses, and chat completions for compatible servers."""

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx2

from scenarios.ai.calls.bounded import SILENCE_SECONDS
from scenarios.ai.calls.dialects import Dialect, dialect_of, with_schema
from scenarios.ai.calls.endpoint import Endpoint, count, quiet
from scenarios.ai.calls.protocol import CallFailed, Kind, ModelChoice, OnText, Question, Reply, Stop, Usage
from scenarios.ai.calls.statuses import kind_of_status, retry_after

if TYPE_CHECKING:
    import openai

ADDRESS = "https://api.openai.com/v1"
NO_KEY = "none"  # what servers on one's own machine get, which want none
#: Models that do not answer questions.
_OTHER_MODELS = re.compile(
    r"audio|realtime|image|tts|transcribe|embed|moderation|search|whisper|dall-e|sora", re.IGNORECASE
)
_CODES: dict[str, Kind] = {
    "insufficient_quota": "billing",
    "billing_hard_limit_reached": "billing",
    "billing_not_active": "billing",
    "invalid_api_key": "auth",
    "model_not_found": "not_found",
    "context_length_exceeded": "too_large",
    "invalid_json_schema": "schema",
    "rate_limit_exceeded": "rate_limit",
    "server_error": "server",
}


class _OpenAiServer(Endpoint):
    """What both protocols share: client, list of models, errors."""

    def __init__(self, key: str, *, address: str = ADDRESS, silence: float = SILENCE_SECONDS) -> None:
        super().__init__(key, address=address, silence=silence)

    @cached_property
    def _client(self) -> "openai.OpenAI":
        import openai  # noqa: PLC0415 - takes half a second

        quiet("openai")
        return openai.OpenAI(api_key=self._key, base_url=self._address, max_retries=0, http_client=self._http)

    def _list(self, timeout: httpx2.Timeout) -> list[ModelChoice]:
        found = list(self._client.models.list(timeout=timeout).data)
        found.sort(key=lambda model: count(model.created), reverse=True)
        return [ModelChoice(model.id, model.id) for model in found if not _OTHER_MODELS.search(model.id)]

    def _failure(self, error: Exception) -> CallFailed | None:
        import openai  # noqa: PLC0415 - takes half a second

        if isinstance(error, openai.APIStatusError):
            return _of_status(error)
        return _of_code(error.code) if isinstance(error, openai.APIError) else None


class ResponsesCaller(_OpenAiServer):
    """The Responses protocol: OpenAI itself, and Azure."""

    def _ask(self, question: Question, timeout: httpx2.Timeout, show: OnText) -> Reply:
        arguments: dict[str, Any] = {}
        if question.schema is not None:
            form = {"type": "json_schema", "name": question.name, "strict": True, "schema": question.schema}
            arguments["text"] = {"format": form}
        final, text = None, ""
        with self._client.responses.create(
            model=question.model,
            instructions=question.system,
            input=[{"role": "user", "content": _joined(question)}],
            max_output_tokens=question.max_tokens,
            store=False,
            stream=True,
            timeout=timeout,
            **arguments,
        ) as stream:
            for event in stream:
                if event.type == "response.output_text.delta":
                    text += event.delta
                    show(text)
                elif event.type in ("response.completed", "response.incomplete", "response.failed"):
                    final = event.response
                elif event.type == "error":
                    raise _of_code(event.code)
        if final is None:
            raise CallFailed("cut", "no final event")
        return _response_reply(final)


class ChatCaller(_OpenAiServer):
    """Chat completions: any compatible server, such as Ollama, vLLM or OpenRouter."""

    def __init__(
        self, key: str, *, address: str, dialect: Dialect | None = None, silence: float = SILENCE_SECONDS
    ) -> None:
        super().__init__(key.strip() or NO_KEY, address=address, silence=silence)
        self._dialect = dialect or dialect_of(address)

    def _ask(self, question: Question, timeout: httpx2.Timeout, show: OnText) -> Reply:
        seen = _Chunks()
        with self._client.chat.completions.create(
            model=question.model,
            messages=[
                {"role": "system", "content": question.system},
                {"role": "user", "content": self._turn(question)},
            ],
            stream=True,
            stream_options={"include_usage": True},
            timeout=timeout,
            extra_body=dict(self._dialect.extra),
            **self._limits(question),
        ) as stream:
            for chunk in stream:
                seen.take(chunk)
                show(seen.text)
        return seen.reply()

    def _turn(self, question: Question) -> str:
        if question.schema is None or self._dialect.structured == "strict":
            return _joined(question)
        return with_schema(_joined(question), question.schema)

    def _limits(self, question: Question) -> dict[str, Any]:
        """What bounds the answer: its length, and its form as far as the server understands."""
        limits: dict[str, Any] = {self._dialect.max_tokens_field: question.max_tokens}
        if question.schema is not None and self._dialect.structured == "strict":
            form = {"name": question.name, "strict": True, "schema": question.schema}
            limits["response_format"] = {"type": "json_schema", "json_schema": form}
        elif question.schema is not None and self._dialect.structured == "json_object":
            limits["response_format"] = {"type": "json_object"}
        return limits


class _Chunks:
    """A chat answer as it comes in."""

    def __init__(self) -> None:
        self.text = ""
        self.refused = False
        self.reason: str | None = None
        self.usage = Usage()
        self.id = self.model = ""

    def take(self, chunk: Any) -> None:
        """Add one chunk; the usage may come in one without choices."""
        self.id, self.model = chunk.id or self.id, chunk.model or self.model
        for choice in (chunk.choices or [])[:1]:
            if choice.delta is not None:
                self.text += choice.delta.content or ""
                self.refused = self.refused or bool(choice.delta.refusal)
            self.reason = choice.finish_reason or self.reason
        if chunk.usage is not None:
            details = chunk.usage.prompt_tokens_details
            cached = count(details.cached_tokens) if details else 0
            self.usage = Usage(count(chunk.usage.prompt_tokens), cached, count(chunk.usage.completion_tokens))

    def reply(self) -> Reply:
        """The finished answer. Raises CallFailed when the stream was cut."""
        if self.reason is None:
            raise CallFailed("cut", "no finish reason", request_id=self.id)
        stop: Stop = "length" if self.reason == "length" else "ok"
        if self.refused or self.reason == "content_filter":
            stop = "refusal"
        return Reply(self.text, stop, self.usage, self.id, self.model)


def _joined(question: Question) -> str:
    return f"{question.shared}\n\n{question.task}" if question.shared else question.task


def _response_reply(final: Any) -> Reply:
    if final.status == "failed":
        failure = _of_code(final.error.code if final.error else None)
        failure.request_id = final.id
        raise failure
    messages = [item for item in final.output if item.type == "message"]
    parts = [
        part for item in messages if getattr(item, "phase", None) != "commentary" for part in item.content
    ]
    text = "".join(part.text for part in parts if part.type == "output_text")
    reason = final.incomplete_details.reason if final.incomplete_details else None
    stop: Stop = "length" if final.status == "incomplete" else "ok"
    if any(part.type == "refusal" for part in parts) or reason == "content_filter":
        stop = "refusal"
    return Reply(text, stop, _response_usage(final.usage), final.id, final.model)


def _response_usage(used: Any) -> Usage:
    if used is None:
        return Usage()
    details = used.input_tokens_details
    return Usage(
        count(used.input_tokens), count(details.cached_tokens) if details else 0, count(used.output_tokens)
    )


def _of_code(code: object) -> CallFailed:
    """An error inside a stream. Some servers put an HTTP status where OpenAI has a code."""
    if str(code).isascii() and str(code).isdigit():
        return CallFailed(kind_of_status(int(str(code)[:3])), "an error inside the stream")
    return CallFailed(_CODES.get(str(code), "server"), "an error inside the stream")


def _of_status(error: "openai.APIStatusError") -> CallFailed:
    code = str(error.code or "")
    kind = _CODES.get(code) or kind_of_status(error.status_code, code=code, message=error.message)
    return CallFailed(
        kind,
        f"HTTP {error.status_code} {code if code in _CODES else ''}".strip(),
        retry_after=retry_after(error.response.headers),
        request_id=str(error.request_id or ""),
    )
