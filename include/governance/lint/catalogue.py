"""Hold clauses, purposes and controls against each other and against what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.governance.lint.place import suggested
from include.governance.model.contract import Dataset
from include.governance.model.mistake import Mistake
from include.governance.policy.load import POLICY_FILE, Rulebook


def mistakes(rulebook: Rulebook, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """Clauses nobody checks, purposes nobody uses, and promises that contradict each other."""
    yield from _clauses(rulebook)
    yield from _purposes(rulebook, datasets)
    yield from _never_touch(rulebook, datasets)
    yield from _copies(rulebook, datasets)


def _clauses(rulebook: Rulebook) -> Iterator[Mistake]:
    document = rulebook.documents[POLICY_FILE]
    checked = {control.clause for control in rulebook.controls.controls.values()}
    for name, clause in rulebook.policy.clauses.items():
        if name not in checked and clause.not_checkable is None:
            yield document.mistake(("clauses", name), "clause_unchecked", "warning", clause=name)


def _purposes(rulebook: Rulebook, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    document = rulebook.documents[POLICY_FILE]
    used = {p for d in datasets for p in d.purposes}
    used |= {p for d in datasets for column in d.columns for p in column.purposes}
    forbidden = set(rulebook.policy.forbidden_categories)
    for name, purpose in rulebook.policy.purposes.items():
        path = ("purposes", name)
        if name not in used:
            yield document.mistake(path, "purpose_unused", "warning", purpose=name)
        for at, category in enumerate(purpose.categories):
            if category in forbidden:
                place = (*path, "categories", at)
                yield document.mistake(place, "purpose_forbidden", purpose=name, category=category)


def _never_touch(rulebook: Rulebook, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """A protected table that no contract knows is protected from nothing."""
    document = rulebook.documents[POLICY_FILE]
    known = {dataset.id for dataset in datasets}
    for at, name in enumerate(rulebook.policy.limits.never_touch):
        if name not in known:
            code, facts = suggested("never_touch_unknown", name, known)
            yield document.mistake(("limits", "never_touch", at), code, "error", **facts)


def _copies(rulebook: Rulebook, datasets: Sequence[Dataset]) -> Iterator[Mistake]:
    """An erasure is over when its last copy is; a source without any declared never gets there."""
    document = rulebook.documents[POLICY_FILE]
    known = {dataset.source for dataset in datasets}
    covered: set[str] = set()
    for name, copy in rulebook.policy.copies.items():
        for at, source in enumerate(copy.sources):
            if source not in known:
                code, facts = suggested("copy_source_unknown", source, known)
                place = ("copies", name, "sources", at)
                yield document.mistake(place, code, "error", **facts)
            covered.add(source)
    if rulebook.policy.copies:
        for source in sorted(known - covered):
            yield document.mistake(("copies",), "copies_none", "warning", source=source)
