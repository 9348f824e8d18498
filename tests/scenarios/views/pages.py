"""Reads forms out of pages, as a browser without a script would send them."""

from html.parser import HTMLParser


class FormReader(HTMLParser):
    """The fields of the form on a page that holds the field `wanted`."""

    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted = wanted
        self.forms: list[dict[str, str]] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect values as a browser does."""
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and at.get("name"):
            if at.get("type") in ("checkbox", "radio") and "checked" not in at:
                return
            self.forms[-1][at["name"]] = at.get("value", "on")
        elif tag == "textarea":
            self._area = at["name"]
            self.forms[-1][at["name"]] = ""
        elif tag == "select":
            self._select = at["name"]
        elif tag == "option" and self._select and ("selected" in at or self._select not in self.forms[-1]):
            self.forms[-1][self._select] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave a text area or a choice."""
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """The text of a text area."""
        if self._area:
            self.forms[-1][self._area] += data


def form_of(page: str, wanted: str) -> dict[str, str]:
    """The values of the first form that has a field called `wanted`."""
    reader = FormReader(wanted)
    reader.feed(page)
    found = next(form for form in reader.forms if wanted in form)
    return {name: value.removeprefix("\n") for name, value in found.items()}
