"""What a company's name consists of, and the regular expressions that find it in folded text. Pure."""

import re
from itertools import pairwise

from scenarios.plan.company_words import JOINING, LEGAL_END, LEGAL_START, is_common
from scenarios.plan.folding import fold

_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_CHARACTER = re.compile(r"[^\W_]")
_LETTERS = re.compile("ae|oe|ue|aa|.", re.DOTALL)
_SPELLINGS = {
    "ä": "(?:ä|ae|a)", "ö": "(?:ö|oe|o)", "ü": "(?:ü|ue|u)", "å": "(?:å|aa|a)",
    "ae": "(?:ae|ä)", "oe": "(?:oe|ö)", "ue": "(?:ue|ü)", "aa": "(?:aa|å)",
    "a": "[aäå]", "o": "[oö]", "u": "[uü]",
}  # fmt: skip
#: What may stand between two parts of a name, escapes of HTML, Markdown and addresses among it …
_BETWEEN = r"[ \t_.\-\u2010-\u2015'’`&+\\/・·]|%20|&amp;|&#x27;|&#39;"
#: … and where a comment, a folded text or a list goes on in the next line.
_NEW_LINE = r"(?:\n[ \t\-#>*|&+]{0,80})?"
_ENDINGS = (  # of web addresses; after "@", "//" and "www." any other counts as well
    "com|net|org|io|co|ai|eu|de|uk|fr|jp|ch|at|nl|be|se|no|dk|fi|es|it|pt|pl|us|ca|au|nz|br|mx|in|cn|example"
)
_LABELS = r"(?:[a-z0-9-]{1,63}\.){0,4}"
LONG = 5  # letters: such a name is also recognised inside a longer part of an address


def core_of(company: str) -> str:
    """The name without legal form and article: what people say. The name itself if nothing else is left."""
    core, before = company.strip(), ""
    while core != before:
        before = core
        for form in (LEGAL_END, LEGAL_START):
            shorter = form.sub("", core).strip(" ,.&+-・")
            core = shorter if tokens_of(shorter) else core
    return core


def characters_of(name: str) -> str:
    """The letters and digits of a name."""
    return "".join(_CHARACTER.findall(name))


def tokens_of(name: str) -> list[str]:
    """The parts of a name in folded letters, without the joining words between them."""
    parts = _TOKEN.findall(fold(_CAMEL.sub(" ", name)).text)
    last = len(parts) - 1
    return [part for at, part in enumerate(parts) if not (0 < at < last and part in JOINING)]


def shares_a_word(one: str, other: str) -> bool:
    """Whether two names have a word in common that tells a company from others."""
    return any(not is_common(word) for word in set(tokens_of(one)) & set(tokens_of(other)))


def beginnings(core: str) -> list[str]:
    """The first word of a name, the first two … as long as they tell it from other companies."""
    ends = [word.end() for word in re.finditer(r"[^\s\-]+", core)][:-1]
    starts = [core[:end].rstrip(" ,.&+") for end in ends]
    return [start for start in starts if not all(map(is_common, tokens_of(start)))]


def name_pattern(name: str) -> re.Pattern[str]:
    """Finds the name in folded text, whatever stands between its parts."""
    tokens = tokens_of(name)
    if not tokens:
        return re.compile(re.escape(fold(name).text.strip()) or "(?!)")
    own = "".join(sorted(set(re.sub(r"[\w\s]", "", fold(name).text))))
    mark = f"(?:{_BETWEEN}{f'|[{re.escape(own)}]' if own else ''})"
    gap = f"{mark}{{0,8}}{_NEW_LINE}"
    joining = f"{gap}(?:(?:{'|'.join(sorted(JOINING))}){mark}{{1,6}}{_NEW_LINE})?"
    text = fold(name).text
    gaps = [joining if _are_joined(text, first, second) else gap for first, second in pairwise(tokens)]
    spelled = [_spelled(token) for token in tokens]
    return re.compile(spelled[0] + "".join(map(str.__add__, gaps, spelled[1:])))


def _are_joined(text: str, first: str, second: str) -> bool:
    """Whether "&" or a word such as "and" stands between the two."""
    words = "|".join(sorted(JOINING))
    joined = rf"{re.escape(first)}(?:\s*[&+]\s*|\W+(?:{words})\W+){re.escape(second)}"
    return re.search(joined, text) is not None


def _spelled(token: str) -> str:
    """A token's letters, each with the other ways to write it."""
    return "".join(_SPELLINGS.get(piece) or re.escape(piece) for piece in _LETTERS.findall(token))


def address_pattern(joined: str) -> re.Pattern[str] | None:
    """Finds, as group 1, the host of web and e-mail addresses made of the name's letters; None if none can be."""
    if len(joined) < 2 or not joined.isascii():
        return None
    more = "[a-z0-9-]{0,60}" if len(joined) >= LONG else ""
    host = f"{_LABELS}{more}{'-?'.join(joined)}{more}"
    known = rf"{host}(?:\.[a-z0-9-]{{1,63}}){{0,3}}\.(?:{_ENDINGS})(?![a-z0-9-])"
    other = rf"{host}(?:\.[a-z0-9-]{{1,63}}){{1,4}}"
    return re.compile(rf"(?:(?<=@)|(?<=//)|(?<![a-z0-9.@/-]))({known}|(?:(?<=@)|(?<=//)|(?=www\.)){other})")
