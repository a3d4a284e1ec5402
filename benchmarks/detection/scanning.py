"""Read or scan one table of the shop as a scheduled scan does."""

from __future__ import annotations

from functools import lru_cache

from pydantic import SecretBytes
from sqlalchemy import text

from include.governance.detect.reader import Reader, ScanTerms
from include.governance.detect.table import TableScan
from include.governance.detect.values import Detector
from include.governance.model.control import ScanRule
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT
from include.governance.source.database import Source
from include.governance.source.rows import Hashing

_RULE = ScanRule(entities=("CREDIT_CARD", "JP_MY_NUMBER", "SPECIAL_CARE"))


def scanned(source: Source, table: str) -> TableScan:
    """The whole table, values taken for what header and form say."""
    reader = Reader(source, source.live_table(table), table, None, Detector(), _terms())
    return reader.read(defer=True).finish()


def only_read(source: Source, table: str) -> int:
    """Read every cell and do nothing with it; how many there are."""
    cells = 0
    with source.reading(table) as connection:
        streaming = connection.execution_options(stream_results=True)
        result = streaming.execute(text(f'SELECT * FROM "{table}"'))
        width = len(result.keys())
        for rows in result.partitions(1_000):
            cells += width * len(rows)
    return cells


@lru_cache(maxsize=1)
def _terms() -> ScanTerms:
    """The demo's policy without categories, and one of its controls with a rule of our own."""
    book, mistakes = load_rulebook(ROOT / "include" / "policies", ROOT)
    assert book, mistakes
    scanning = next(each for each in book.controls.controls.values() if each.verb == "scan")
    return ScanTerms(
        {"card": scanning.model_copy(update={"scan": _RULE})},
        book.policy.model_copy(update={"categories": {}}),
        Hashing(SecretBytes(b"of a benchmark"), 1_000),
    )
