"""How servers that call themselves compatible differ, by their address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

Structured = Literal["strict", "json_object", "none"]


@dataclass(frozen=True)
class Dialect:
    """What one server understands.

    `structured` says whether it keeps to a schema, only promises a JSON object, or knows neither: then the schema goes
    into the text. `max_tokens_field` limits the answer. `extra` goes into the body as it is.
    """

    protocol: Literal["responses", "chat"] = "chat"
    structured: Structured = "strict"
    max_tokens_field: str = "max_tokens"
    extra: Mapping[str, Any] = field(default_factory=dict)


_RESPONSES = Dialect(protocol="responses")
#: By the end of the host's name. Servers that are not listed, such as Ollama and vLLM, get the plain dialect.
DIALECTS: dict[str, Dialect] = {
    "api.openai.com": _RESPONSES,
    ".openai.azure.com": _RESPONSES,
    "api.groq.com": Dialect(structured="json_object", max_tokens_field="max_completion_tokens"),
    # Or it may choose a host that leaves the schema out.
    "openrouter.ai": Dialect(extra={"provider": {"require_parameters": True}}),
    "api.deepseek.com": Dialect(structured="json_object"),
    "generativelanguage.googleapis.com": Dialect(structured="none"),
}


def dialect_of(address: str) -> Dialect:
    """The dialect of the server at this address."""
    host = urlsplit(address).hostname or ""
    for name, dialect in DIALECTS.items():
        if host == name or (name.startswith(".") and host.endswith(name)):
            return dialect
    return Dialect()


def with_schema(task: str, schema: Mapping[str, Any]) -> str:
    """The task with the schema in its text, for servers that do not take one."""
    form = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"{task}\n\nAnswer with one JSON object and nothing else. It must match this JSON schema:\n{form}"
