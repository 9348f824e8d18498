"""What is told about every call: to be kept, shown and counted. No key is in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scenarios.ai.calls.protocol import Kind, Usage

#: How a call ended: a failure, an answer that was taken, one that broke a rule, or nobody waits for it any more.
Outcome = Kind | Literal["ok", "invalid", "stopped"]


@dataclass(frozen=True)
class CallRecord:
    """One call, with what was sent and what came back; `seconds` of wall time, tries and waits among them.

    The texts are confidential. `prompt_digest` is the same for the same texts, whoever asks.
    """

    purpose: (
        str  # outline, changes, or kind and name of the ask, such as `sql:1`; with the rung behind a slash
    )
    provider: str
    model: str
    prompt_digest: str
    system: str
    shared: str
    task: str
    answer: str
    usage: Usage
    seconds: float
    retries: int
    outcome: Outcome
    request_id: str


Recorder = Callable[[CallRecord], None]
