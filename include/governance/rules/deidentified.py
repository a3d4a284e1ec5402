"""Whether data that is called pseudonymised or anonymised is: no known hash in it, no small group.

APPI 41 and rule 31: a pseudonym must not be made again from what it stands for. APPI 43 and rule
34: nobody may be singled out; that groups smaller than ``anonymity.smallest_group`` do so is our
measure, not the law's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, RowRefs, hashed_in, table_of

#: Hashes that anybody can make, without a key.
_PLAIN: tuple[Callable[[bytes], Any], ...] = (
    hashlib.md5,
    hashlib.sha1,
    hashlib.sha256,
    hashlib.sha512,
)
_HASH = re.compile("(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})")
#: So much of a hash tells it from any other.
_TOLD_BY = 24
#: What a person is known by, and the columns of which a pseudonym may be made.
_KNOWN = ("email", "phone", "member_id")


def small_groups(
    source: Source,
    dataset: Dataset,
    smallest: int,
    hashing: Hashing,
    count: Callable[[Source, Dataset, str], int | None],
) -> RowRefs:
    """Groups of fewer rows that look alike; each is named by what its rows have in common.

    Raises SourceError when two ways of counting disagree.
    """
    table = table_of(dataset)
    alike = [table.c[column.name] for column in dataset.quasi_identifiers]
    if not alike:
        raise SourceError("no_quasi_identifier", source=source.name, table=dataset.table)
    small: Select[Any] = select(*alike).group_by(*alike).having(func.count() < smallest)
    number: Select[Any] = select(func.count()).select_from(small.subquery())
    counted = count(source, dataset, source.text_of(number))
    if counted is None:
        raise SourceError("expectation_not_evaluated")
    rows = (row for batch in source.rows(small, dataset.table) for row in batch)
    found = hashed_in(dataset.source, dataset.table, rows, hashing)
    if found.rows != counted:
        raise SourceError("counts_disagree", counted=counted, found=found.rows)
    return found


def known_hashes(
    source: Source, dataset: Dataset, people: Iterable[tuple[Source, Dataset]]
) -> tuple[str, ...]:
    """The columns in which stands the plain hash of what a person is known by.

    Values are seen one batch at a time; of the hashes a part stays in memory until the answer.
    """
    held = {
        column.name: hashes
        for column in dataset.columns
        if column.logical_type in (None, "string")
        and (hashes := _hashes(source, dataset, column.name))
    }
    if not held:
        return ()
    found: set[str] = set()
    for identifier in _identifiers(people):
        made = {digest(identifier).hexdigest()[:_TOLD_BY] for digest in _PLAIN}
        found |= {name for name, hashes in held.items() if name not in found and made & hashes}
        if len(found) == len(held):
            break
    return tuple(name for name in held if name in found)


def _hashes(source: Source, dataset: Dataset, column: str) -> frozenset[str]:
    values = _distinct(source, dataset, column)
    texts = (str(value).strip().lower() for value in values)
    return frozenset(text[:_TOLD_BY] for text in texts if _HASH.fullmatch(text))


def _identifiers(people: Iterable[tuple[Source, Dataset]]) -> Iterator[bytes]:
    """What persons are known by, as it stands and as it is written plainly."""
    for source, dataset in people:
        columns = [*dataset.with_category(*_KNOWN)]
        if dataset.subject_key and (key := dataset.column(dataset.subject_key)):
            columns.append(key)
        for name in dict.fromkeys(column.name for column in columns):
            for value in _distinct(source, dataset, name):
                text = str(value)
                digits = re.sub("[^0-9]", "", text)
                forms = {text, text.strip().lower(), digits if "@" not in text else text}
                yield from (form.encode("utf-8", "surrogatepass") for form in forms if form)


def _distinct(source: Source, dataset: Dataset, column: str) -> Iterator[object]:
    asked = table_of(dataset).c[column]
    query = select(asked).where(asked.is_not(None)).distinct()
    batches: Iterator[Sequence[tuple[object, ...]]] = source.rows(query, dataset.table)
    yield from (value for batch in batches for (value,) in batch)
