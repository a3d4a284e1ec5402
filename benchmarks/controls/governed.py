"""The same controls as the product judges them: check and flag, all sources, in one process."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pydantic import SecretBytes
from sqlalchemy import URL

from include.demo.ready import AS_OF
from include.governance.model.result import RuleResult
from include.governance.pipeline.check import check_source
from include.governance.pipeline.flag import flag_registers, flag_source
from include.governance.pipeline.registers import open_holds
from include.governance.pipeline.rules import check_rules
from include.governance.pipeline.workspace import open_store, open_workspace
from include.governance.settings import Settings
from include.governance.source.reuse import reusing


class Governed:
    """A workspace whose six sources are one database."""

    def __init__(self, folder: Path, url: URL) -> None:
        key = SecretBytes(b"a key for benchmarks only, 0123456789 abcdef")
        settings = Settings(home=folder, store_url=f"sqlite:///{folder}/store.db", key=key)
        open_store(settings.store_url)
        self._workspace = open_workspace(settings, lambda _name: url)

    def judge(self) -> list[RuleResult]:
        """The result of every rule that asks a database."""
        workspace, found = self._workspace, list[RuleResult]()
        holds = open_holds(workspace, AS_OF)
        for source in workspace.source_names:
            with reusing():
                for _, results in check_source(workspace, source, AS_OF):
                    found += results
            with reusing():
                for _, results in flag_source(workspace, source, AS_OF, holds):
                    found += results
        with reusing():
            found += check_rules(workspace, AS_OF)
        with reusing():
            found += flag_registers(workspace, AS_OF)
        return found

    def rows(self) -> dict[str, int]:
        """How many rows break each control; raises where one could not be judged."""
        found: Counter[str] = Counter()
        for result in self.judge():
            if result.status == "error":
                raise RuntimeError(f"{result.control} {result.rule}: {result.reason}")
            found[result.control] += result.rows
        return dict(found)
