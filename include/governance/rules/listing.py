"""The rows that break a rule, listed by the library in one answer while they are few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, select

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.source.database import Key, Source
from include.governance.source.rows import Hashing, RowRefs, hashed

#: The rows of a statement that lists what breaks a rule, as the library judges it; None when it
#: could not.
Listing = Callable[[Source, Dataset, str], Sequence[Key] | None]
#: As many come in one answer; more are streamed.
AT_ONCE = 10_000


def listed(
    source: Source, dataset: Dataset, query: Select[Any], hashing: Hashing, listing: Listing
) -> RowRefs:
    """The rows of a query; raises SourceError where they cannot be judged."""
    found = listing(source, dataset, source.text_of(_first(query, source.dialect)))
    if found is None:
        raise SourceError("expectation_not_evaluated")
    if len(found) <= AT_ONCE:
        return hashed(dataset, found, hashing)
    batches = source.rows(query, dataset.table)
    every = hashed(dataset, (key for batch in batches for key in batch), hashing)
    if every.rows < len(found):
        raise SourceError("counts_disagree", counted=len(found), found=every.rows)
    return every


def _first(query: Select[Any], dialect: str) -> Select[Any]:
    """One more than come at once, asked for as if all were: for a few, a server may go by rows."""
    if dialect != "postgresql":
        return query.limit(AT_ONCE + 1)
    every = query.cte("daicho_breaking").prefix_with("MATERIALIZED")
    return select(*every.c).limit(AT_ONCE + 1)
