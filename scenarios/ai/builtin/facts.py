"""Facts about the prospect that texts and data may mention. Company names are hostile until shown otherwise."""

import unicodedata

from scenarios.plan.names import slug
from scenarios.plan.neutral import one_line

BRAND_LIMIT = 18


def facts_for(company: str, industry: str) -> dict[str, str]:
    """Placeholders for texts and data: company, industry, brand (a short name for data) and code (three capitals)."""
    return {
        "company": _readable(company),
        "industry": _readable(industry),
        "brand": brand_of(company),
        "code": code_of(company),
    }


def brand_of(company: str) -> str:
    """The first words of the company in letters and digits, short enough for the name of a branch."""
    kept = "".join(mark if mark.isalnum() else " " for mark in unicodedata.normalize("NFC", company))
    brand = ""
    for word in kept.split():
        if brand and len(brand) + len(word) >= BRAND_LIMIT:
            break
        brand = f"{brand} {word}".strip()
    return brand[:BRAND_LIMIT] or "House"


def code_of(company: str) -> str:
    """Three capital letters for codes such as article numbers."""
    letters = [mark for mark in slug(company, fallback="").upper() if mark.isascii() and mark.isalpha()]
    return ("".join(letters[:3]) + "DMX")[:3]


def _readable(text: str) -> str:
    """One harmless line that still reads as typed; in square brackets it would read like a place to fill in."""
    return one_line(text).translate(str.maketrans("[]", "()")) or "the prospect"
