"""Markdown and code as HTML. Markdown is cleaned after it is made; code is escaped by Pygments itself."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import nh3
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight as pygmentize
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

register = template.Library()

_LANGUAGES = {"sql": "sql+jinja", "yml": "yaml+jinja", "yaml": "yaml+jinja", "md": "markdown", "json": "json"}
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_LONG = "is-long"
_SENTENCE = 40  # characters of a table's cell beyond which it needs room to be read
_TICKED = re.compile(r"`([^`\n]+)`")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as cleaned HTML: no raw HTML, no images, no styles, links to web addresses and mail only."""
    return mark_safe(_cleaned(text))  # noqa: S308  # nh3 has cleaned it


@lru_cache(maxsize=128)
def _cleaned(text: str) -> str:
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"  # the page has its own first heading
    _mark_long_cells(tokens)
    return nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}},
        allowed_classes={"td": {_LONG}},
        set_tag_attribute_values={"table": {"tabindex": "0"}},  # a wide one is scrolled by keyboard, too
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _mark_long_cells(tokens: Sequence[Token]) -> None:
    """Give cells with a sentence a class, so that they get the width which columns of names could take."""
    for opening, content in pairwise(tokens):
        words = sum(len(part.content) for part in content.children or () if part.type == "text")
        if opening.type == "td_open" and words > _SENTENCE:
            opening.attrSet("class", _LONG)


@register.filter
def code_words(text: str) -> SafeString:
    """One text with what stands between backticks as code; everything is escaped."""
    pieces = _TICKED.split(text)
    return format_html_join(
        "",
        "{}",
        [(format_html("<code>{}</code>", piece) if at % 2 else piece,) for at, piece in enumerate(pieces)],
    )


@register.filter
def highlight(text: str, language: str) -> SafeString:
    """Code with a class on every token (`language` is a file ending or a lexer's name)."""
    return mark_safe(_highlighted(text, language))  # noqa: S308  # Pygments escapes what it prints


@lru_cache(maxsize=256)
def _highlighted(text: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(_LANGUAGES.get(language, language))
    except ClassNotFound:
        lexer = TextLexer()
    return pygmentize(text, lexer, HtmlFormatter(nowrap=True))
