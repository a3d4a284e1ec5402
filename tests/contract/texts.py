"""Small contracts, one for each feature of the standard, and a way to read a text."""

from __future__ import annotations

from include.governance import yamlfile
from include.governance.contract.load import from_document
from include.governance.model.contract import DataContract, Dataset
from include.governance.model.mistake import Mistake

HEAD = """\
apiVersion: v3.2.0
kind: DataContract
id: small
version: 1.0.0
status: active
servers:
  - {server: shop, type: custom}
"""


def read(text: str) -> tuple[DataContract | None, list[Mistake]]:
    """Load a contract from text, as from a file."""
    document, mistakes = yamlfile.parse(text, "small.odcs.yaml")
    if document is None or mistakes:
        return None, mistakes
    return from_document(document)


def contract(text: str) -> DataContract:
    """The contract of a text that must load without a word."""
    found, mistakes = read(text)
    assert found is not None, [str(m) for m in mistakes]
    assert [str(m) for m in mistakes] == []
    return found


def column(lines: str, head: str = HEAD) -> str:
    """A contract with one column, whose keys are given."""
    indented = "".join(f"        {line}\n" for line in lines.strip("\n").split("\n"))
    return f"{head}schema:\n  - name: t\n    properties:\n      - name: a\n{indented}"


def dataset(text: str, at: int = 0) -> Dataset:
    """One table of a contract that must load."""
    return contract(text).datasets[at]
