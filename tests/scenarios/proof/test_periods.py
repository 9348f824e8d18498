"""Which period a comparison is quoted for."""

from datetime import date, datetime

import pytest

from scenarios.proof.metrics import last_complete

MONTHS = [date(2026, 9, 1), date(2026, 11, 1), date(2026, 10, 1)]


@pytest.mark.parametrize(
    ("periods", "before", "last"),
    [
        (MONTHS, "2026-11-01", date(2026, 10, 1)),
        (MONTHS, "2026-12-01", date(2026, 11, 1)),
        (MONTHS, "", date(2026, 11, 1)),
        (MONTHS, "2026-01-01", date(2026, 11, 1)),  # none is over: the latest is better than nothing
        ([datetime(2026, 10, 1), datetime(2026, 11, 1)], "2026-11-01", datetime(2026, 10, 1)),  # noqa: DTZ001
        ([], "2026-11-01", None),
    ],
)
def test_the_last_period_that_is_over_counts(periods, before, last):
    assert last_complete(periods, before) == last
