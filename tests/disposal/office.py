"""A company with planted breaches, its ledger and keys, and the command line to dispose with."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import URL
from typer.testing import CliRunner

from include.demo.build import build
from include.demo.settings import write
from include.demo.targets import open_engines
from include.governance.cli.app import app
from include.governance.cli.edge import now, settings, today, workspace
from include.governance.disposal.desk import Desk
from include.governance.installation.desk import desk_of
from include.governance.settings import ROOT, demo_file
from tests.acceptance.company import Engine, databases

LEDGER, APPROVALS = "example.jp/daicho", "example.jp/approvals"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Office:
    """The company's databases, and the day of its planted breaches."""

    home: Path
    urls: Mapping[str, URL]
    day: date

    @property
    def on_files(self) -> bool:
        """The databases are SQLite files."""
        return self.urls["shop"].get_backend_name() == "sqlite"

    def run(self, *words: str) -> Done:
        done = CliRunner().invoke(app, list(words))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def well(self, *words: str) -> Done:
        """A command that must succeed."""
        done = self.run(*words)
        assert done.code == 0, done
        return done

    def refused(self, *words: str, says: str, code: int = 2) -> None:
        """A command that must not."""
        done = self.run(*words)
        assert done.code == code, done
        assert says in done.err, done

    def plans(self, *words: str) -> list[dict[str, Any]]:
        """The plans that ``daicho plan …`` made."""
        done = self.run("plan", *words, "--as", "tanaka", "--as-of", str(self.day), "--json", "-")
        assert done.code in (0, 1), done
        found: list[dict[str, Any]] = done.json["plans"]
        return found

    def retention(self, *sources: str) -> list[dict[str, Any]]:
        named = [word for source in sources for word in ("--source", source)]
        return self.plans("retention", "--for-approval", *named)

    def approve(self, plan: dict[str, Any]) -> None:
        for person in ("owner.ec", "cpo"):
            self.well("approve", plan["plan_id"], "--digest", plan["digest"][:12], "--as", person)

    def apply(self, plan: dict[str, Any]) -> Done:
        return self.well("dispose", "apply", plan["plan_id"], "--as", "runner", "--json", "-")

    def verify(self, plan: dict[str, Any]) -> Done:
        return self.well("dispose", "verify", plan["plan_id"], "--as", "runner", "--json", "-")

    def state(self, plan: dict[str, Any]) -> str:
        done = self.well("dispose", "status", plan["plan_id"], "--json", "-")
        return str(done.json["status"]["state"])

    def decisions(self, plan: dict[str, Any]) -> list[dict[str, Any]]:
        """What people decided about a plan, in their order."""
        done = self.well("dispose", "status", plan["plan_id"], "--json", "-")
        found: list[dict[str, Any]] = done.json["decisions"]
        return found

    def ledger(self) -> list[dict[str, Any]]:
        """Every entry."""
        done = self.well("ledger", "show", "--last", "100000", "--json", "-")
        return [each["entry"] for each in done.json["entries"]]

    def execute(self, source: str, *statements: str) -> None:
        engine = sa.create_engine(self.urls[source], poolclass=sa.NullPool)
        with engine.begin() as connection:
            for each in statements:
                connection.exec_driver_sql(each)

    def scalar(self, source: str, query: str) -> Any:
        engine = sa.create_engine(self.urls[source], poolclass=sa.NullPool)
        with engine.connect() as connection:
            return connection.exec_driver_sql(query).scalar()

    def count(self, source: str, table: str, where: str = "1 = 1") -> int:
        return int(self.scalar(source, f"SELECT count(*) FROM {table} WHERE {where}"))

    def desk(self) -> Desk:
        """The engine behind the commands."""
        return desk_of(workspace(settings("en")), now)


@contextmanager
def office(engine: Engine, folder: Path, **limits: float | str) -> Iterator[Office]:
    """Build the company on an engine and open it in an environment of its own."""
    day = today()
    with databases(engine, folder) as urls, pytest.MonkeyPatch.context() as patch:
        engines = open_engines(urls)
        build(engines, variant="planted", as_of=day)
        for each in engines.values():
            each.dispose()
        store = URL.create("sqlite", database=str(folder / "store.db"))
        write(demo_file(folder), urls, store, "test")
        patch.setenv("DAICHO_HOME", str(folder))
        patch.setenv("DAICHO_POLICIES", str(_policies(folder, limits)))
        patch.setenv("DAICHO_KEY", secrets.token_hex(32))
        found = Office(folder, urls, day)
        found.well("ledger", "key", "new", LEDGER)
        found.well("dispose", "key", APPROVALS)
        yield found


def _policies(folder: Path, limits: Mapping[str, float | str]) -> Path:
    """A copy of the demo's policy, with other limits where they are given."""
    target = folder / "policies"
    shutil.copytree(ROOT / "include" / "policies", target)
    file = target / "privacy_policy.yaml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    for name, value in limits.items():
        lines = [f"  {name}: {value}\n" if x.startswith(f"  {name}:") else x for x in lines]
    file.write_text("".join(lines), "utf-8")
    return target
