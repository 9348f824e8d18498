"""What differs between a branch and main."""

from scenarios.views.file_diff import changed_files

MAIN = {
    "a.sql": "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n",
    "b.sql": "gone\n",
    "same.sql": "same\n",
}


def test_only_files_that_differ_are_listed_with_what_happened() -> None:
    branch = {"a.sql": MAIN["a.sql"].replace("eight", "acht"), "c.sql": "new\nnewer\n", "same.sql": "same\n"}
    changes = changed_files(MAIN, branch)
    assert [(one.path, one.kind, one.added, one.removed) for one in changes] == [
        ("a.sql", "changed", 1, 1), ("c.sql", "added", 2, 0), ("b.sql", "removed", 0, 1),
    ]  # fmt: skip
    assert changes[0].lines == ["@", " five", " six", " seven", "-eight", "+acht", " nine"]
    assert changes[1].lines == ["+new", "+newer"]


def test_nothing_is_left_out_above_the_first_line() -> None:
    change = changed_files(MAIN, MAIN | {"a.sql": MAIN["a.sql"].replace("one", "eins")})[0]
    assert change.lines[:2] == ["-one", "+eins"]
    assert changed_files(MAIN, dict(MAIN)) == []
