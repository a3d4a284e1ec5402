"""Read ``*.odcs.yaml`` into contracts; all mistakes of all files are collected."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from include.governance import yamlfile
from include.governance.contract import standard
from include.governance.contract.links import linked
from include.governance.contract.reader import Reader
from include.governance.contract.words import wrong_words
from include.governance.model.contract import DataContract
from include.governance.model.mistake import Mistake
from include.governance.yamlfile import Document


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
    return linked(contracts), mistakes + _twice(contracts)


def load_file(file: Path, root: Path) -> tuple[DataContract | None, list[Mistake]]:
    """One contract, or the mistakes that keep it from loading."""
    document, mistakes = yamlfile.read(file, _shown(file, root))
    if document is None:
        return None, mistakes
    contract, wrong = from_document(document)
    return (None if mistakes else contract), mistakes + wrong


def from_document(document: Document) -> tuple[DataContract | None, list[Mistake]]:
    """A parsed document as a contract."""
    mistakes = standard.mistakes(document)
    if mistakes:
        return None, mistakes + [m for m in wrong_words(document) if m.level == "error"]
    reader = Reader(document)
    contract = reader.contract()
    if any(mistake.level == "error" for mistake in reader.mistakes):
        return None, reader.mistakes
    return contract, reader.mistakes


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _twice(contracts: Iterable[DataContract]) -> list[Mistake]:
    """Tables that two contracts promise, names of two tables, and identifiers of two contracts.

    Results, findings, plans and the names of rows go by source and table: one name, one table.
    """
    tables: dict[tuple[str, str], tuple[str | None, str]] = {}
    ids: dict[str, str] = {}
    mistakes = []
    for contract in contracts:
        if (other := ids.setdefault(contract.id, contract.file)) != contract.file:
            mistakes.append(
                _twice_mistake(contract.file, 1, "id", "contract_id_twice", other=other)
            )
        for at, dataset in enumerate(contract.datasets):
            key = (dataset.source, dataset.table)
            line, path = dataset.lines[""], f"schema[{at}]"
            if key in tables:
                schema, other = tables[key]
                facts = {"table": dataset.id, "other": other}
                code = "table_twice"
                if schema != dataset.schema_name:
                    code = "table_in_two_schemas"
                    facts |= {"schema": dataset.schema_name or "-", "there": schema or "-"}
                mistakes.append(_twice_mistake(contract.file, line, path, code, **facts))
            tables[key] = (dataset.schema_name, f"{contract.file}:{line}")
    return mistakes


def _twice_mistake(file: str, line: int, path: str, code: str, **facts: str | int) -> Mistake:
    return Mistake(file=file, line=line, path=path, code=code, facts=facts)
