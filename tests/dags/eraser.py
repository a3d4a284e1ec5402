"""A demo company whose rows really go, and what is left of them afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from include.governance.cli.edge import now, settings, workspace
from include.governance.disposal.decide import decisions_of
from include.governance.disposal.desk import Desk
from include.governance.installation.desk import desk_of
from include.governance.model.disposal import Decision
from tests.conftest import ROOT
from tests.dags.conftest import Installation

#: Judged on a day that is over: nothing may be erased before it is due.
AS_OF = "2026-11-20"
MAILS = 207
WISH: dict[str, Any] = {
    "record_class": "mail_event",
    "source": "crm",
    "selection": None,
    "request": None,
    "reason": "no_longer_needed",
    "ticket": "OPS-1",
    "as_of": AS_OF,
    "dry_run": False,
}


@dataclass(frozen=True)
class Eraser:
    """One installation whose approvals are answered by tests."""

    home: Path
    patch: pytest.MonkeyPatch

    def policy(self, *changes: tuple[str, str]) -> None:
        """Another policy: each text replaced by another."""
        folder = self.home / "policies"
        if not folder.exists():
            shutil.copytree(ROOT / "include" / "policies", folder)
        file = folder / "privacy_policy.yaml"
        text = file.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
        self.patch.setenv("DAICHO_POLICIES", str(folder))

    def only(self, *sources: str) -> None:
        """Contracts of these sources only."""
        folder = self.home / "contracts"
        folder.mkdir()
        for source in sources:
            for file in (ROOT / "include" / "contracts").glob(f"{source}_*.yaml"):
                shutil.copy(file, folder)
        self.patch.setenv("DAICHO_CONTRACTS", str(folder))

    def at_once(self, dag: Any, *tasks: str) -> None:
        """Let a task be tried again without a pause."""
        for name in tasks:
            self.patch.setattr(dag.get_task(name), "retry_delay", timedelta(0))
            self.patch.setattr(dag.get_task(name), "retry_exponential_backoff", 0)

    def desk(self) -> Desk:
        return desk_of(workspace(settings("en")), now)

    def states(self) -> list[str]:
        """The states of all plans, the oldest first."""
        return [str(each.state) for each in reversed(self.desk().records.plans())]

    def decisions(self) -> list[tuple[str, str]]:
        """What was decided by whom about the newest plan."""
        return [(each.decision, each.person) for each in self.signed()]

    def signed(self) -> tuple[Decision, ...]:
        desk = self.desk()
        return decisions_of(desk, desk.records.plans()[0].plan)

    def rows(self, table: str = "crm_mail_events", where: str = "1 = 1") -> int:
        return int(
            self.query(table.partition("_")[0], f"SELECT count(*) FROM {table} WHERE {where}")
        )

    def query(self, source: str, query: str) -> Any:
        with sqlite3.connect(self.home / "demo" / f"{source}.db") as database:
            return database.execute(query).fetchone()[0]

    def execute(self, source: str, statement: str, *values: Any) -> None:
        with sqlite3.connect(self.home / "demo" / f"{source}.db") as database:
            database.execute(statement, values)


@pytest.fixture
def eraser(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Eraser:
    """A copy of the demo company, to which the environment points."""
    return Eraser(installation.home, monkeypatch)
