"""A rule whose relations lie in several databases: its fields are streamed and joined in memory.

Only the fields that the rule asks for leave a source, one batch after the other; persons and
their contacts as keyed hashes that are made on the way. Nothing is written to a disk.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Select

from include.governance.errors import SourceError
from include.governance.rules.cells import NUMBERS
from include.governance.rules.given import Row
from include.governance.rules.relation import HASHED, Relation
from include.governance.source.database import Source
from include.governance.source.rows import RowRefs

MEMORY = "1GB"
#: The judged rows; the rule calls them by their relation's name.
JUDGED = "daicho_rows"
_REF = "daicho_ref"
_BATCH = "daicho_batch"
Ref = Callable[[tuple[object, ...]], str | None]


class Streamed:
    """The relations of one rule, in memory for as long as it is judged."""

    def __init__(self, secret: bytes, limit: int) -> None:
        self._secret, self._limit = secret, limit
        self._connection = duckdb.connect(
            ":memory:", config={"memory_limit": MEMORY, "temp_directory": "", "threads": 2}
        )
        self.rows = 0

    def __enter__(self) -> Streamed:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def judged(
        self,
        source: Source,
        query: Select[Any],
        relation: Relation,
        fields: Sequence[str],
        ref: Ref,
    ) -> None:
        """The rows to judge; what follows the fields of each names it."""
        self._create(JUDGED, relation, fields, keyed=True)
        for batch in self._batches(source, query, relation, fields, ref):
            self._insert(JUDGED, batch)

    def judged_rows(self, relation: Relation, rows: Sequence[Row]) -> None:
        """The same for rows that are given; their positions name them."""
        fields = list(relation.fields)
        self._create(JUDGED, relation, fields, keyed=True)
        positions = [str(at) for at in range(len(rows))]
        self._insert(JUDGED, _table(relation, fields, _columns(rows, fields), positions))

    def relation(
        self,
        relation: Relation,
        fields: Sequence[str],
        parts: Iterable[tuple[Source, Select[Any]]],
    ) -> None:
        """A relation that lies in tables."""
        self._create(relation.held_as, relation, fields)
        for source, query in parts:
            for batch in self._batches(source, query, relation, fields, None):
                self._insert(relation.held_as, batch)

    def given(self, relation: Relation, rows: Sequence[Row]) -> None:
        """A relation whose rows are given."""
        fields = list(relation.fields)
        self._create(relation.held_as, relation, fields)
        if rows:
            self._insert(relation.held_as, _table(relation, fields, _columns(rows, fields), None))

    def breaches(self, rows: str, breach: str) -> RowRefs:
        """The rows that break the rule."""
        found = f'FROM "{JUDGED}" AS "{rows}" WHERE ({breach})'
        with _understood():
            number = self._connection.execute(f"SELECT COUNT(*) {found}").fetchone()
            refs = self._connection.execute(
                f"SELECT DISTINCT {_REF} {found} ORDER BY 1 LIMIT {self._limit}"
            ).fetchall()
        return RowRefs(number[0] if number else 0, tuple(ref for (ref,) in refs if ref))

    def _create(
        self, name: str, relation: Relation, fields: Sequence[str], *, keyed: bool = False
    ) -> None:
        columns = [
            f'"{f}" {"BIGINT" if relation.fields[f].kind in NUMBERS else "VARCHAR"}' for f in fields
        ]
        columns += [f"{_REF} VARCHAR"] if keyed or not columns else []
        self._connection.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')

    def _insert(self, name: str, batch: pa.Table) -> None:
        with _understood():
            self._connection.register(_BATCH, batch)
            self._connection.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM {_BATCH}')  # noqa: S608
            self._connection.unregister(_BATCH)

    def _batches(
        self,
        source: Source,
        query: Select[Any],
        relation: Relation,
        fields: Sequence[str],
        ref: Ref | None,
    ) -> Iterator[pa.Table]:
        for columns in source.columns(query, relation.name):
            self.rows += len(columns[0])
            cells = [
                [self._hashed(cell) for cell in column]
                if relation.fields[name].kind in HASHED
                else column
                for name, column in zip(fields, columns, strict=False)
            ]
            refs = None
            if ref is not None:
                own = columns[len(fields) :]
                refs = [ref(key) for key in zip(*own, strict=True)] if own else None
            yield _table(relation, fields, cells, refs)

    def _hashed(self, cell: object) -> str | None:
        if cell is None:
            return None
        return hmac.digest(self._secret, str(cell).encode(), "sha256").hex()


def _table(
    relation: Relation,
    fields: Sequence[str],
    columns: Sequence[Sequence[object]],
    refs: Sequence[str | None] | None,
) -> pa.Table:
    arrays: dict[str, pa.Array] = {
        name: pa.array(column, pa.int64() if relation.fields[name].kind in NUMBERS else pa.string())
        for name, column in zip(fields, columns, strict=True)
    }
    if refs is not None:
        arrays[_REF] = pa.array(refs, pa.string())
    return pa.table(arrays)


def _columns(rows: Sequence[Row], fields: Sequence[str]) -> list[Sequence[object]]:
    return [[row[at] for row in rows] for at in range(len(fields))]


@contextmanager
def _understood() -> Iterator[None]:
    """What the engine says may quote a value, so only its kind is passed on."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise SourceError("rule_too_large", memory=MEMORY) from None
    except duckdb.Error as error:
        raise SourceError("rule_not_run", kind=type(error).__name__) from None
