"""Whether anonymised data still leads to a person: by a code, or by a value like no other.

APPI rule 34 (1)-(4): what identifies is deleted, and so are the codes that link the data with what
it was made of, and peculiar descriptions (an age of 116, say). That a value stands apart when fewer
rows than ``anonymity.smallest_group`` are more than twice as large as all others is our measure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import or_, select

from include.governance.model.contract import Column, Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, RowRefs, distinct, matching, table_of

#: A code: long enough and with a digit, so that no two things have it by chance.
_CODE = re.compile(r"(?=.*\d)\S{8,}")
_TOLD_BY = 12
_IDENTIFYING = ("identifier", "contact", "secret")
_NUMBERS = ("integer", "number")


def linking_columns(
    source: Source,
    dataset: Dataset,
    people: Iterable[tuple[Source, Dataset]],
    policy: PrivacyPolicy,
) -> tuple[str, ...]:
    """Columns of a kind that identifies, or with codes by which other tables know a person.

    As many codes must be shared as make a group; of each a hash stays in memory until the answer.
    """
    codes: dict[str, set[bytes]] = {}
    found: list[str] = []
    for column in dataset.columns:
        if column in dataset.quasi_identifiers:
            continue
        if _identifies(column, policy):
            held = next(distinct(source, dataset, column.name), None)
            found += [column.name] if held is not None else []
        elif column.logical_type in (None, "string"):
            codes[column.name] = set(_codes(source, dataset, column.name))
    smallest = policy.anonymity.smallest_group
    left = {name: own for name, own in codes.items() if len(own) >= smallest}
    for other, known, name in _known_by(people, policy) if left else ():
        shared = dict.fromkeys(left, 0)
        for code in _codes(other, known, name):
            for each, own in left.items():
                shared[each] += code in own
        found += [column for column, number in shared.items() if number >= smallest]
        left = {column: own for column, own in left.items() if column not in found}
    return tuple(column.name for column in dataset.columns if column.name in found)


def standing_apart(
    source: Source, dataset: Dataset, policy: PrivacyPolicy, hashing: Hashing
) -> tuple[tuple[str, ...], RowRefs]:
    """Columns of numbers, and the rows in which one is more than twice any number of a group."""
    table, nth = table_of(dataset), policy.anonymity.smallest_group - 1
    conditions = {}
    for column in _numbers(dataset, policy):
        cell = table.c[column]
        largest = select(cell).where(cell.is_not(None)).order_by(cell.desc()).offset(nth).limit(1)
        with source.reading(dataset.table) as connection:
            usual = connection.scalar(largest)
        if usual is not None and usual > 0:
            conditions[column] = cell > 2 * usual
    if not conditions:
        return (), RowRefs()
    found = matching(source, dataset, or_(*conditions.values()), hashing)
    return tuple(conditions) if found.rows else (), found


def _identifies(column: Column, policy: PrivacyPolicy) -> bool:
    category = policy.categories.get(column.category or "")
    return category is not None and category.kind in _IDENTIFYING


def _numbers(dataset: Dataset, policy: PrivacyPolicy) -> Iterator[str]:
    for column in dataset.columns:
        personal = column.category is None or policy.categories[column.category].personal
        if column.logical_type in _NUMBERS and personal:
            yield column.name


def _known_by(
    people: Iterable[tuple[Source, Dataset]], policy: PrivacyPolicy
) -> Iterator[tuple[Source, Dataset, str]]:
    """The columns by which tables know a person or what belongs to one."""
    for source, dataset in people:
        columns = [column.name for column in dataset.columns if _identifies(column, policy)]
        of_row: Sequence[str] = dataset.primary_key if dataset.subject_key else ()
        for name in dict.fromkeys((*filter(None, (dataset.subject_key,)), *of_row, *columns)):
            yield source, dataset, name


def _codes(source: Source, dataset: Dataset, column: str) -> Iterator[bytes]:
    for value in distinct(source, dataset, column):
        text = str(value).strip().lower()
        if _CODE.fullmatch(text):
            yield hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_TOLD_BY]
