"""What the relations hold here: sources opened once, and the rows that no database holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from include.governance.model.contract import Dataset
from include.governance.model.policy import PrivacyPolicy
from include.governance.rules.derive import Tables
from include.governance.rules.given import Row, declared_rows, narrowed, policy_rows
from include.governance.rules.place import Place, places
from include.governance.rules.relation import Relation
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from include.governance.store.register_rows import STORE


@dataclass(frozen=True)
class Part:
    """One table of a relation, opened."""

    source: Source
    place: Place


@dataclass
class Holdings:
    """The policy, the contracts and the databases of a run."""

    policy: PrivacyPolicy
    datasets: tuple[Dataset, ...]
    zone: Zone
    open: Callable[[str], Source]
    tables: Tables = field(init=False)
    _sources: dict[str, Source] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        entities = tuple(dict.fromkeys(d.entity for d in self.datasets if d.entity))
        self.tables = Tables(self.zone, entities)

    def source(self, name: str) -> Source:
        """A source, or the store read as one; each is opened once."""
        if name not in self._sources:
            self._sources[name] = self.open(name)
        return self._sources[name]

    def kept(self, place: Place) -> bool:
        """Whether the store keeps any row of a register; each is counted once."""
        return self.rows(Part(self.source(STORE), place)) > 0

    def rows(self, part: Part) -> int:
        """The rows of a table; each is counted once."""
        dataset = part.place.dataset
        if dataset.id not in self._counts:
            self._counts[dataset.id] = part.source.count(dataset.table, dataset.schema_name)
        return self._counts[dataset.id]

    def given_rows(self, relation: Relation) -> tuple[Row, ...]:
        """The rows that the contracts or the policy give, as far as mapped lists allow them."""
        if relation.origin == "contracts":
            return declared_rows(relation.name, self.datasets)
        if relation.origin != "policy":
            return ()
        rows = policy_rows(relation.name, self.policy)
        for place in places(relation, self.datasets):
            rows = narrowed(relation.name, rows, self._mapped_rows(relation, place))
        return rows

    def _mapped_rows(self, relation: Relation, place: Place) -> set[Row]:
        source = self.source(place.dataset.source)
        query = self.tables.rows(source, place, relation, relation.fields)
        batches = source.rows(query, place.dataset.table)
        return {cast("Row", tuple(row)) for batch in batches for row in batch}
