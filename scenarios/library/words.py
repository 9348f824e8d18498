"""The words by which a demo is found. Pure.

Case, accents and what stands between words do not count; `fct_order_items` is three words. Scripts without spaces
give every two neighbouring characters.
"""

import re
from collections.abc import Iterable, Iterator

from scenarios.plan.features import FEATURE_WORDS
from scenarios.plan.folding import fold, is_unspaced
from scenarios.plan.parts import Plan

LONGEST = 40  # characters of a word
_WORD = re.compile(r"[^\W_]+")
#: Words of every text: nobody looks for them.
_COMMON = frozenset(
    _WORD.findall("""
    a an and are as at be by for from has have he how in into is it its nor of on one or our per row she so than that
    the their them then there these they this to two was we were what when where which who why will with you your all
    any been but can do each every not
""")
)
_PLAIN = str.maketrans("äöüå", "aoua")  # people type Zurich, too

Texts = dict[str, list[str]]  # kind -> texts


def words_in(text: str) -> Iterator[str]:
    """The words of a text, in order, as the index has them."""
    for word in _WORD.findall(fold(text).text.translate(_PLAIN)):
        if any(map(is_unspaced, word)):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            yield word[:LONGEST]


def wanted_words(text: str, *, most: int) -> list[str]:
    """What somebody looks for: beginnings of words of the index. Common words only if there is nothing else."""
    words = list(dict.fromkeys(words_in(text)))
    return ([word for word in words if word not in _COMMON] or words)[:most]


def indexed(texts: Iterable[str]) -> set[str]:
    """What the index keeps of some texts."""
    return {word for text in texts for word in words_in(text)} - _COMMON


def plan_texts(plan: Plan) -> Texts:
    """The texts of a plan that are searched, by kind of word."""
    outline = plan.outline
    shown = [FEATURE_WORDS[name] for name, _ in plan.features.shown()]
    return {
        "pain": [pain.pain for pain in outline.pain_points],
        "feature": [*(pain.feature for pain in outline.pain_points), *shown],
        "metric": [text for metric in outline.metrics for text in (metric.name, metric.label)],
        "plan": list(_plan(plan)),
    }


def _plan(plan: Plan) -> Iterator[str]:
    outline = plan.outline
    yield from (outline.context.summary, outline.context.use_case, *outline.context.objectives)
    for source in outline.sources:
        yield from (source.system, source.table, source.label)
    for model in outline.models:
        yield from (model.name, model.purpose, *model.business_questions)
    yield from (idea.title for idea in outline.quality)
