"""Views that no contract declares, and the personal data of declared tables that they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from sqlalchemy import inspect

from include.governance.errors import SourceError
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.pipeline.workspace import Workspace
from include.governance.source.database import Source
from include.governance.source.lineage import Cell, DefinitionUnread, shown
from include.governance.source.places import Place


class Views:
    """The views of a source, judged by their definitions; none is read."""

    def __init__(self, workspace: Workspace, source: Source, control: str) -> None:
        self._workspace, self._source, self._control = workspace, source, control
        self._seen: dict[Place, tuple[str, ...]] = {}

    def judged(self, view: Place) -> RuleResult:
        """A finding where it shows a personal column, or where nobody can say what it shows."""
        columns = self._personal(view)
        ref = self._workspace.hashing.ref(self._source.name, view.label, (view.label,))
        return RuleResult(
            control=self._control,
            rule=view.kind,
            source=self._source.name,
            table=view.label,
            columns=columns,
            status="fail" if columns else "pass",
            rows=1 if columns else 0,
            row_refs=(ref,) if columns else (),
        )

    def _personal(self, view: Place) -> tuple[str, ...]:
        """Its columns that show personal data; all of them where its definition cannot be read."""
        if view in self._seen:
            return self._seen[view]
        names = self._columns(view)
        self._seen[view] = names  # of a view that leads to itself
        try:
            each = shown(self._definition(view), self._source.dialect, self._columns_of)
        except DefinitionUnread:
            return names
        if len(each) == len(names):
            pairs = zip(names, each, strict=True)
            self._seen[view] = tuple(name for name, cells in pairs if self._any_personal(cells))
        return self._seen[view]

    def _any_personal(self, cells: Iterable[Cell]) -> bool:
        return any(self._is_personal(*cell) for cell in cells)

    def _is_personal(self, schema: str | None, table: str, column: str) -> bool:
        """A column that is declared so or not at all; other undeclared tables are scanned."""
        place = self._place(schema, table)
        if place is None:  # of another database
            return True
        dataset = self._declared.get(place)
        if dataset is None and place.kind == "view":
            return column in map(self._same, self._personal(place))
        if dataset is None:
            return place.kind == "foreign_table"  # which nobody scans
        categories = self._workspace.rulebook.policy.categories
        known = {self._same(each.name): each.category for each in dataset.columns}
        category = known.get(column)
        return dataset.kind != "anonymised" and (category is None or categories[category].personal)

    @cached_property
    def _there(self) -> tuple[Place, ...]:
        return self._source.places()

    @cached_property
    def _declared(self) -> dict[Place, Dataset]:
        found: dict[Place, Dataset] = {}
        for dataset in self._workspace.of_source(self._source.name):
            for place in self._there:
                if place.is_named(dataset.schema_name, dataset.table):
                    found[place] = dataset
        return found

    def _columns_of(self, schema: str | None, table: str) -> Sequence[str]:
        place = self._place(schema, table)
        if place is None:
            raise LookupError
        return self._columns(place)

    def _columns(self, place: Place) -> tuple[str, ...]:
        live = self._source.live_table(place.name, place.schema)
        return tuple(column.name for column in live.columns)

    def _place(self, schema: str | None, table: str) -> Place | None:
        """What a definition means by a name; the database itself is no schema."""
        own = self._source.url.database
        if self._source.dialect != "postgresql" and schema in (own and self._same(own), "main"):
            schema = None
        for place in self._there:
            if self._same(place.name) == table and schema in (place.schema, place.home):
                return place
        return None

    def _same(self, name: str) -> str:
        """A name as the database compares it."""
        return name if self._source.dialect == "postgresql" else name.lower()

    def _definition(self, view: Place) -> str:
        try:
            with self._source.reading(view.name) as connection:
                found = inspect(connection).get_view_definition(view.name, view.schema)
        except SourceError as error:
            if error.retryable:
                raise
            raise DefinitionUnread from None
        return found or ""
