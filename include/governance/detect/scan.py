"""The verb scan on one table: classify its columns and judge the controls of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from include.governance.detect.appended import Appended, Evidence
from include.governance.detect.bounds import ALPHA, upper_bound
from include.governance.detect.covering import covering, undeclared_control
from include.governance.detect.entities import Entity
from include.governance.detect.part import TablePart
from include.governance.detect.reader import Reader, ScanTerms, entities_of
from include.governance.detect.recall import least_recall
from include.governance.detect.standing import with_standing
from include.governance.detect.table import TableScan, TableScanner
from include.governance.detect.undeclared import is_undeclared, personal_kinds
from include.governance.errors import SourceMismatch
from include.governance.model.classification import Classification
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.source.clocks import any_of
from include.governance.source.database import Source
from include.governance.source.keys import proven
from include.governance.source.live import LiveTable
from include.governance.source.rows import RowRefs, matching, table_of
from include.governance.source.sample import Sample


@dataclass(frozen=True)
class Scanned:
    """What a scan of one table found; ``read`` is false for a view that was only counted.

    Of a table that is only appended to, ``evidence`` is to be kept for the next scan, and
    ``seen_before`` rows were not read again.
    """

    table: str
    rows: int
    classifications: tuple[Classification, ...]
    results: tuple[RuleResult, ...]
    read: bool = True
    evidence: Evidence | None = None
    seen_before: int = 0


def scan_appended(table: Appended, earlier: Evidence | None) -> Scanned:
    """Scan a table that is only appended to, but for the rows that an earlier scan has seen."""
    seen = table.read(earlier)
    found = _concluded(table.reader, seen.found)
    if seen.earlier is None:
        return replace(found, evidence=seen.evidence)
    since = {"since": seen.earlier.until}
    return replace(
        found,
        classifications=tuple(c.model_copy(update=since) for c in found.classifications),
        evidence=seen.evidence,
        seen_before=seen.earlier.part.rows,
    )


def scan_sample(whole: Reader, sample: Sample) -> Scanned:
    """Scan a random choice of the rows: what is found is there, and what is not may be."""
    rows = whole.source.count(whole.live.name, whole.live.schema)
    return _concluded(whole, whole.sampled(sample, rows).finish(), of=rows)


def scan(whole: Reader, parts: Iterable[TablePart] = ()) -> Scanned:
    """Scan every row of a table, or join what its parts have shown."""
    scanner = _joined(whole, parts) or whole.read(defer=True)
    found = scanner.finish()
    if found.unsettled:
        found = whole.read(defer=False).finish()
    return _concluded(whole, found)


def _joined(whole: Reader, parts: Iterable[TablePart]) -> TableScanner | None:
    scanner = None
    for part in parts:
        scanner = scanner or whole.scanner(defer=True)
        scanner.absorb(part)
    return scanner


def _concluded(whole: Reader, found: TableScan, of: int | None = None) -> Scanned:
    """What a table's evidence says of the controls; ``of`` so many rows it is a sample."""
    source, label, dataset = whole.source, whole.label, whole.dataset
    base = _Table(source, label, dataset, found, whole.terms, of)
    classified = found.classified(source.name, label)
    classifications = tuple(with_standing(each, dataset) for each in classified)
    results = (
        base.undeclared(classifications),
        *base.judged(),
        *base.undecoded(),
        *base.unnamed(whole.live),
    )
    return Scanned(label, found.rows, classifications, results)


@dataclass(frozen=True)
class _Table:
    """One scanned table, being judged."""

    source: Source
    label: str
    dataset: Dataset | None
    found: TableScan
    terms: ScanTerms
    sample_of: int | None

    def judged(self) -> Iterator[RuleResult]:
        """The controls that look at rows."""
        for name, control in covering(self.dataset, self.terms.controls):
            rule = control.scan
            if rule is None:
                continue
            entities = entities_of(rule)
            if entities:
                columns = self.found.columns_with(entities)
                yield self._seen(name, "found", columns, self._rows_with(entities))
            declared = self.dataset.with_category(*rule.categories) if self.dataset else ()
            if self.dataset and declared:
                table = table_of(self.dataset)
                filled = any_of(table.c[column.name].is_not(None) for column in declared)
                rows = matching(self.source, self.dataset, filled, self.terms.hashing)
                yield self._result(name, "held", [c.name for c in declared], rows)

    def undeclared(self, classifications: Sequence[Classification]) -> RuleResult:
        """Personal data that no contract says is there: the table needs one decision."""
        policy = self.terms.policy
        judged = [c for c in classifications if is_undeclared(c, self.dataset, policy)]
        columns = [c.column for c in judged]
        kinds = [f"{c.column}: {kind}" for c in judged for kind in personal_kinds(c, policy)]
        ref = self.terms.hashing.ref(self.source.name, self.label, (self.label,))
        found = RowRefs(1, (ref,)) if columns else RowRefs()
        control = undeclared_control(self.terms.controls)
        result = self._seen(control, "undeclared", columns, found)
        return result.model_copy(update={"kinds": tuple(kinds)})

    def undecoded(self) -> Iterator[RuleResult]:
        """What is in no writing that is known was read as far as it is plain; that is said."""
        whole = (v for v in self.found.classifications if v.within is None)
        rows = {v.column: v.undecoded for v in whole if v.undecoded}
        if rows:
            yield RuleResult(
                control=undeclared_control(self.terms.controls),
                rule="undecoded",
                source=self.source.name,
                table=self.label,
                columns=tuple(rows),
                status="skip",
                reason="values_undecoded",
                facts={
                    "source": self.source.name,
                    "table": self.label,
                    "columns": ", ".join(rows),
                    "values": sum(rows.values()),
                },
            )

    def unnamed(self, live: LiveTable) -> Iterator[RuleResult]:
        """A declared key that names no single row: what was found stands, who it is does not.

        Against the database's own key it is an error; where that has none, it is said.
        """
        if self.dataset is None:
            return
        try:
            proven(self.source, self.dataset, live)
        except SourceMismatch as error:
            yield RuleResult(
                control=undeclared_control(self.terms.controls),
                rule="key",
                source=self.source.name,
                table=self.label,
                status="error" if live.primary_key else "skip",
                reason=error.code,
                facts=dict(error.facts),
            )

    def _rows_with(self, entities: frozenset[str]) -> RowRefs:
        refs = dict.fromkeys(str(hit.key) for hit in self.found.hits if hit.entity in entities)
        first = islice(filter(None, refs), self.terms.hashing.limit)
        return RowRefs(self.found.rows_with(entities), tuple(sorted(first)))

    def _seen(self, control: str, rule: str, columns: Sequence[str], found: RowRefs) -> RuleResult:
        """A result that needs every row to be a pass; of a sample it says how large that is."""
        result = self._result(control, rule, columns, found)
        if self.sample_of is None:
            return result
        facts = {
            "source": self.source.name,
            "table": self.label,
            "rows": self.found.rows,
            "of": self.sample_of,
            "bound": f"{self._unseen:.4%}",
        }
        no_pass = {"status": "skip", "reason": "sampled"} if result.status == "pass" else {}
        return result.model_copy(update={"facts": facts, **no_pass})

    @property
    def _unseen(self) -> float:
        """Of no column in which nothing was seen do as many rows hold anything, at 95 % for all."""
        alpha = ALPHA / max(1, len(self.found.classifications))
        return upper_bound(0, self.found.rows, alpha, recall=least_recall(frozenset(Entity)))

    def _result(
        self, control: str, rule: str, columns: Sequence[str], found: RowRefs
    ) -> RuleResult:
        return RuleResult(
            control=control,
            rule=rule,
            source=self.source.name,
            table=self.label,
            columns=tuple(columns),
            status="fail" if found.rows else "pass",
            rows=found.rows,
            row_refs=found.refs,
        )
