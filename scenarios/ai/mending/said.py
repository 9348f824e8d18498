"""Collects what was mended, one plain sentence for each thing."""


class Said:
    """Sentences in order, each once; `place` stands in front of each of them."""

    def __init__(self, place: str = "", sentences: list[str] | None = None) -> None:
        self._place = place
        self.sentences: list[str] = [] if sentences is None else sentences

    def at(self, place: str) -> "Said":
        """The same collection for another place."""
        return Said(place, self.sentences)

    def add(self, sentence: str) -> None:
        """Add one sentence about the place."""
        text = f"{self._place}: {sentence}" if self._place else sentence
        if text not in self.sentences:
            self.sentences.append(text)
