"""Makers of cells: one function for each way a blueprint column says how its values come about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from scenarios.ai.builtin.arithmetic import evaluate
from scenarios.ai.builtin.batch import Batch, Cells
from scenarios.ai.builtin.lexicon import BlueprintError
from scenarios.ai.builtin.schema import Column, Scalar, Vocabulary
from scenarios.plan.names import Cell
from scenarios.plan.parts import ROWS_PER_SOURCE

Made = Mapping[str, Sequence[Cell]]  # cells made so far, by raw column name
_TIME = "%Y-%m-%d %H:%M:%S"
_PREVIOUS = 2  # the second newest row lies at most so many days before the newest
RHYTHM = (65, 61, 43, 34, 30, 16, 15, 6)  # days before the newest row, for all but the last two
RHYTHM_FITS = range(62, 111)  # widths, in days, of spans that get this rhythm
OUTLIER = 7  # the row (from 0) that stands out: recent, so that it bends no comparison of complete months
LATE = 2  # a late row is so many days older than the newest: less than every lookback


def sequence(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Numbers that rise by uneven steps, in a pattern such as `ORD-{n}`; plain whole numbers for `{n}`."""
    assert column.sequence is not None  # noqa: S101
    number = batch.dice.integer(f"{name} start", *column.start)
    numbers = [number]
    for row in range(1, batch.first + batch.count):
        numbers.append(numbers[-1] + batch.dice.integer(f"{name} step {row}", *column.step))
    if column.type == "integer":
        return list(numbers[batch.first :])
    pattern = batch.lexicon.text(column.sequence)
    return [pattern.replace("{n}", str(number)) for number in numbers[batch.first :]]


def draw(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Things of a vocabulary, none twice; columns that draw from the same records get fields of one record."""
    assert column.draw is not None  # noqa: S101
    vocabulary_name, _, field = column.draw.partition(".")
    records = drawn(vocabulary_name, batch)
    cells = [_field(record, field, batch.vocabularies[vocabulary_name], column.draw) for record in records]
    return [
        _told(_varied(cell, name, number, column, batch), batch)
        for number, cell in zip(batch.rows, cells, strict=True)
    ]


def drawn(vocabulary: str, batch: Batch) -> list[object]:
    """The records of a vocabulary for these rows."""
    if vocabulary not in batch.vocabularies:
        raise BlueprintError(f"There is no vocabulary {vocabulary}.")
    records = batch.dice.shuffled(f"draw {vocabulary}", batch.vocabularies[vocabulary].rows)
    return [records[row % len(records)] for row in batch.rows]


def _field(record: object, field: str, vocabulary: Vocabulary, place: str) -> Cell:
    if not field:
        return record  # type: ignore[return-value]
    if field not in vocabulary.of or not isinstance(record, list):
        raise BlueprintError(f"`draw: {place}`: there is no field {field}.")
    return record[vocabulary.of.index(field)]


def _varied(cell: Cell, name: str, row: int, column: Column, batch: Batch) -> Cell:
    if not column.vary or not isinstance(cell, int | float):
        return cell
    share = 1 + column.vary * (2 * batch.dice.fraction(f"{name} vary {row}") - 1)
    return rounded(cell * share, column)


def deal(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Values so many times each, shuffled; later rows get one of them."""
    values = dealt(column)
    if not batch.is_seed:
        return [_told(batch.dice.pick(f"{name} deal {row}", values), batch) for row in batch.rows]
    order = values if column.ordered else batch.dice.shuffled(f"{name} deal", values)
    return [_told(value, batch) for value in order]


def dealt(column: Column) -> list[Scalar]:
    """The ten values to deal."""
    if isinstance(column.deal, dict):
        return [value for value, times in column.deal.items() for _ in range(times)]
    values = list(column.deal or [])
    return [values[number % len(values)] for number in range(ROWS_PER_SOURCE)]


def amount(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Numbers in a range, with a trend over the rows and one outlier among the newer ones."""
    assert column.amount is not None  # noqa: S101
    low, high = column.amount
    cells: Cells = []
    for row in batch.rows:
        base = low + batch.dice.fraction(f"{name} amount {row}") * (high - low)
        base *= 1 + column.trend * (min(row, ROWS_PER_SOURCE) / (ROWS_PER_SOURCE - 1) - 0.5)
        if column.outlier and row == OUTLIER:
            base *= column.outlier
        cells.append(rounded(base, column))
    return cells


def rounded(number: float, column: Column) -> int | float:
    """The number with the column's decimals."""
    whole = column.type == "integer" or column.decimals == 0
    return round(number) if whole else round(number, column.decimals)


def dates(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Days between two distances from the reference date: spread and rising, or mixed."""
    assert column.date is not None  # noqa: S101
    low, high = column.date
    if not batch.is_seed:
        offsets = [high - LATE if row in batch.late else high + 1 for row in batch.rows]
    elif column.order == "mixed":
        offsets = [batch.dice.integer(f"{name} day {row}", low, high) for row in batch.rows]
    else:
        offsets = _rising(name, low, high, batch)
    return [
        _moment(batch.day(offset), name, row, column, batch)
        for row, offset in zip(batch.rows, offsets, strict=True)
    ]


def _rising(name: str, low: int, high: int, batch: Batch) -> list[int]:
    """Rising days; the last two rows are so new that a small window reloads them.

    Over about two months they come in the rhythm of a business that grows: on whatever day the demo is shown, the
    last complete month has more rows than the month before, and that has some.
    """
    if high - low in RHYTHM_FITS:
        older = [
            high - gap - batch.dice.integer(f"{name} day {row}", -1, 1) for row, gap in enumerate(RHYTHM)
        ]
        top = high - batch.dice.integer(f"{name} day before", 1, _PREVIOUS)
        return [*sorted(max(offset, low) for offset in older), top, high]
    width = (high - low) / (ROWS_PER_SOURCE - 1)
    offsets = [
        low + round(width * (row + 0.7 * batch.dice.fraction(f"{name} day {row}")))
        for row in range(ROWS_PER_SOURCE - 2)
    ]
    top = high - batch.dice.integer(f"{name} day before", 1, _PREVIOUS)
    return [*sorted(min(offset, top) for offset in [low, *offsets[1:]]), max(top, low), high]


def _moment(day: date, name: str, row: int, column: Column, batch: Batch) -> str:
    if not column.time:
        return day.isoformat()
    minute = batch.dice.integer(f"{name} minute {row}", 8 * 60, 19 * 60)
    second = batch.dice.integer(f"{name} second {row}", 0, 59)
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - seed values have no time zone
    return (start + timedelta(minutes=minute, seconds=second)).strftime(_TIME)


def after(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Some days after another column of the row, or of the row it refers to; empty while that day is still to come."""
    assert column.after is not None  # noqa: S101
    other, _, field = column.after.partition(".")
    cells: Cells = []
    for place, row in enumerate(batch.rows):
        start = _looked_up(other, field, batch, made, place) if field else made[other][place]
        cells.append(_later(start, name, row, column, batch))
    return cells


def _later(start: Cell, name: str, row: int, column: Column, batch: Batch) -> Cell:
    if not isinstance(start, str):
        return None
    day = date.fromisoformat(start[:10]) + timedelta(
        days=batch.dice.integer(f"{name} days {row}", *column.days)
    )
    happened = column.required or column.only or batch.settled  # what depends on a state has happened with it
    if day > batch.as_of and not happened:
        return None
    return _not_before(start, _moment(min(day, batch.as_of), name, row, column, batch), column)


def _not_before(start: str, later: str, column: Column) -> str:
    """On the same day a time of day must not go back."""
    return later if column.days[0] < 0 else max(later, start if column.time else start[:10])


def ref(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """Keys of another table: `use` different ones, the first of them more often."""
    parent = batch.parents[column.ref or ""]
    free = parent.keys if column.unique else parent.busy
    used = batch.dice.shuffled(f"{name} parents", list(free)[:ROWS_PER_SOURCE])[: column.use]
    if not batch.is_seed:
        return [batch.dice.pick(f"{name} ref {row}", used) for row in batch.rows]
    again = [used[number % max(1, len(used) // 2)] for number in range(ROWS_PER_SOURCE - len(used))]
    return batch.dice.shuffled(f"{name} deal", [*used, *again])


def calc(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """A formula over the row and the rows it refers to."""
    return [_number(column, batch, made, place) for place in range(batch.count)]


def _number(column: Column, batch: Batch, made: Made, place: int) -> Cell:
    def value(other: str, field: str | None) -> float | None:
        cell = made[other][place] if field is None else _looked_up(other, field, batch, made, place)
        return cell if isinstance(cell, int | float) else None

    result = evaluate(column.calc or "", value)
    return None if result is None else rounded(result, column)


def _looked_up(name: str, field: str, batch: Batch, made: Made, place: int) -> Cell:
    for parent in batch.parents.values():
        if field in parent.columns and made[name][place] in parent.keys:
            return parent.cell(made[name][place], field)
    return None


def flag(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """True so many times, shuffled."""
    values = [number < (column.flag or 0) for number in range(ROWS_PER_SOURCE)]
    if not batch.is_seed:
        return [True] * batch.count
    return list(batch.dice.shuffled(f"{name} flag", values))


def formatted(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """A text with cells of the row in it: `{city} {site}`."""
    cells: Cells = []
    for place in range(batch.count):
        text = batch.lexicon.text(column.format or "")
        for other in made:
            text = text.replace(f"{{{other}}}", str(made[other][place]))
        cells.append(text)
    return cells


def lookup(name: str, column: Column, batch: Batch, made: Made) -> Cells:
    """A value for each value of another column of the row."""
    assert column.lookup is not None  # noqa: S101
    table = column.lookup
    cells = [table.map.get(cell, table.other) if cell is not None else table.other for cell in made[table.by]]
    return [_told(cell, batch) for cell in cells]


def _told(cell: Cell, batch: Batch) -> Cell:
    return batch.lexicon.text(cell) if isinstance(cell, str) else cell


MAKE: dict[str, Callable[[str, Column, Batch, Made], Cells]] = {
    "sequence": sequence, "draw": draw, "deal": deal, "amount": amount, "date": dates, "after": after,
    "ref": ref, "calc": calc, "flag": flag, "format": formatted, "lookup": lookup,
}  # fmt: skip
