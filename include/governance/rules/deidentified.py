"""Whether data that is called pseudonymised or anonymised is: no known hash in it, no small group.

APPI 41 and rule 31: a pseudonym must not be made again from what it stands for. APPI 43 and rule
34: nobody may be singled out; that groups smaller than ``anonymity.smallest_group`` do so is our
measure, not the law's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.rules.listing import Listing, listed
from include.governance.source.database import Source
from include.governance.source.rows import Hashing, RowRefs, distinct, table_of

#: Hashes that anybody can make, without a key, by the hexadecimal digits that they are written in.
_PLAIN: Mapping[int, Callable[[bytes], Any]] = {
    32: hashlib.md5,
    40: hashlib.sha1,
    64: hashlib.sha256,
    128: hashlib.sha512,
}
_HASH = re.compile("[0-9a-f]+")
#: So many bytes of a hash tell it from any other.
_TOLD_BY = 12
#: By their lengths, the beginnings of the hashes of a column.
_Hashes = Mapping[int, Set[bytes]]
#: So many values of a column are taken before those of the next.
_TURN = 1_000
#: So many rows mostly tell what a column is made of.
_SOME = 20_000
#: What a person is known by, and the columns of which a pseudonym may be made.
_KNOWN = ("email", "phone", "member_id")


def small_groups(
    source: Source,
    dataset: Dataset,
    smallest: int,
    hashing: Hashing,
    listing: Listing,
) -> RowRefs:
    """Groups of fewer rows that look alike; each is named by what its rows have in common."""
    table = table_of(dataset)
    alike = [table.c[column.name] for column in dataset.quasi_identifiers]
    if not alike:
        raise SourceError("no_quasi_identifier", source=source.name, table=dataset.table)
    small: Select[Any] = select(*alike).group_by(*alike).having(func.count() < smallest)
    return listed(source, dataset, small, hashing, listing)


def known_hashes(
    source: Source, dataset: Dataset, people: Iterable[tuple[Source, Dataset]]
) -> tuple[str, ...]:
    """The columns in which stands the plain hash of what a person is known by.

    A column that is made of such hashes mostly shows it in some of its rows, which are held against
    some of the persons; what they do not tell is held against all. Values are seen one batch at a
    time; of the hashes a part stays in memory until the answer.
    """
    texts = [c.name for c in dataset.columns if c.logical_type in (None, "string")]
    known = list(people)
    found: set[str] = set()
    for most in (_SOME, None):
        asked = [name for name in texts if name not in found]
        found |= _known(source, dataset, asked, known, most)
    return tuple(name for name in texts if name in found)


def _known(
    source: Source,
    dataset: Dataset,
    columns: Iterable[str],
    people: Iterable[tuple[Source, Dataset]],
    most: int | None,
) -> set[str]:
    """The same of these columns, with as many values of each on both sides."""
    held = {name: hashes for name in columns if (hashes := _hashes(source, dataset, name, most))}
    if not held:
        return set()
    lengths = {length for hashes in held.values() for length in hashes}
    found: set[str] = set()
    for identifier in _identifiers(people, most):
        for length in lengths:
            made = _PLAIN[length](identifier).digest()[:_TOLD_BY]
            found |= {name for name, hashes in held.items() if made in hashes.get(length, ())}
        if len(found) == len(held):
            break
    return found


def _hashes(source: Source, dataset: Dataset, column: str, most: int | None) -> _Hashes:
    found: dict[int, set[bytes]] = {}
    for value in distinct(source, dataset, column, most):
        text = str(value).strip().lower()
        if len(text) in _PLAIN and _HASH.fullmatch(text):
            found.setdefault(len(text), set()).add(bytes.fromhex(text[: 2 * _TOLD_BY]))
    return found


def _identifiers(people: Iterable[tuple[Source, Dataset]], most: int | None) -> Iterator[bytes]:
    """What persons are known by, as it stands and as it is written plainly.

    The columns of a table come by turns, so that whatever a hash is of is soon met.
    """
    for source, dataset in people:
        columns = [*dataset.with_category(*_KNOWN)]
        if dataset.subject_key and (key := dataset.column(dataset.subject_key)):
            columns.append(key)
        names = dict.fromkeys(column.name for column in columns)
        asked = [distinct(source, dataset, name, most) for name in names]
        while asked:
            for values in tuple(asked):
                turn = list(islice(values, _TURN))
                for value in turn:
                    yield from _forms(str(value))
                if not turn:
                    asked.remove(values)


def _forms(text: str) -> Iterator[bytes]:
    forms = {text, text.strip().lower()}
    if "@" not in text and not text.isdecimal():
        forms.add(re.sub("[^0-9]", "", text))
    yield from (form.encode("utf-8", "surrogatepass") for form in forms if form)
