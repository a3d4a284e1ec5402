"""Check that every table with personal data has a period, and a date from which it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from include.governance.lint.place import at_column, at_table, suggested, warned
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import RetentionSchedule
from include.governance.policy.load import Rulebook
from include.governance.yamlfile import did_you_mean

#: fideslang's key of a bare number: it tells nothing about the person it stands for.
_ONLY_A_NUMBER = "user.unique_id"


def mistakes(rulebook: Rulebook, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """Tables without a record class, unknown classes, and clocks that no column records."""
    governed = _governed(datasets)
    for dataset in datasets:
        if not governed[_key(dataset)]:
            yield from _without_class(rulebook.policy, dataset)
        for at, use in enumerate(dataset.record_classes):
            part = f"recordClasses[{at}]"
            if use.record_class in rulebook.schedule.record_classes:
                yield from _clocks(rulebook.schedule, dataset, use.record_class, part)
            else:
                known = rulebook.schedule.record_classes
                code, facts = suggested("record_class_unknown", use.record_class, known)
                yield at_table(dataset, part, code, **facts)
        yield from _clock_types(dataset)


def _key(dataset: Dataset) -> tuple[str, str]:
    return dataset.source, dataset.table


def _governed(datasets: Sequence[Dataset]) -> Mapping[tuple[str, str], bool]:
    """Whether a table has a record class, or belongs by foreign key to one that has.

    An order line has no date of its own and goes where its order goes. Where a foreign key leads
    nowhere, that is the mistake.
    """
    known = {_key(dataset): dataset for dataset in datasets}
    governed = {key: bool(dataset.record_classes) for key, dataset in known.items()}
    for _ in known:
        grown = {
            key: governed[key]
            or any(governed.get((key[0], link.table), True) for link in dataset.relationships)
            for key, dataset in known.items()
        }
        if grown == governed:
            break
        governed = grown
    return governed


def _without_class(policy: PrivacyPolicy, dataset: Dataset) -> Iterator[Mistake]:
    """Personal data that would be kept for ever.

    Anonymised data has no person (APPI 2(6)). A register is proof that rules were kept: bare
    numbers in it may stay as long as the proof, but a name or an address needs a period even
    there. Pseudonymised data should have one (APPI 41(5) asks for an effort): a warning.
    """
    if dataset.kind == "anonymised":
        return
    personal = [
        column.name
        for column in dataset.columns
        if (category := policy.categories.get(column.category or "")) and category.personal
        if not (dataset.kind == "register" and _is_a_number(category.fideslang))
    ]
    if personal:
        wrong = at_table(dataset, "", "no_record_class", columns=", ".join(personal))
        yield warned(wrong) if dataset.kind == "pseudonymised" else wrong


def _is_a_number(fideslang: str | None) -> bool:
    return fideslang == _ONLY_A_NUMBER or (fideslang or "").startswith(f"{_ONLY_A_NUMBER}.")


def _clocks(
    schedule: RetentionSchedule, dataset: Dataset, name: str, part: str
) -> Iterator[Mistake]:
    trigger = schedule.record_classes[name].trigger
    recorded = {event for column in dataset.columns for event in column.clocks}
    for event in trigger.events:
        if event in recorded:
            continue
        facts: dict[str, str | int] = {"name": name, "event": event}
        near = did_you_mean(event, recorded - set(trigger.events))
        if near:
            wrong = at_table(dataset, part, "clock_missing_near", **facts, near=near)
        else:
            wrong = at_table(dataset, part, "clock_missing", **facts)
        yield warned(wrong) if event in trigger.fallback else wrong


def _clock_types(dataset: Dataset) -> Iterator[Mistake]:
    for column in dataset.columns:
        if column.clocks and column.logical_type not in ("date", "timestamp"):
            found = column.logical_type or "-"
            yield at_column(dataset, column, "clock", "clock_not_a_date", found=found)
