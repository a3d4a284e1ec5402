"""What a hold names, or why nobody can say which rows it keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from include.governance.model.contract import Dataset
from include.governance.refusal import did_you_mean


@dataclass(frozen=True)
class OpenHold:
    """A hold that was not released, on a table, a subject or both; ``ref`` names it."""

    table: str | None
    subject: str | None
    ref: str = "-"

    @property
    def table_name(self) -> str:
        """The table without white space around it; empty for none."""
        return (self.table or "").strip()

    @property
    def subject_ref(self) -> str:
        """The subject without white space around it; empty for none."""
        return (self.subject or "").strip()

    def names(self, dataset: Dataset) -> bool:
        """Whether it is on this table, under any of its names."""
        return self.table_name in (dataset.table, dataset.id, dataset.name)


@dataclass(frozen=True)
class Fault:
    """Why a hold is not clear: a code of the wording catalogue, and a table it may mean."""

    code: str
    near: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What fills the wording."""
        return {"near": self.near} if self.near else {}


def fault(hold: OpenHold, datasets: Sequence[Dataset]) -> Fault | None:
    """What is wrong with a hold's scope, if anything; what it says is never repeated."""
    if not hold.table_name and not hold.subject_ref:
        return Fault("hold_names_nothing")
    if hold.table_name and not any(map(hold.names, datasets)):
        near = did_you_mean(hold.table_name, {d.table for d in datasets})
        return Fault("hold_table_unknown_near" if near else "hold_table_unknown", near)
    if hold.subject_ref and not list(subjects(hold, datasets)):
        return Fault("hold_unresolved")
    return None


def concerns(hold: OpenHold, dataset: Dataset, datasets: Sequence[Dataset]) -> bool:
    """Whether a hold that is not clear may be meant for rows of this dataset."""
    if hold.table_name and not any(map(hold.names, datasets)):
        return not list(subjects(hold, datasets))
    return not hold.table_name or hold.names(dataset)


def subjects(hold: OpenHold, datasets: Sequence[Dataset]) -> Iterator[tuple[str, str]]:
    """``order:2`` as order and 2; a bare number is one of every kind of person."""
    first, *rest = (part.strip() for part in re.split("[:：]", hold.subject_ref, maxsplit=1))
    entity = normalize("NFKC", first)
    if rest:
        [key] = rest
        if key and entity in {dataset.entity for dataset in datasets}:
            yield entity, key
    elif entity:
        persons = {d.entity for d in datasets if d.kind == "subject_master" and d.entity}
        yield from ((person, first) for person in sorted(persons))


def meant(hold: OpenHold, datasets: Sequence[Dataset]) -> tuple[Dataset, ...]:
    """The tables a hold is on: the one it names, else its subject's own."""
    if hold.table_name:
        return tuple(dataset for dataset in datasets if hold.names(dataset))
    entities = {entity for entity, _ in subjects(hold, datasets)}
    return tuple(dataset for dataset in datasets if dataset.entity in entities)
