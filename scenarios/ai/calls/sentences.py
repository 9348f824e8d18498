"""What went wrong with a model, for the person who waits for the plan: a sentence, and what to do."""

from scenarios.ai.calls.protocol import Kind

_LATER = "Try again in a few minutes, or choose another model or provider on the page “AI model”."
_SETTINGS = "Open the page “AI model”"

#: {provider} and {model} are names as the person knows them; {wait} is a length of time, such as “2 minutes”.
_WORDS: dict[Kind, tuple[str, str]] = {
    "auth": (
        "{provider} does not accept the API key.",
        f"{_SETTINGS}, paste the key again and press Test. A key that was deleted or has expired must be replaced.",
    ),
    "permission": (
        "This API key may not use {model}.",
        f"{_SETTINGS} and choose a model from the list, or ask the owner of the {{provider}} account for access.",
    ),
    "billing": (
        "The {provider} account behind this API key has no credit or quota left.",
        "Ask the owner of the account to add credit or raise its spending limit, or use another key.",
    ),
    "not_found": (
        "{provider} does not know {model}.",
        f"It may have been retired. {_SETTINGS} and choose one from the list. For a compatible server, check the "
        "address, too: it mostly ends in /v1.",
    ),
    "too_large": (
        "The brief is longer than {model} can read.",
        "Shorten the discovery notes, or choose a model that reads more.",
    ),
    "schema": (
        "{model} cannot answer in the form that a plan needs.",
        "DemoForge asks in a simpler way. If that does not help, choose a newer model.",
    ),
    "bad_request": (
        "{provider} did not accept the question for {model}.",
        f"{_SETTINGS} and choose a model that writes text, from the list, then press Test.",
    ),
    "rate_limit": (
        "{provider} takes no more questions from this key at the moment.",
        "Try again in {wait}. If it happens often, ask the owner of the account for a higher limit.",
    ),
    "overloaded": (
        "{provider} is overloaded at the moment.",
        "Try again in {wait}, or choose another model.",
    ),
    "server": ("{provider} has an error on its side.", _LATER),
    "network": (
        "{provider} cannot be reached.",
        "Check the network and the server's address. For a server of your own, check that it is running.",
    ),
    "timeout": (
        "{model} took too long to answer.",
        "Try again, or choose a faster model on the page “AI model”.",
    ),
    "cut": ("The connection to {provider} broke off in the middle of the answer.", _LATER),
    "refusal": (
        "{model} refused to answer.",
        "Look at the notes and pain points for words that a model may take for harmful, or choose another model.",
    ),
    "length": (
        "The answer of {model} was too long and ends in the middle.",
        "Choose a model that may write longer answers, or make the demo smaller in the brief.",
    ),
    "oversized": (
        "{provider} sent far more than an answer should have.",
        "Check the server's address, or choose another model.",
    ),
    "address": (
        "The address of {provider} is not one that DemoForge may call, or leads on to another.",
        f"{_SETTINGS} and correct the address, or ask your administrator to add its host to DEMOFORGE_MODEL_HOSTS.",
    ),
}


def explain(
    kind: Kind, *, provider_label: str, model: str = "", retry_after: float | None = None
) -> tuple[str, str]:
    """The sentence and the hint for a failed call. `retry_after`: seconds the server asked us to wait."""
    words = {
        "provider": provider_label,
        "model": model or "the model",
        "wait": _time(retry_after) if retry_after else "a few minutes",
    }
    sentence, hint = _WORDS[kind]
    told = sentence.format_map(words)
    if not model:  # a name keeps its letters
        told = told[:1].upper() + told[1:]
    return told, hint.format_map(words)


def _time(seconds: float) -> str:
    """A length of time in words, never shorter than it is; what is longer than two days is “a few days”."""
    if seconds > 48 * 3600:
        return "a few days"
    for size, name in ((3600, "hour"), (60, "minute")):
        if seconds > size:
            return _many(-int(-seconds // size), name)
    return _many(max(1, -int(-seconds // 1)), "second")


def _many(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
