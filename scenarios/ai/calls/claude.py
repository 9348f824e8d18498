"""Anthropic's Messages protocol, through the official SDK."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx2

from scenarios.ai.calls.bounded import SILENCE_SECONDS
from scenarios.ai.calls.endpoint import Endpoint, count, quiet
from scenarios.ai.calls.protocol import CallFailed, Kind, ModelChoice, OnText, Question, Reply, Stop, Usage
from scenarios.ai.calls.statuses import kind_of_status, retry_after

if TYPE_CHECKING:
    import anthropic

ADDRESS = "https://api.anthropic.com"
VERSION = "2026-10-21"  # of the protocol; what the SDK speaks, whatever the environment says
_STOPS: dict[str, Stop] = {
    "end_turn": "ok",
    "stop_sequence": "ok",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
#: An error inside a stream has status 200; its type says what it is.
_TYPES: dict[str, Kind] = {
    "overloaded_error": "overloaded",
    "api_error": "server",
    "rate_limit_error": "rate_limit",
    "authentication_error": "auth",
    "permission_error": "permission",
    "billing_error": "billing",
    "not_found_error": "not_found",
    "request_too_large": "too_large",
    "timeout_error": "timeout",
    "invalid_request_error": "bad_request",
}
_SPENT = ("enforced_spend_limit_reached", "contract_spend_limit_reached")


class ClaudeCaller(Endpoint):
    """Anthropic, or a server that speaks its protocol."""

    headers = {"anthropic-version": VERSION}

    def __init__(self, key: str, *, address: str = ADDRESS, silence: float = SILENCE_SECONDS) -> None:
        super().__init__(key, address=address, silence=silence)

    @cached_property
    def _client(self) -> "anthropic.Anthropic":
        import anthropic  # noqa: PLC0415 - takes a second

        quiet("anthropic")
        return anthropic.Anthropic(
            api_key=self._key,
            base_url=self._address,
            max_retries=0,
            http_client=self._http,
            open_telemetry=False,
        )

    def _ask(self, question: Question, timeout: httpx2.Timeout, show: OnText) -> Reply:
        arguments: dict[str, Any] = {}
        if question.schema is not None:
            arguments["output_config"] = {"format": {"type": "json_schema", "schema": question.schema}}
        begun = False
        with self._client.messages.stream(
            model=question.model,
            max_tokens=question.max_tokens,
            system=_blocks(question),
            messages=[{"role": "user", "content": question.task}],
            timeout=timeout,
            **arguments,
        ) as stream:
            for event in stream:
                begun = True
                if event.type == "text":
                    show(event.snapshot)
            if not begun:
                raise CallFailed("cut", "no event at all")
            return _reply(stream.get_final_message(), stream.request_id or "")

    def _list(self, timeout: httpx2.Timeout) -> list[ModelChoice]:
        found = self._client.models.list(limit=1000, timeout=timeout).data
        usable = [model for model in found if getattr(model, "lifecycle", None) in (None, "active")]
        return [ModelChoice(model.id, model.display_name or model.id) for model in usable]

    def _failure(self, error: Exception) -> CallFailed | None:
        import anthropic  # noqa: PLC0415 - takes a second

        return _of_status(error) if isinstance(error, anthropic.APIStatusError) else None


def _blocks(question: Question) -> list[Any]:
    """System prompt and shared prefix; what follows them differs from call to call and is not cached."""
    texts = [text for text in (question.system, question.shared) if text]
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
    if blocks:
        blocks[-1]["cache_control"] = {"type": "ephemeral"}
    return blocks


def _reply(message: Any, request_id: str) -> Reply:
    if message.stop_reason is None:
        raise CallFailed("cut", "no stop reason", request_id=request_id)
    text = "".join(block.text for block in message.content if block.type == "text")
    used = message.usage
    cached = count(used.cache_read_input_tokens)
    usage = Usage(
        input=count(used.input_tokens) + cached + count(used.cache_creation_input_tokens),
        cached=cached,
        output=count(used.output_tokens),
    )
    return Reply(text, _STOPS.get(message.stop_reason, "ok"), usage, request_id, message.model)


def _of_status(error: "anthropic.APIStatusError") -> CallFailed:
    said = str(getattr(error, "type", "") or "")
    code = str(getattr(error, "error_code", "") or "")
    if error.status_code == 200 or error.status_code >= 500:
        kind: Kind = _TYPES.get(said) or kind_of_status(error.status_code)
    elif code in _SPENT:
        kind = "billing"
    else:
        message = str(getattr(error, "api_message", "") or "")
        kind = kind_of_status(error.status_code, code=code, message=message)
    return CallFailed(
        kind,
        f"HTTP {error.status_code} {said if said in _TYPES else ''}".strip(),
        retry_after=retry_after(error.response.headers),
        request_id=str(error.request_id or ""),
    )
