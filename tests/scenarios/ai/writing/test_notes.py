"""Notes: few, each once, what matters most first."""

from scenarios.ai.writing.notes import MOST_NOTES, Notes, listed


def test_parts_that_were_replaced_for_one_reason_share_a_sentence() -> None:
    notes = Notes(["rows:orders", "sql:fct_orders", "talk_track"])
    notes.replaced("talk_track", "It took too long.")
    notes.replaced("rows:orders", "It took too long.")
    notes.replaced("rows:orders", "For another reason.")
    assert notes.sentences() == [
        "It took too long. The built-in provider wrote the rows of orders and the talk track."
    ]


def test_what_was_replaced_is_not_called_corrected() -> None:
    notes = Notes(["sql:a", "sql:b"])
    notes.repaired(["sql:b", "sql:a"])
    notes.replaced("sql:a", "It broke.")
    assert notes.sentences()[1] == "Asked again and corrected: the statement of b."


def test_many_corrections_of_a_place_are_counted() -> None:
    notes = Notes()
    notes.mended(f"Source orders, row {number}: x replaced by y." for number in range(1, 9))
    said = notes.sentences()
    assert said[-1] == "Source orders: 5 more corrections."
    assert len(said) == 4


def test_there_are_never_more_than_twenty() -> None:
    notes = Notes()
    notes.mended(f"Source t{number}: x replaced by y." for number in range(40))
    said = notes.sentences()
    assert len(said) == MOST_NOTES
    assert said[-1] == "And 21 more corrections like these."


def test_a_list_reads_well() -> None:
    assert listed([]) == ""
    assert listed(["talk_track", "talk_track"]) == "the talk track"
    assert (
        listed(["rows:a", "sql:b", "semantic"]) == "the rows of a, the statement of b and the semantic layer"
    )
