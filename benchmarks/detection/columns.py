"""Score the verdicts on columns: of one kind, free text with kinds in it, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

from benchmarks.detection.column_sets import ColumnSet, Label, LabelledTable
from benchmarks.detection.engines import installed, missing, stock_analyzer
from benchmarks.detection.scoring import kind
from benchmarks.detection.table import Line
from include.governance.detect.entities import NOT_PERSONAL
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector

TARGETS = {"recall": 0.95, "precision": 0.90}


class Said(NamedTuple):
    """What an engine says of a column: its one kind, or the kinds it saw inside the values."""

    whole: str | None
    inside: frozenset[str] = frozenset()


Classify = Callable[[LabelledTable], dict[str, Said]]


@dataclass
class ColumnScore:
    """Columns of one kind, right and wrong, and free text; ``wrong`` names what to look at."""

    asked: int = 0
    met: int = 0
    named: int = 0
    right: int = 0
    texts: int = 0
    texts_met: int = 0
    clean: int = 0
    stray: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, place: str, label: Label, said: Said) -> None:
        """Count one column."""
        good = said.whole in label.kinds and not label.inside
        if label.inside:
            self.texts += 1
            met = bool(label.kinds & {*said.inside, said.whole})
            self.texts_met += met
        else:
            self.asked += label.asked
            self.met += label.asked and good
            met = good or not label.asked
        if said.whole:
            self.named += 1
            self.right += good
        elif not label.kinds:
            self.clean += 1
            self.stray += bool(said.inside)
        if not met or (said.whole and not good) or (not label.kinds and said.inside):
            seen = said.whole or f"~{'|'.join(sorted(said.inside))}"
            self.wrong.append(f"{place}: is {'|'.join(sorted(label.kinds)) or '-'}, said {seen}")

    @property
    def recall(self) -> float:
        """Columns of a kind that were given it."""
        return self.met / self.asked if self.asked else 1.0

    @property
    def precision(self) -> float:
        """Given kinds that are right."""
        return self.right / self.named if self.named else 1.0


def measured(chosen: ColumnSet, *, show_wrong: bool) -> Iterator[Line]:
    """The lines of one set, engine by engine."""
    for name, build, why in _engines():
        if why:
            yield Line(chosen.name, name, "columns", skipped=why)
            continue
        classify = build()
        score, began = ColumnScore(), time.process_time()
        for table in chosen.tables:
            verdicts = classify(table)
            for column, label in table.labels.items():
                score.add(f"{table.name}.{column}", label, verdicts[column])
        seconds = time.process_time() - began
        yield Line(
            chosen.name,
            name,
            f"columns of one kind ({score.asked} asked, {score.named} named)",
            precision=score.precision,
            recall=score.recall,
            seconds=seconds,
            targets=TARGETS if name == "daicho" else {},
        )
        if score.texts:
            about = f"free text ({score.texts} columns)"
            yield Line(chosen.name, name, about, recall=score.texts_met / score.texts)
        if score.clean:
            about = f"nothing said of nothing ({score.clean} columns)"
            yield Line(chosen.name, name, about, recall=1 - score.stray / score.clean)
        if show_wrong:
            yield from (Line(chosen.name, name, wrong) for wrong in score.wrong)


def _engines() -> Iterator[tuple[str, Callable[[], Classify], str]]:
    yield "daicho", own, ""
    model, why = installed("en"), ""
    if not find_spec("presidio_structured"):
        why = "presidio_structured is not installed"
    elif model is None:
        why = missing("en")
    yield "presidio-structured", partial(_structured, str(model)), why


def own() -> Classify:
    """The product's own verdicts."""
    detector = Detector()

    def classify(table: LabelledTable) -> dict[str, Said]:
        infos = [ColumnInfo(name, _logical(values)) for name, values in table.values.items()]
        scanner = TableScanner(infos, detector, watch={})
        rows = len(next(iter(table.values.values())))
        scanner.feed([(row,) for row in range(rows)], table.values)
        return {
            verdict.column: Said(
                kind(str(verdict.entity)) if verdict.entity else None,
                frozenset(
                    kind(part.entity)
                    for part in verdict.prevalence
                    if part.data_category != NOT_PERSONAL
                ),
            )
            for verdict in scanner.finish().classifications
        }

    return classify


def _logical(values: list[object]) -> str:
    first = next((value for value in values if value is not None), "")
    return {"bool": "boolean", "int": "integer", "float": "number", "date": "date"}.get(
        type(first).__name__, "string"
    )


def _structured(model: str) -> Classify:
    """The plurality of its hits, as its documentation recommends."""
    import pandas as pd
    from presidio_structured import PandasAnalysisBuilder  # type: ignore[import-not-found]

    builder = PandasAnalysisBuilder(stock_analyzer("en", model))

    def classify(table: LabelledTable) -> dict[str, Said]:
        frame = pd.DataFrame({name: map(str, values) for name, values in table.values.items()})
        found = builder.generate_analysis(frame, selection_strategy="most_common").entity_mapping
        return {name: Said(kind(found[name]) if name in found else None) for name in table.values}

    return classify
