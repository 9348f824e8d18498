"""The calls of models behind a revision: what they cost, and what was said word for word."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from scenarios import access
from scenarios.ai.answers.asking import asks_for
from scenarios.ai.prompting import Prompts, Texts
from scenarios.ai.registry import BUILTIN, PROVIDER_CHOICES
from scenarios.guiding import current_guidance
from scenarios.models import ModelCall, PlanRevision
from scenarios.models.call import TEXTS
from scenarios.plan.parts import part_keys
from scenarios.views.pages import show, user_of
from scenarios.views.prompt_reading import shown_prompt
from scenarios.views.review import head_context

_CONFIDENTIAL = "Prompts hold the discovery notes: only the owner of a demo and administrators may read them."
_LABELS = dict(PROVIDER_CHOICES)

#: How a call ended → (tone, words).
OUTCOMES: dict[str, tuple[str, str]] = {
    "ok": ("success", "Answer taken"),
    "invalid": ("warning", "Answer broke a rule"),
    "stopped": ("quiet", "Given up"),
    "auth": ("error", "Key refused"),
    "permission": ("error", "Key may not do this"),
    "billing": ("error", "No quota left"),
    "not_found": ("error", "No such model"),
    "too_large": ("error", "Question too long"),
    "schema": ("warning", "Schema refused"),
    "bad_request": ("error", "Request refused"),
    "rate_limit": ("warning", "Too many requests"),
    "overloaded": ("warning", "Server overloaded"),
    "server": ("warning", "Server error"),
    "network": ("warning", "No connection"),
    "timeout": ("warning", "Took too long"),
    "cut": ("warning", "Answer cut off"),
    "refusal": ("warning", "Model refused to answer"),
    "length": ("warning", "Answer too long"),
    "oversized": ("error", "Answer far too large"),
    "address": ("error", "Address not allowed"),
}


@dataclass(frozen=True)
class ShownCall:
    """One call as a row of the table."""

    call: ModelCall
    provider: str
    tone: str
    outcome: str


@dataclass(frozen=True)
class Totals:
    """The sums of all calls. `price` counts what has one; `unpriced` is how many calls have none."""

    calls: int
    input: int
    cached: int
    output: int
    seconds: float
    retries: int
    price: Decimal | None
    unpriced: int


@require_GET
def model_calls(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Every call of a model behind a revision, with tokens, time and price. No confidential text."""
    revision = access.get_revision(user_of(request), pk, number)
    calls = list(revision.calls.defer(*TEXTS))
    context = head_context(request, revision.demo, revision) | {
        "tab": "proof",
        "calls": [_shown(call) for call in calls],
        "totals": _totals(calls),
        "built_in": revision.provider == BUILTIN,
    }
    return show(request, "model_calls", context)


def _shown(call: ModelCall) -> ShownCall:
    tone, words = OUTCOMES.get(call.outcome, ("quiet", call.outcome))
    return ShownCall(call, _LABELS.get(call.provider, call.provider), tone, words)


def _totals(calls: list[ModelCall]) -> Totals:
    prices = [call.price for call in calls if call.price is not None]
    return Totals(
        calls=len(calls),
        input=sum(call.input_tokens for call in calls),
        cached=sum(call.cached_tokens for call in calls),
        output=sum(call.output_tokens for call in calls),
        seconds=sum(call.seconds for call in calls),
        retries=sum(call.retries for call in calls),
        price=sum(prices, Decimal()) if prices else None,
        unpriced=len(calls) - len(prices),
    )


@require_GET
def prompts_seen(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The exact prompt of a call as it was sent (`?call=3`), or what would be sent where no model was called."""
    revision = access.get_revision(user_of(request), pk, number)
    if not access.may_edit(user_of(request), revision.demo):
        raise PermissionDenied(_CONFIDENTIAL)
    calls = list(revision.calls.defer(*TEXTS))
    chosen = _recorded(request, revision, calls) if calls else _previewed(request, revision)
    context = head_context(request, revision.demo, revision) | {
        "tab": "proof",
        "sent": bool(calls),
        "kept_days": settings.AI_TEXT_DAYS,
        **chosen,
    }
    return show(request, "prompts_seen", context)


def _recorded(request: HttpRequest, revision: PlanRevision, calls: list[ModelCall]) -> dict[str, Any]:
    """One recorded call, and the list of all."""
    choices = [(str(call.number), call.purpose) for call in calls]
    chosen = _choice(request, choices)
    call = revision.calls.get(number=int(chosen))
    return {
        "choices": choices,
        "chosen": chosen,
        "call": _shown(call),
        "texts": [] if call.purged_at else shown_prompt(call.system, call.shared, call.task),
        "answer": call.answer,
    }


def _previewed(request: HttpRequest, revision: PlanRevision) -> dict[str, Any]:
    """What a model would be asked now for this brief and, once there is one, this outline."""
    prompts, brief, outline = (
        Prompts(current_guidance()),
        revision.demo.brief.disguised(),
        revision.read_outline(),
    )
    asks = {ask.name: ask for ask in asks_for(outline, part_keys(outline))} if outline else {}
    choices = [(name, name) for name in ("outline", *asks)]
    chosen = _choice(request, choices)
    texts: Texts = prompts.outline(brief)
    if outline and chosen in asks:
        texts = prompts.details(brief, outline, asks[chosen])
    return {
        "choices": choices,
        "chosen": chosen,
        "call": None,
        "texts": shown_prompt(texts.system, texts.shared, texts.task),
        "answer": "",
    }


def _choice(request: HttpRequest, choices: list[tuple[str, str]]) -> str:
    """Which call is looked at: the first one, unless the address names another. Raises Http404."""
    chosen = request.GET.get("call", choices[0][0])
    if chosen not in dict(choices):
        raise Http404("no such call")
    return chosen
