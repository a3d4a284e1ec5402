"""Tables whose columns are labelled: made here from a seed, and those of the data folder."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pyarrow.parquet as pq

from benchmarks.detection.makers import MAKERS
from benchmarks.detection.scoring import Span, kind
from benchmarks.detection.sections import sections

ROWS = 100
"""Values of a column, as many as other classifiers ask for."""
FILLED = 0.9
"""Share of the rows of a column that hold a value."""
WHOLE = 0.5
"""Share of labelled cells from which a column is of one kind."""


class Label(NamedTuple):
    """What a column holds: any of ``kinds`` is right.

    ``asked``: it must be found. ``inside``: only in some values, within other text.
    """

    kinds: frozenset[str]
    asked: bool
    inside: bool


NOTHING = Label(frozenset(), asked=False, inside=False)


class LabelledTable(NamedTuple):
    """Values by column, and the label of each."""

    name: str
    values: dict[str, list[object]]
    labels: dict[str, Label]


class ColumnSet(NamedTuple):
    """Labelled tables of one origin."""

    name: str
    tables: tuple[LabelledTable, ...]


def column_sets(data: Path | None, seed: int) -> Iterator[ColumnSet]:
    """The set made here, then the sets of the folder."""
    yield ColumnSet(f"columns, seed {seed}", tuple(_made(Random(seed))))
    if data and (sample := data / "piicatcher" / "sample-data.csv").exists():
        yield ColumnSet("piicatcher", (_piicatcher(sample),))
    if data and (data / "ec_small" / "gold_spans.csv").exists():
        yield ColumnSet("ec_small", tuple(_shop(data / "ec_small")))


def _made(luck: Random) -> Iterator[LabelledTable]:
    for name, lines in sections(Path(__file__).parent / "columns.txt"):
        values: dict[str, list[object]] = {}
        labels: dict[str, Label] = {}
        for line in lines:
            header, maker, said = line.rsplit(maxsplit=2)
            make = MAKERS[maker]
            values[header] = [make(luck) if luck.random() < FILLED else None for _ in range(ROWS)]
            labels[header] = label(said)
        yield LabelledTable(name, values, labels)


def label(said: str) -> Label:
    """A label as it is written in ``columns.txt``."""
    if said == "-":
        return NOTHING
    kinds = frozenset(kind(each) for each in said.strip("~?").split("|"))
    return Label(kinds, asked=not said.endswith("?"), inside=said.startswith("~"))


_PIICATCHER = {
    "id": "US_SSN",
    "birthdate": "DATE_OF_BIRTH",
    "maiden_name": "PERSON",
    "lname": "PERSON",
    "fname": "PERSON",
    "address": "LOCATION",
    "city": "LOCATION?",
    "state": "LOCATION?",
    "zip": "POSTAL_CODE?",
    "phone": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "cc_number": "CREDIT_CARD",
    "cc_cvc": "CARD_SECURITY_CODE?",
}


def _piicatcher(path: Path) -> LabelledTable:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    values: dict[str, list[object]] = {name: [row[name] for row in rows] for name in rows[0]}
    labels = {name: label(_PIICATCHER.get(name, "-")) for name in values}
    return LabelledTable("sample", values, labels)


def gold_cells(folder: Path) -> dict[tuple[str, str], dict[int, set[Span]]]:
    """The labelled spans of the shop, by table and column, then row."""
    cells: dict[tuple[str, str], dict[int, set[Span]]] = defaultdict(lambda: defaultdict(set))
    with (folder / "gold_spans.csv").open(encoding="utf-8", newline="") as lines:
        for each in csv.DictReader(lines):
            span = Span(int(each["start"]), int(each["end"]), kind(each["entity"]))
            cells[each["table"], each["column"]][int(each["row"])].add(span)
    return cells


def _shop(folder: Path) -> Iterator[LabelledTable]:
    gold = gold_cells(folder)
    for path in sorted(folder.glob("*.parquet")):
        values = pq.read_table(path).to_pydict()
        labels = {name: _of_cells(values[name], gold.get((path.stem, name), {})) for name in values}
        yield LabelledTable(path.stem, values, labels)


def _of_cells(values: list[object], cells: dict[int, set[Span]]) -> Label:
    filled = sum(value is not None for value in values)
    kinds = frozenset(span.kind for spans in cells.values() for span in spans)
    whole = sum(
        span.end - span.start == len(str(values[row]))
        for row, spans in cells.items()
        for span in spans
    )
    if not kinds:
        return NOTHING
    return Label(kinds, asked=True, inside=len(kinds) > 1 or whole <= WHOLE * filled)
