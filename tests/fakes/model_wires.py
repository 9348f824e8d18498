"""What the fake model server says on the wire: how each protocol asks, answers, streams and refuses."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Protocol = Literal["anthropic", "responses", "chat"]
Json = dict[str, Any]

PATHS: dict[str, Protocol] = {
    "/v1/messages": "anthropic",
    "/v1/responses": "responses",
    "/v1/chat/completions": "chat",
}


@dataclass(frozen=True)
class AskedOf:
    """One call as the server saw it. Header names are in lower case.

    `system` holds all system blocks, `user` all user turns, `prompt` both: look there for what a test needs, because
    adapters may put a shared prefix into either. `schema` is the JSON schema that the answer must keep to, or None.
    """

    protocol: Protocol
    model: str
    system: str
    user: str
    schema: Json | None
    body: Json
    headers: Mapping[str, str]
    at: float  # time.monotonic() when the request was complete
    path: str = ""  # as requested; servers such as Azure have something before /v1

    @property
    def prompt(self) -> str:
        """Everything the model was told."""
        return f"{self.system}\n\n{self.user}"


@dataclass(frozen=True)
class Answer:
    """What the model says. Tokens that are not given are a quarter of the characters."""

    text: str
    stop: Literal["ok", "length", "refusal"] = "ok"
    seconds: float = 0.0  # until the first byte
    pieces: int = 8  # of the stream
    input_tokens: int | None = None
    cached_tokens: int = 0
    output_tokens: int | None = None


@dataclass(frozen=True)
class Fault:
    """What goes wrong. With a `status` there is no answer; otherwise the answer comes, damaged as the rest says.

    `code` and `message` go into an error body as the protocol has it; `body` replaces that body. `error_after`,
    `stall_after` and `cut_after` count pieces of text: then comes an error event, silence, or the end of the
    connection (`cleanly`: the end of a complete HTTP answer). `drip` is the number of seconds before each byte, headers
    included. `padding` is a number of bytes that the answer's text is lengthened by.
    """

    status: int | None = None
    code: str = ""
    message: str = "Scripted by the test."
    body: str | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    first_byte_after: float = 0.0
    error_after: int | None = None
    stall_after: int | None = None
    cut_after: int | None = None
    cleanly: bool = False
    drip: float = 0.0
    padding: int = 0


# --- what was asked -----------------------------------------------------------


def protocol_of(path: str) -> Protocol | None:
    """The protocol that is spoken at this path, whatever stands before /v1."""
    return next((protocol for end, protocol in PATHS.items() if path.endswith(end)), None)


def asked(protocol: Protocol, body: Json, headers: Mapping[str, str], at: float, path: str) -> AskedOf:
    """Read a request's body."""
    system, turns, schema = {"anthropic": _of_claude, "responses": _of_responses, "chat": _of_chat}[protocol](
        body
    )
    return AskedOf(protocol, str(body.get("model", "")), system, turns, schema, body, headers, at, path)


def _text(content: Any) -> str:
    """Content is a text, or blocks that have one."""
    if isinstance(content, str):
        return content
    return "\n\n".join(str(block.get("text", "")) for block in content or [])


def _turns(turns: Any, role: str) -> str:
    if isinstance(turns, str):
        return turns if role == "user" else ""
    return "\n\n".join(_text(turn["content"]) for turn in turns or [] if turn.get("role") == role)


def _of_claude(body: Json) -> tuple[str, str, Json | None]:
    form = (body.get("output_config") or {}).get("format") or {}
    return _text(body.get("system")), _turns(body.get("messages"), "user"), form.get("schema")


def _of_responses(body: Json) -> tuple[str, str, Json | None]:
    form = (body.get("text") or {}).get("format") or {}
    return str(body.get("instructions") or ""), _turns(body.get("input"), "user"), form.get("schema")


def _of_chat(body: Json) -> tuple[str, str, Json | None]:
    form = (body.get("response_format") or {}).get("json_schema") or {}
    turns = body.get("messages")
    return _turns(turns, "system"), _turns(turns, "user"), form.get("schema")


# --- errors -------------------------------------------------------------------

_CLAUDE_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_body(protocol: Protocol, fault: Fault) -> Json:
    """The body of an error as this vendor writes it; `code` is Claude's error type, if it is one, or OpenAI's code."""
    status = fault.status or 500
    if protocol == "anthropic":
        kind = fault.code if fault.code.endswith("_error") else _CLAUDE_TYPES.get(status, "api_error")
        error: Json = {"type": kind, "message": fault.message}
        if fault.code and fault.code != kind:
            error["details"] = {"error_code": fault.code}
        return {"type": "error", "error": error, "request_id": "req_fake"}
    kind = _OPENAI_TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {
        "error": {"message": fault.message, "type": kind, "param": None, "code": fault.code or None},
    }


def error_event(protocol: Protocol, fault: Fault) -> bytes:
    """An error in the middle of a stream."""
    if protocol == "anthropic":
        return event("error", error_body("anthropic", fault))
    code = fault.code or "server_error"
    if protocol == "responses":
        return event(
            "error", {"type": "error", "code": code, "message": fault.message, "sequence_number": 99}
        )
    return line({"error": {"message": fault.message, "type": "server_error", "code": code, "param": None}})


# --- answers ------------------------------------------------------------------


def event(name: str, data: Json) -> bytes:
    """One server-sent event with a name."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def line(data: Json | str) -> bytes:
    """One server-sent event without a name."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def pieces_of(answer: Answer) -> list[str]:
    """The text in about as many pieces as asked for, none of them empty."""
    size = max(1, -(-len(answer.text) // max(1, answer.pieces)))
    return [answer.text[at : at + size] for at in range(0, len(answer.text), size)]


def tokens(call: AskedOf, answer: Answer) -> tuple[int, int, int]:
    """Input (with the cached ones), cached, output."""
    given = answer.input_tokens if answer.input_tokens is not None else len(call.prompt) // 4
    said = answer.output_tokens if answer.output_tokens is not None else len(answer.text) // 4
    return given, answer.cached_tokens, said


def stream(call: AskedOf, answer: Answer) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """The events before, with, and after the text; each piece of text is one event."""
    head, body, tail = {"anthropic": _claude, "responses": _responses, "chat": _chat}[call.protocol](
        call, answer
    )
    return list(head), list(body), list(tail)


Parts = tuple[Iterator[bytes] | list[bytes], Iterator[bytes] | list[bytes], Iterator[bytes] | list[bytes]]


def _claude(call: AskedOf, answer: Answer) -> Parts:
    given, cached, said = tokens(call, answer)
    stop = {"ok": "end_turn", "length": "max_tokens", "refusal": "refusal"}[answer.stop]
    usage = {"input_tokens": given - cached, "cache_read_input_tokens": cached, "output_tokens": 1}
    message = {"id": "msg_fake", "type": "message", "role": "assistant", "model": call.model, "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}

    def of(kind: str, **more: Any) -> bytes:
        return event(kind, {"type": kind, **more})

    head = [
        of("message_start", message=message),
        of("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        of("ping"),
    ]
    body = [
        of("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        for piece in pieces_of(answer)
    ]
    tail = [
        of("content_block_stop", index=0),
        of(
            "message_delta",
            delta={"stop_reason": stop, "stop_sequence": None},
            usage={"output_tokens": said},
        ),
        of("message_stop"),
    ]
    return head, body, tail


def _responses(call: AskedOf, answer: Answer) -> Parts:
    refused = answer.stop == "refusal"
    content = {"type": "refusal", "refusal": answer.text or "I cannot help with that."}
    if not refused:
        content = {"type": "output_text", "text": answer.text, "annotations": []}
    item = {"type": "message", "id": "msg_fake", "status": "completed", "role": "assistant"}
    state = "incomplete" if answer.stop == "length" else "completed"
    final = _response(call, state, [{**item, "content": [content]}], answer)
    place = {"item_id": "msg_fake", "output_index": 0, "content_index": 0}
    number = iter(range(1, 1_000_000))

    def of(kind: str, **more: Any) -> bytes:
        return event(kind, {"type": kind, "sequence_number": next(number), **more})

    head = [
        of("response.created", response=_response(call, "in_progress", [], None)),
        of("response.output_item.added", output_index=0, item={**item, "content": []}),
    ]
    name = "response.refusal.delta" if refused else "response.output_text.delta"
    more = {} if refused else {"logprobs": []}
    body = [of(name, delta=piece, **place, **more) for piece in pieces_of(answer)]
    tail = [
        of("response.output_item.done", output_index=0, item={**item, "content": [content]}),
        of(f"response.{state}", response=final),
    ]
    return head, body, tail


def _response(call: AskedOf, state: str, output: list[Json], answer: Answer | None) -> Json:
    usage = None
    if answer is not None:
        given, cached, said = tokens(call, answer)
        usage = {"input_tokens": given, "output_tokens": said, "total_tokens": given + said}
        usage["input_tokens_details"] = {"cached_tokens": cached, "cache_write_tokens": 0}
        usage["output_tokens_details"] = {"reasoning_tokens": 0}
    return {
        "id": "resp_fake",
        "object": "response",
        "created_at": 1,
        "status": state,
        "model": call.model,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if state == "incomplete" else None,
        "usage": usage,
    }


def _chat(call: AskedOf, answer: Answer) -> Parts:
    reason = {"ok": "stop", "length": "length", "refusal": "content_filter"}[answer.stop]
    base = {"id": "chat_fake", "object": "chat.completion.chunk", "created": 1, "model": call.model}

    def of(delta: Json, finish: str | None = None) -> bytes:
        return line({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    tail = [of({}, reason)]
    if (call.body.get("stream_options") or {}).get("include_usage"):
        given, cached, said = tokens(call, answer)
        usage: Json = {"prompt_tokens": given, "completion_tokens": said, "total_tokens": given + said}
        usage["prompt_tokens_details"] = {"cached_tokens": cached}
        tail.append(line({**base, "choices": [], "usage": usage}))
    head = [of({"role": "assistant", "content": ""})]
    return head, [of({"content": piece}) for piece in pieces_of(answer)], [*tail, line("[DONE]")]


def models_body(protocol: str, names: list[str]) -> Json:
    """The list of models."""
    if protocol == "anthropic":
        rows = [
            {"type": "model", "id": name, "display_name": name.title(), "created_at": "2026-01-01T00:00:00Z"}
            for name in names
        ]
        return {"data": rows, "has_more": False, "first_id": names[0], "last_id": names[-1]}
    rows = [
        {"id": name, "object": "model", "created": 1000 - place, "owned_by": "fake"}
        for place, name in enumerate(names)
    ]
    return {"object": "list", "data": rows}
