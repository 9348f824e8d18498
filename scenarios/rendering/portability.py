"""Does each file of a demo run on each warehouse? Pure: read as the warehouse's adapter writes it, not executed."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from scenarios.plan.names import WAREHOUSES, ColumnType, Warehouse
from scenarios.plan.parts import Plan
from scenarios.plan.portable.report import Found, Known, check_contracts, check_file, check_seeds
from scenarios.plan.portable.report.expand import macros_of

_SEEDS = "seeds/schema.yml"
REDSHIFT_BYTES = 256  # what Redshift's `text` holds, which is what dbt casts to


@dataclass(frozen=True)
class Verdict:
    """One model, singular test or seed on one warehouse; `line` and `why` say what is not fine.

    `line` is a line of the model's own file; for types of seeds and contracts, of the `schema.yml` named in `why`.
    """

    model: str
    warehouse: Warehouse
    how: Literal["executed", "parsed"]
    fine: bool
    line: int | None = None
    why: str = ""


def portability(files: Mapping[str, str], plan: Plan) -> list[Verdict]:
    """A verdict for every model, singular test and seed of `files` (the branch main) on every warehouse.

    Sorted by file and warehouse. Everything is `parsed`: no warehouse is asked.
    """
    known = columns_of(plan)
    macros = macros_of([text for path, text in files.items() if _in(path, "macros")])
    found: dict[tuple[str, Warehouse], list[Found]] = {}
    for warehouse in WAREHOUSES:
        for path in sorted(path for path in files if _in(path, "models", "tests")):
            model = PurePosixPath(path).stem
            problems = check_file(files[path], warehouse, model=model, known=known, macros=macros)
            found.setdefault((model, warehouse), []).extend(problems)
        for name, problems in (*_properties(files, warehouse), *_cells(files, known, warehouse)):
            found.setdefault((name, warehouse), []).extend(problems)
    return [
        _verdict(model, warehouse, found[model, warehouse])
        for model in dict.fromkeys(model for model, _ in found)
        for warehouse in WAREHOUSES
        if (model, warehouse) in found
    ]


def columns_of(plan: Plan) -> dict[str, dict[str, ColumnType]]:
    """Columns and types of every relation that the plan knows."""
    outline = plan.outline
    known: dict[str, dict[str, ColumnType]] = {}
    for source in outline.sources:
        known[source.table] = {column.name: column.type for column in source.columns}
        known[source.staging_model] = {column.staged_name: column.type for column in source.columns}
    return known | {model.name: {c.name: c.type for c in model.columns} for model in outline.models}


def _in(path: str, *folders: str) -> bool:
    return path.endswith(".sql") and path.split("/", 1)[0] in folders


def _properties(files: Mapping[str, str], warehouse: Warehouse) -> Iterator[tuple[str, list[Found]]]:
    """What YAML says about types: of seeds, and of models with a contract."""
    for path in sorted(path for path in files if path.endswith((".yml", ".yaml"))):
        if path == _SEEDS:
            yield from _in_file(path, check_seeds(files[path], warehouse))
        elif path.startswith("models/"):
            yield from _in_file(path, check_contracts(files[path], warehouse))


def _in_file(path: str, found: Mapping[str, list[Found]]) -> Iterator[tuple[str, list[Found]]]:
    """The sentences with the file that they are about, which is not the model's own."""
    for name, problems in found.items():
        yield name, [Found(problem.line, f"{path}: {problem.why}") for problem in problems]


def _cells(files: Mapping[str, str], known: Known, warehouse: Warehouse) -> Iterator[tuple[str, list[Found]]]:
    """Texts of seeds that do not arrive as they are. Staging casts them, and on Redshift a `text` is short."""
    for path in sorted(path for path in files if path.startswith("seeds/") and path.endswith(".csv")):
        name = PurePosixPath(path).stem
        reader = csv.reader(io.StringIO(files[path]))
        header = next(reader, [])
        texts = [i for i, column in enumerate(header) if known.get(name, {}).get(column) == "string"]
        problems: list[Found] = []
        for row in reader:
            for i in (i for i in texts if i < len(row)):
                if row[i].lower() == "null":
                    problems.append(
                        Found(reader.line_num, f"dbt reads the text “{row[i]}” of {header[i]} as no value.")
                    )
                elif warehouse == "redshift" and len(row[i].encode()) > REDSHIFT_BYTES:
                    why = f"Redshift cuts {header[i]} after {REDSHIFT_BYTES} bytes: make the text shorter."
                    problems.append(Found(reader.line_num, why))
        yield name, problems


def _verdict(model: str, warehouse: Warehouse, found: list[Found]) -> Verdict:
    if not found:
        return Verdict(model, warehouse, "parsed", fine=True)
    first, *others = found
    more = f" And {len(others)} more." if others else ""
    return Verdict(model, warehouse, "parsed", fine=False, line=first.line, why=first.why + more)
