"""A company of one source: contracts written into a folder, and a workspace over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import URL

from include.governance.pipeline.record import Recorder
from include.governance.pipeline.workspace import Workspace, open_store, open_workspace
from include.governance.settings import Settings, load
from tests.source.tables import AS_OF, SECRET

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Declared:
    """One table of a contract; columns are (physical name, logical type, words)."""

    name: str
    columns: Sequence[tuple[str, str, Mapping[str, Any]]]
    key: Sequence[str]
    kind: str = "subject_master"
    words: Mapping[str, Any] = field(default_factory=dict)

    def contract(self, number: int) -> dict[str, Any]:
        """The contract of this table alone, in the standard's words."""
        return {
            "apiVersion": "v3.2.0",
            "kind": "DataContract",
            "id": f"contract-{number}",
            "name": f"contract_{number}",
            "version": "1.0.0",
            "status": "active",
            "description": {"purpose": "A test.", "usage": "A test."},
            "servers": [
                {
                    "server": "shop",
                    "type": "custom",
                    "customProperties": _words({"connectionId": "shop"}),
                }
            ],
            "schema": [
                {
                    "name": f"table_{number}",
                    "physicalName": self.name,
                    "physicalType": "table",
                    "customProperties": _words({"datasetKind": self.kind, **self.words}),
                    "properties": [
                        self._column(at, *given) for at, given in enumerate(self.columns)
                    ],
                }
            ],
        }

    def _column(self, at: int, name: str, kind: str, words: Mapping[str, Any]) -> dict[str, Any]:
        key = {"primaryKey": True, "primaryKeyPosition": 1, "required": True}
        return {
            "name": f"column_{at}",
            "physicalName": name,
            "logicalType": kind,
            "customProperties": _words(words),
            **(key if name in self.key else {}),
        }


def _words(words: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"property": k, "value": v, "vendor": "daicho"} for k, v in words.items()]


def settings(home: Path) -> Settings:
    """An installation in a folder of its own, with the repository's policy and suites."""
    env = {
        "DAICHO_HOME": str(home),
        "DAICHO_KEY": SECRET.decode(),
        "DAICHO_CONTRACTS": str(home / "contracts"),
    }
    return load(env)


def workspace(home: Path, url: URL, tables: Sequence[Declared]) -> Workspace:
    """Write the contracts and open everything."""
    folder = home / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(tables):
        text = yaml.safe_dump(table.contract(number), allow_unicode=True, sort_keys=False)
        (folder / f"t{number}.odcs.yaml").write_text(text, "utf-8")
    return open_workspace(settings(home), lambda _name: url)


def recorder(own: Workspace) -> Recorder:
    """A run of all verbs on the frozen day."""
    open_store(own.settings.store_url)
    return Recorder(own, own.store(), "run", AS_OF, lambda: AT)
