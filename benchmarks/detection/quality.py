"""Measure what is found in texts, traps and cells, engine by engine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.detection.column_sets import gold_cells
from benchmarks.detection.engines import OWN, Engine, Find, engines, of_every_kind
from benchmarks.detection.scoring import Score, Span, by_kind, kind, of_any_kind
from benchmarks.detection.sets import TextSet, Traps, text_sets, traps
from benchmarks.detection.table import Line
from include.governance.detect.entities import Entity
from include.governance.detect.table import ColumnInfo, TableScanner
from include.governance.detect.values import Detector

_EVERY = frozenset(str(entity) for entity in Entity)


def texts(data: Path, wanted: str | None, half: str | None) -> Iterator[Line]:
    """Sets of labelled texts against every engine of their language."""
    for chosen in text_sets(data):
        if wanted in (None, chosen.name):
            part = chosen.half(half)
            for engine in engines():
                if engine.name in (OWN, f"presidio {chosen.language}"):
                    yield from _of_texts(part, engine)


def _of_texts(chosen: TextSet, engine: Engine) -> Iterator[Line]:
    if engine.missing:
        yield Line(chosen.name, engine.name, "texts", skipped=engine.missing)
        return
    own = engine.name == OWN
    find = of_every_kind() if own else engine.build()
    found, seconds = _timed(find, [example.text for example in chosen.examples])
    about = f"any label, {len(chosen.examples):,} texts"
    every = of_any_kind(chosen.examples, found, None)
    target = {"recall": chosen.any_target} if own and chosen.any_target else {}
    yield Line(
        chosen.name, engine.name, about, recall=every.recall, seconds=seconds, targets=target
    )
    typed = of_any_kind(chosen.examples, found, frozenset(chosen.kinds))
    yield Line(chosen.name, engine.name, "any of the kinds below", recall=typed.recall)
    for each, score in by_kind(chosen.examples, found, chosen.kinds).items():
        least = {"f2": chosen.targets[each]} if own and each in chosen.targets else {}
        yield _line(chosen.name, engine.name, each, score, targets=least)


def passed(data: Path, wanted: str | None) -> Iterator[Line]:
    """How many traps each engine passes: kinds found, look-alikes left alone."""
    read = traps(data)
    if read is None or wanted not in (None, "traps"):
        return
    for engine in engines():
        if engine.missing:
            yield Line("traps", engine.name, "traps", skipped=engine.missing)
        else:
            yield from _of_traps(read, engine)


def _of_traps(read: Traps, engine: Engine) -> Iterator[Line]:
    find, own = engine.build(), engine.name == OWN
    found, seconds = _timed(find, [text for text, _ in read.positives])
    right = [
        any(span.kind == expected for span in spans)
        for spans, (_, expected) in zip(found, read.positives, strict=True)
    ]
    about, least = f"positives ({len(right)})", {"recall": 0.92} if own else {}
    share = sum(right) / len(right)
    yield Line("traps", engine.name, about, recall=share, seconds=seconds, targets=least)
    silent = [not spans for spans in find(read.negatives)]
    about, least = f"look-alikes left alone ({len(silent)})", {"recall": 0.95} if own else {}
    yield Line("traps", engine.name, about, recall=sum(silent) / len(silent), targets=least)


def cells(data: Path, wanted: str | None) -> Iterator[Line]:
    """The shop's tables cell by cell: which kinds a cell is said to hold, by the whole scanner."""
    folder = data / "ec_small"
    if not folder.exists() or wanted not in (None, "ec_small"):
        return
    began = time.process_time()
    gold = gold_cells(folder)
    scores: dict[str, Score] = {}
    for path in sorted(folder.glob("*.parquet")):
        read = pq.read_table(path)
        found = _scanned(read.to_pydict(), read.num_rows)
        for name in read.column_names:
            labelled = {
                (row, span.kind)
                for row, spans in gold.get((path.stem, name), {}).items()
                for span in spans
            }
            _count(scores, found.get(name, set()), labelled)
    every = Score()
    for score in scores.values():
        every.found += score.found
        every.hits += score.hits
        every.labelled += score.labelled
        every.met += score.met
    seconds = time.process_time() - began
    targets = {"recall": 0.995, "precision": 0.99}
    yield _line("ec_small", OWN, "all cells", every, seconds=seconds, targets=targets)
    for each, score in sorted(scores.items()):
        yield _line("ec_small", OWN, each, score)


def _scanned(values: dict[str, list[object]], rows: int) -> dict[str, set[tuple[int, str]]]:
    """Row and kind of every hit, by column."""
    infos = [ColumnInfo(name, "string") for name in values]
    watch = dict.fromkeys(values, _EVERY)
    scanner = TableScanner(infos, Detector(), watch=watch, named=itemgetter(0))
    scanner.feed([(row,) for row in range(rows)], values)
    found: dict[str, set[tuple[int, str]]] = {}
    for hit in scanner.finish().hits:
        assert isinstance(hit.key, int)
        found.setdefault(hit.column, set()).add((hit.key, kind(str(hit.entity))))
    return found


def _count(
    scores: dict[str, Score], found: set[tuple[int, str]], labelled: set[tuple[int, str]]
) -> None:
    for each in {place[1] for place in found | labelled}:
        score = scores.setdefault(each, Score())
        of_found = {place for place in found if place[1] == each}
        of_labelled = {place for place in labelled if place[1] == each}
        both = len(of_found & of_labelled)
        score.found += len(of_found)
        score.labelled += len(of_labelled)
        score.hits += both
        score.met += both


def _timed(find: Find, values: list[str]) -> tuple[list[tuple[Span, ...]], float]:
    find(values[:2])  # models are loaded at first use
    began = time.process_time()
    return find(values), time.process_time() - began


def _line(
    set_name: str,
    engine: str,
    about: str,
    score: Score,
    *,
    seconds: float | None = None,
    targets: dict[str, float] | None = None,
) -> Line:
    return Line(
        set_name,
        engine,
        f"{about} ({score.labelled})",
        score.precision,
        score.recall,
        score.f2,
        seconds,
        targets=targets or {},
    )
