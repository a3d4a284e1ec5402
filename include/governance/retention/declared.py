"""Every retention rule that a dataset declares, so that none can go missing unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from include.governance.model.contract import Dataset, RecordClassUse
from include.governance.model.schedule import RetentionSchedule

Kind = Literal["over", "undated", "premature", "uncovered"]
#: The rule that is about the whole table and no class of it.
UNCOVERED = "no_record_class"


@dataclass(frozen=True)
class RuleNames:
    """The controls that retention results are reported under."""

    undated: str
    premature: str


@dataclass(frozen=True)
class Declared:
    """One rule: the control and the name it is reported under, and what it looks for."""

    control: str
    rule: str
    kind: Kind
    use: RecordClassUse


def declared(dataset: Dataset, schedule: RetentionSchedule, names: RuleNames) -> Iterator[Declared]:
    """The rules of every record class; where classes have conditions, also of their gaps."""
    for use in dataset.record_classes:
        record = schedule.record_classes.get(use.record_class)
        control = record.control if record else names.undated
        yield Declared(control, use.record_class, "over", use)
        yield Declared(names.undated, use.record_class, "undated", use)
        if use.disposed_at and record and record.keep_at_least:
            yield Declared(names.premature, use.record_class, "premature", use)
    if any(use.when for use in dataset.record_classes):
        yield Declared(names.undated, UNCOVERED, "uncovered", dataset.record_classes[0])
