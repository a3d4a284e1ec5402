"""Turn one parsed document into a contract, collecting mistakes on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from include.governance.contract import links
from include.governance.contract.vocabulary import ColumnWords, ServerWords, SlaWords, TableWords
from include.governance.contract.words import misplaced, read_words, word_lines
from include.governance.model.base import Model
from include.governance.model.contract import (
    Column,
    DataContract,
    Dataset,
    QualityRule,
    RecordClassUse,
    Relationship,
    Sla,
    Where,
)
from include.governance.model.mistake import Mistake
from include.governance.yamlfile import Document, PathInFile

Words = TypeVar("Words", bound=Model)
Item = Mapping[str, Any]


class Reader:
    """One document being read."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.mistakes: list[Mistake] = []
        self.index = links.index(document.data)

    def contract(self) -> DataContract:
        """The contract; look at ``mistakes`` before using it."""
        data = self.document.data
        source, server_type, schema_name = self._server(data.get("servers") or [])
        levels = tuple(self._sla(at, s) for at, s in enumerate(data.get("slaProperties") or []))
        self.mistakes += misplaced(self.document)
        return DataContract(
            id=data["id"],
            name=data.get("name") or data["id"],
            version=data["version"],
            status=data.get("status") or "",
            file=self.document.file,
            source=source,
            server_type=server_type,
            sha256=_sha256(data),
            datasets=tuple(
                self._dataset(at, table, source, schema_name, levels)
                for at, table in enumerate(data.get("schema") or [])
            ),
            service_levels=levels,
            document=data,
        )

    def _server(self, servers: Sequence[Item]) -> tuple[str, str, str | None]:
        """The server that names a connection, else the first."""
        if not servers:
            self.mistakes.append(self.document.mistake(("servers",), "no_server", "warning"))
            return "", "", None
        found = [self._words(("servers", at), s, ServerWords) for at, s in enumerate(servers)]
        named = [at for at, words in enumerate(found) if words and words.connectionId]
        chosen = named[0] if named else 0
        server, words = servers[chosen], found[chosen]
        connection = words.connectionId if words else None
        if "${" in server.get("schema", ""):
            here = ("servers", chosen, "schema")
            self.mistakes.append(self.document.mistake(here, "variable_not_read", "warning"))
        return connection or server["server"], server["type"], server.get("schema")

    def _dataset(
        self, at: int, table: Item, source: str, schema_name: str | None, levels: Sequence[Sla]
    ) -> Dataset:
        path: PathInFile = ("schema", at)
        words = self._words(path, table, TableWords) or TableWords(datasetKind="transaction")
        items = links.stored(table)
        columns = [self._column((*path, "properties", i), item) for i, item in items]
        self._repeated_columns(path, items)
        keys = sorted(
            (item.get("primaryKeyPosition", 0), at)
            for at, (_, item) in enumerate(items)
            if item.get("primaryKey")
        )
        names = self.index[table["name"]].columns
        return Dataset(
            source=source,
            table=links.physical(table),
            name=table["name"],
            schema_name=schema_name,
            kind=words.datasetKind,
            owner=words.owner,
            entity=words.entity,
            purposes=words.purposes,
            subject_key=_physical(words.subjectKey, names),
            fills_register=words.register_,
            append_only=words.appendOnly,
            record_classes=tuple(_physical_use(use, names) for use in words.recordClasses),
            columns=tuple(columns),
            primary_key=tuple(columns[at].name for _, at in keys),
            relationships=self._relationships(table, columns),
            retention=tuple(level for level in levels if _is_about(level, table)),
            quality=tuple(_quality(table, None, names))
            + tuple(
                rule for _, item in items for rule in _quality(item, links.physical(item), names)
            ),
            file=self.document.file,
            lines=self._lines(path, table),
        )

    def _column(self, path: PathInFile, item: Item) -> Column:
        words = self._words(path, item, ColumnWords) or ColumnWords()
        return Column(
            name=links.physical(item),
            meaning=item["name"] if item["name"] != links.physical(item) else None,
            logical_type=item.get("logicalType"),
            required=bool(item.get("required")),
            unique=bool(item.get("unique")),
            category=words.dataCategory,
            quasi_identifier=words.quasiIdentifier,
            purposes=words.purposes,
            clocks=words.clock,
            register_field=words.registerField,
            classification=item.get("classification"),
            deprecated=bool(item.get("deprecated")),
            verdict=words.verdict,
            allowed=_allowed(item.get("quality") or ()),
        )

    def _repeated_columns(self, path: PathInFile, items: Sequence[tuple[int, Item]]) -> None:
        seen: set[str] = set()
        for at, item in items:
            name = links.physical(item)
            if name in seen:
                here = (*path, "properties", at)
                self.mistakes.append(self.document.mistake(here, "column_twice", column=name))
            seen.add(name)

    def _relationships(self, table: Item, columns: Sequence[Column]) -> tuple[Relationship, ...]:
        found = [
            links.relationship([column.name], link["to"], self.index)
            for column, (_, item) in zip(columns, links.stored(table), strict=True)
            for link in item.get("relationships") or ()
        ]
        names = self.index[table["name"]].columns
        for link in table.get("relationships") or ():
            here = [link["from"]] if isinstance(link["from"], str) else link["from"]
            own = [links.split(reference)[1] for reference in here]
            found.append(links.relationship([names.get(n, n) for n in own], link["to"], self.index))
        return tuple(found)

    def _sla(self, at: int, item: Item) -> Sla:
        words = self._words(("slaProperties", at), item, SlaWords) or SlaWords()
        return Sla(
            index=at,
            property=item["property"],
            value=item.get("value"),
            unit=item.get("unit"),
            element=item.get("element"),
            record_class=words.recordClass,
            line=self.document.line(("slaProperties", at)),
        )

    def _lines(self, path: PathInFile, table: Item) -> dict[str, int]:
        """``""`` is the table, ``recordClasses[0]`` its word, ``columns[3].clock`` a column's."""
        lines = {"": self.document.line(path)} | word_lines(self.document, path, table)
        for column, (at, item) in enumerate(links.stored(table)):
            here: PathInFile = (*path, "properties", at)
            lines[f"columns[{column}]"] = self.document.line(here)
            for word, line in word_lines(self.document, here, item).items():
                lines[f"columns[{column}].{word}"] = line
        return lines

    def _words(self, path: PathInFile, item: Item, model: type[Words]) -> Words | None:
        words, mistakes = read_words(self.document, path, item, model)
        self.mistakes += mistakes
        return words


def _is_about(level: Sla, table: Item) -> bool:
    return links.split(level.element or "")[0] in (table["name"], table.get("physicalName"))


def _physical(name: str | None, names: Mapping[str, str]) -> str | None:
    return name if name is None else names.get(name, name)


def _quality(item: Item, column: str | None, names: Mapping[str, str]) -> Iterator[QualityRule]:
    for words in item.get("quality") or ():
        arguments = dict(words.get("arguments") or {})
        if isinstance(several := arguments.get("properties"), list):
            arguments["properties"] = [names.get(name, name) for name in several]
            words = {**words, "arguments": arguments}
        yield QualityRule(column=column, words=words)


def _allowed(rules: Sequence[Item]) -> tuple[str | int, ...]:
    """The values of a rule that no row may hold another one."""
    for rule in rules:
        values = (rule.get("arguments") or {}).get("validValues")
        if rule.get("metric") == "invalidValues" and rule.get("mustBe") == 0 and values:
            return tuple(value for value in values if isinstance(value, str | int))
    return ()


def _physical_use(use: RecordClassUse, names: Mapping[str, str]) -> RecordClassUse:
    return use.model_copy(
        update={
            "when": _physical_where(use.when, names) if use.when else None,
            "disposed": tuple(_physical_where(where, names) for where in use.disposed),
            "disposed_at": _physical(use.disposed_at, names),
        }
    )


def _physical_where(where: Where, names: Mapping[str, str]) -> Where:
    return where.model_copy(update={"column": names.get(where.column, where.column)})


def _sha256(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
