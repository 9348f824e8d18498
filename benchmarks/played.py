"""Every recorded draft of a language model, run to a proven build: what passed at once, and what was mended.

The replies are hand-written, by people who had the rendered prompts and nothing else (tests/played/README.md).
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.played.drafts import Ran, recorded, run


def line_of(brief: str, style: str, ran: Ran) -> str:
    """One draft's figures."""
    replaced = sum("The built-in provider wrote" in note for note in ran.notes)
    return (
        f"{brief:14} {style:8} questions {len(ran.replay.asked):2}  repairs {len(ran.repairs):2}  "
        f"sent back by the Proof {ran.sent_back}  notes {len(ran.notes):2}  built-in {replaced}  "
        f"without reply {len(ran.replay.missing)}  {'proven' if ran.proven else 'FAILED'}"
    )


def main() -> int:
    """Run them all; 1 when one is not proven."""
    at_once: Counter[str] = Counter()
    proven: Counter[str] = Counter()
    drafts = [pair for pair in recorded() if not sys.argv[1:] or pair[0] in sys.argv[1:]]
    for brief, style in drafts:
        with tempfile.TemporaryDirectory() as var:
            ran = run(brief, style, Path(var))
        sys.stdout.write(line_of(brief, style, ran) + "\n")
        sys.stdout.flush()
        proven[style] += ran.proven
        at_once[style] += ran.proven and not ran.repairs and not ran.sent_back
    for style, count in Counter(style for _, style in drafts).items():
        sys.stdout.write(
            f"{style}: {count} drafts, {at_once[style]} at the first pass, {proven[style]} proven\n"
        )
    return 0 if sum(proven.values()) == len(drafts) else 1


if __name__ == "__main__":
    sys.exit(main())
