"""Hold the retention that a contract states in the standard's words against the schedule.

Other tools read ``slaProperties`` and fall silent on the slightest slip: a quoted number, another
spelling of "retention", no element. Every such slip is a mistake here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.governance.contract import links
from include.governance.lint.place import suggested, warned
from include.governance.model.contract import DataContract, Dataset, Sla
from include.governance.model.mistake import Mistake
from include.governance.model.period import Period
from include.governance.model.schedule import RecordClass, RetentionSchedule
from include.governance.yamlfile import did_you_mean

#: Spellings of the standard's and of ISO 8601; no ``m``, which is months to one tool and minutes
#: to another.
UNITS = {
    **dict.fromkeys(("d", "day", "days"), "D"),
    **dict.fromkeys(("w", "week", "weeks"), "W"),
    **dict.fromkeys(("mo", "month", "months"), "M"),
    **dict.fromkeys(("y", "yr", "year", "years"), "Y"),
}
_SHORT = ("re", "ret", "rt")


def mistakes(schedule: RetentionSchedule, contracts: Sequence[DataContract]) -> Iterator[Mistake]:
    """Statements that say nothing, something else, or something about nothing."""
    for contract in contracts:
        for level in contract.service_levels:
            yield from _Level(contract, level).mistakes(schedule)


class _Level:
    """One ``slaProperties`` entry being read."""

    def __init__(self, contract: DataContract, level: Sla) -> None:
        self.contract = contract
        self.level = level

    def mistakes(self, schedule: RetentionSchedule) -> Iterator[Mistake]:
        if self.level.property != "retention":
            if _means_retention(self.level.property):
                yield self.wrong("sla_property_near", name=self.level.property)
            return
        yield from self._value()
        dataset, column = self._element()
        if column is None or dataset is None:
            yield self._no_element(dataset)
            return
        yield from self._against(schedule, dataset, column)

    def wrong(self, code: str, /, **facts: str | int) -> Mistake:
        return Mistake(
            file=self.contract.file,
            line=self.level.line,
            path=f"slaProperties[{self.level.index}]",
            code=code,
            facts=facts,
        )

    def _value(self) -> Iterator[Mistake]:
        value, unit = self.level.value, self.level.unit
        if isinstance(value, str):
            yield self.wrong("sla_quoted")
        elif period_of(value, unit if (unit or "").lower() in UNITS else "d") is None:
            yield self.wrong("sla_not_a_number")
        if unit is None or unit.lower() not in UNITS:
            yield self.wrong("sla_unit", allowed=", ".join(UNITS))

    def _element(self) -> tuple[Dataset | None, str | None]:
        """The one column that is meant."""
        if not self.level.element or "," in self.level.element:
            return None, None
        known = links.index(self.contract.document)
        table, column = links.split(self.level.element)
        target = known.get(table)
        if target is None:
            return None, None
        found = (d for d in self.contract.datasets if d.table == target.table)
        return next(found, None), target.columns.get(column)

    def _no_element(self, dataset: Dataset | None) -> Mistake:
        element = self.level.element
        if not element:
            return self.wrong("sla_no_element")
        if "," in element:
            return self.wrong("sla_many_elements")
        known = [f"{d.name}.{c.name}" for d in self.contract.datasets for c in d.columns]
        inside = [name for name in known if dataset and name.startswith(f"{dataset.name}.")]
        code, facts = suggested("sla_element_unknown", element, inside or known)
        return self.wrong(code, **facts)

    def _against(
        self, schedule: RetentionSchedule, dataset: Dataset, column: str
    ) -> Iterator[Mistake]:
        name = self.level.record_class
        if name is None:
            yield warned(self.wrong("sla_no_record_class"))
            return
        record = schedule.record_classes.get(name)
        if record is None:
            code, facts = suggested("sla_class_unknown", name, schedule.record_classes)
            yield self.wrong(code, **facts)
            return
        used = {use.record_class for use in dataset.record_classes}
        if name in used:
            yield from self._period(record, name)
            yield from self._clock(record, name, dataset, column)
        elif used <= set(schedule.record_classes):  # else a slip in recordClasses is the reason
            yield self.wrong("sla_class_not_used", name=name, table=dataset.table)

    def _clock(
        self, record: RecordClass, name: str, dataset: Dataset, column: str
    ) -> Iterator[Mistake]:
        """The column records an event of the class; where none does, that is said at the class."""
        recorded = {clock for each in dataset.columns for clock in each.clocks}
        own = next(c.clocks for c in dataset.columns if c.name == column)
        main = set(record.trigger.latest_of or record.trigger.earliest_of)
        if not set(own) & set(record.trigger.events) and main <= recorded:
            events = ", ".join(record.trigger.events)
            yield self.wrong("sla_not_a_clock", name=name, column=column, events=events)

    def _period(self, record: RecordClass, name: str) -> Iterator[Mistake]:
        if record.trigger.calendar != "date":
            yield self.wrong("sla_fiscal", name=name)
            return
        stated = period_of(self.level.value, self.level.unit)
        promised = record.erase_after.period or Period()
        if stated is not None and stated != promised:
            yield self.wrong("sla_disagrees", name=name, stated=str(stated), promised=str(promised))


def period_of(value: object, unit: str | None) -> Period | None:
    """``13`` and ``mo`` as P13M; None for what is not a period, or longer than one may be."""
    letter = UNITS.get((unit or "").lower())
    if letter is None or isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    try:
        return Period.parse(f"P{value}{letter}")
    except ValueError:
        return None


def _means_retention(name: str) -> bool:
    """Whether somebody meant "retention" and wrote something that no tool looks at."""
    plain = name.strip().lower().replace("_", "").replace(" ", "").replace("-", "")
    near = did_you_mean(plain, ("retention", "retentionperiod", "dataretention"))
    return plain in _SHORT or (near is not None and plain[:3] in ("ret", "dat", "rte"))
