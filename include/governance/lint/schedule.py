"""Check the retention schedule against itself and against the tables that use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.model.schedule import Basis, RecordClass
from include.governance.policy.load import SCHEDULE_FILE, Rulebook
from include.governance.yamlfile import Document, PathInFile

#: Four years of days: every month length and a leap day.
_DAYS = tuple(date(2023, 1, 1) + timedelta(days=n) for n in range(1461))


def mistakes(rulebook: Rulebook, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """Periods that contradict each other or stand on nothing, and classes nobody uses."""
    document = rulebook.documents[SCHEDULE_FILE]
    used = {use.record_class for dataset in datasets for use in dataset.record_classes}
    slips = used - set(rulebook.schedule.record_classes)  # one of them may mean the unused class
    for name, record in rulebook.schedule.record_classes.items():
        path: PathInFile = ("record_classes", name)
        if name not in used and not slips:
            yield document.mistake(path, "record_class_unused", "warning", name=name)
        yield from _conflict(document, path, name, record)
        yield from _grounds(document, path, name, record)
        for at, event in enumerate(record.trigger.last_day):
            if event not in record.trigger.events:
                place = (*path, "trigger", "last_day", at)
                yield document.mistake(place, "last_day_unknown", name=name, event=event)


def _conflict(
    document: Document, path: PathInFile, name: str, record: RecordClass
) -> Iterator[Mistake]:
    """Day by day: P365D is below P1Y for a record whose year holds 29 February."""
    if record.keep_at_least is None:
        return
    floor, ceiling = record.keep_at_least.period, record.erase_after
    for day in _DAYS:
        end = day if ceiling.period is None else ceiling.period.after(day)
        if ceiling.grace.after(end) < floor.after(day):
            yield document.mistake(
                (*path, "erase_after"),
                "ceiling_below_floor",
                name=name,
                ceiling=str(ceiling.period or "at_once"),
                floor=str(floor),
                day=day.isoformat(),
            )
            return


def _grounds(
    document: Document, path: PathInFile, name: str, record: RecordClass
) -> Iterator[Mistake]:
    if record.keep_at_least is not None:
        place = (*path, "keep_at_least")
        if not record.keep_at_least.basis:
            yield document.mistake(place, "floor_without_basis", name=name)
        yield from _unverified(document, place, name, record.keep_at_least.basis)
    place = (*path, "erase_after")
    if not record.erase_after.basis:
        yield document.mistake(place, "ceiling_without_basis", "warning", name=name)
    yield from _unverified(document, place, name, record.erase_after.basis)


def _unverified(
    document: Document, path: PathInFile, name: str, basis: Sequence[Basis]
) -> Iterator[Mistake]:
    for at, ground in enumerate(basis):
        if not ground.verified:
            place = (*path, "basis", at)
            yield document.mistake(place, "basis_not_verified", "warning", name=name)
