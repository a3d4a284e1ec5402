"""Read ``*.odcs.yaml`` into contracts; all mistakes of all files are collected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from include.governance import yamlfile
from include.governance.contract import standard
from include.governance.contract.vocabulary import (
    VENDOR,
    ColumnWords,
    ServerWords,
    SlaWords,
    TableWords,
)
from include.governance.model.base import Model
from include.governance.model.contract import (
    Column,
    DataContract,
    Dataset,
    Relationship,
    Sla,
)
from include.governance.model.mistake import Mistake
from include.governance.yamlfile import Document, PathInFile

Words = TypeVar("Words", bound=Model)


def load_folder(folder: Path, root: Path) -> tuple[tuple[DataContract, ...], list[Mistake]]:
    """Every contract below a folder, by file name; an empty folder is a mistake."""
    files = sorted(folder.rglob("*.odcs.yaml"))
    contracts: list[DataContract] = []
    mistakes: list[Mistake] = []
    if not files:
        return (), [Mistake(file=_shown(folder, root), line=1, path="", code="no_contracts")]
    for file in files:
        contract, wrong = load_file(file, root)
        mistakes += wrong
        if contract:
            contracts.append(contract)
    return tuple(contracts), mistakes + _twice(contracts)


def load_file(file: Path, root: Path) -> tuple[DataContract | None, list[Mistake]]:
    """One contract, or the mistakes that keep it from loading."""
    document, mistakes = yamlfile.read(file, _shown(file, root))
    if document is None or mistakes:
        return None, mistakes
    return from_document(document)


def from_document(document: Document) -> tuple[DataContract | None, list[Mistake]]:
    """A parsed document as a contract."""
    mistakes = standard.mistakes(document)
    if mistakes:
        return None, mistakes
    reader = _Reader(document)
    contract = reader.contract()
    if any(mistake.level == "error" for mistake in reader.mistakes):
        return None, reader.mistakes
    return contract, reader.mistakes


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _twice(contracts: Iterable[DataContract]) -> list[Mistake]:
    """Tables that two contracts promise."""
    seen: dict[str, str] = {}
    mistakes = []
    for contract in contracts:
        for dataset in contract.datasets:
            if dataset.id in seen:
                facts: dict[str, str | int] = {"table": dataset.id, "other": seen[dataset.id]}
                mistakes.append(
                    Mistake(
                        file=contract.file, line=1, path="schema", code="table_twice", facts=facts
                    )
                )
            seen[dataset.id] = contract.file
    return mistakes


class _Reader:
    """One document being read; collects mistakes as it goes."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.mistakes: list[Mistake] = []

    def contract(self) -> DataContract:
        data = self.document.data
        source, server_type, schema_name = self._server(data.get("servers") or [])
        retention = tuple(self._sla(i, s) for i, s in enumerate(data.get("slaProperties") or []))
        return DataContract(
            id=data["id"],
            name=data.get("name") or data["id"],
            version=str(data["version"]),
            status=data.get("status") or "",
            file=self.document.file,
            source=source,
            server_type=server_type,
            sha256=_sha256(data),
            datasets=tuple(
                self._dataset(index, table, source, schema_name, retention)
                for index, table in enumerate(data.get("schema") or [])
            ),
        )

    def _server(self, servers: Sequence[Mapping[str, Any]]) -> tuple[str, str, str | None]:
        if not servers:
            self._warn(("servers",), "no_server")
            return "", "", None
        first = servers[0]
        words = self._words(("servers", 0), first, ServerWords) or ServerWords()
        source = words.connectionId or first["server"]
        return source, first.get("type", ""), first.get("schema")

    def _dataset(
        self,
        index: int,
        table: Mapping[str, Any],
        source: str,
        schema_name: str | None,
        retention: Sequence[Sla],
    ) -> Dataset:
        path: PathInFile = ("schema", index)
        words = self._words(path, table, TableWords)
        columns = [
            (self._column((*path, "properties", at), item), item)
            for at, item in enumerate(table.get("properties") or [])
        ]
        keys = [
            (item.get("primaryKeyPosition", 0), at, column.name)
            for at, (column, item) in enumerate(columns)
            if item.get("primaryKey")
        ]
        physical = table.get("physicalName") or table["name"]
        return Dataset(
            source=source,
            table=physical,
            name=table["name"],
            schema_name=schema_name,
            kind=words.datasetKind if words else "transaction",
            owner=words.owner if words else None,
            entity=words.entity if words else None,
            purposes=words.purposes if words else (),
            subject_key=words.subjectKey if words else None,
            fills_register=words.register_ if words else None,
            record_classes=words.recordClasses if words else (),
            columns=tuple(column for column, _ in columns),
            primary_key=tuple(name for _, _, name in sorted(keys)),
            relationships=self._relationships(table, columns),
            retention=tuple(
                s for s in retention if (s.element or "").startswith(f"{table['name']}.")
            ),
            quality=tuple(table.get("quality") or ())
            + tuple(rule for _, item in columns for rule in item.get("quality") or ()),
        )

    def _column(self, path: PathInFile, item: Mapping[str, Any]) -> Column:
        words = self._words(path, item, ColumnWords) or ColumnWords()
        return Column(
            name=item.get("physicalName") or item["name"],
            logical_type=item.get("logicalType"),
            required=bool(item.get("required")),
            unique=bool(item.get("unique")),
            category=words.dataCategory,
            purposes=words.purposes,
            clocks=words.clock,
            register_field=words.registerField,
            classification=item.get("classification"),
        )

    def _relationships(
        self, table: Mapping[str, Any], columns: Sequence[tuple[Column, Mapping[str, Any]]]
    ) -> tuple[Relationship, ...]:
        found = [
            _relationship([column.name], link["to"])
            for column, item in columns
            for link in item.get("relationships") or ()
        ]
        for link in table.get("relationships") or ():
            here = link["from"] if isinstance(link["from"], list) else [link["from"]]
            found.append(_relationship([name.rsplit(".", 1)[-1] for name in here], link["to"]))
        return tuple(found)

    def _sla(self, index: int, item: Mapping[str, Any]) -> Sla:
        words = self._words(("slaProperties", index), item, SlaWords) or SlaWords()
        return Sla(
            index=index,
            property=item["property"],
            value=item.get("value"),
            unit=item.get("unit"),
            element=item.get("element"),
            record_class=words.recordClass,
        )

    def _words(
        self,
        path: PathInFile,
        item: Mapping[str, Any],
        model: type[Words],
    ) -> Words | None:
        """Our own words beside the standard's, each with its own line; other vendors' are kept."""
        ours = {
            entry["property"]: (at, entry["value"])
            for at, entry in enumerate(item.get("customProperties") or ())
            if entry.get("vendor") == VENDOR
        }
        if not ours:
            return None
        lines = dict(self.document.lines)
        for key, (at, _) in ours.items():
            lines[(key,)] = self.document.line((*path, "customProperties", at))
        lines[()] = self.document.line(path)
        inner = Document(
            file=self.document.file, data={k: v for k, (_, v) in ours.items()}, lines=lines
        )
        words, mistakes = yamlfile.validate(inner, model)
        prefix = yamlfile.dotted(path)
        self.mistakes += [m.model_copy(update={"path": f"{prefix}.{m.path}"}) for m in mistakes]
        return words

    def _warn(self, path: PathInFile, code: str) -> None:
        self.mistakes.append(self.document.mistake(path, code, level="warning"))


def _relationship(here: Sequence[str], to: str | Sequence[str]) -> Relationship:
    there = [to] if isinstance(to, str) else list(to)
    tables = {name.rsplit(".", 1)[0].rsplit("/", 1)[-1] for name in there}
    return Relationship(
        here=tuple(here),
        table=sorted(tables)[0],
        there=tuple(name.rsplit(".", 1)[-1].rsplit("/", 1)[-1] for name in there),
    )


def _sha256(data: Any) -> str:
    return hashlib.sha256(
        json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()
    ).hexdigest()
