"""How much two names speak of the same thing."""

_GROUPS: list[set[str]] = [
    {"amount", "revenue", "sales", "turnover", "value", "price", "spend", "paid", "total", "income", "premium"},
    {"cost", "costs", "expense", "fee", "charge"},
    {"margin", "profit", "earnings"},
    {"count", "number", "volume", "quantity", "units", "pieces", "items"},
    {"date", "day", "on", "at", "ts", "time", "moment"},
    {"state", "status", "stage"},
    {"category", "type", "kind", "segment", "class", "group"},
    {"name", "title", "label"},
]  # fmt: skip
STEM = 5  # "order" and "ordered" are the same word


def likeness(one: str, other: str) -> int:
    """0 when the names share nothing; words with the same beginning count four, words of one meaning one."""
    mine, theirs = _words(one), _words(other)
    same = len({word[:STEM] for word in mine} & {word[:STEM] for word in theirs})
    near = sum(bool(mine & group and theirs & group) for group in _GROUPS)
    return 4 * same + near


def _words(name: str) -> set[str]:
    return set(name.split("_"))
