"""A small company whose files are right, and may be edited to be wrong in one place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from include.governance.contract.load import load_folder
from include.governance.lint import lint
from include.governance.model.mistake import Mistake
from include.governance.policy.load import load_rulebook

FILES = Path(__file__).parent / "files"
AS_OF = date(2026, 11, 30)
POLICY, SCHEDULE, CONTROLS = "privacy_policy.yaml", "retention_schedule.yaml", "controls.yaml"
MEMBERS, ORDERS = "members.odcs.yaml", "orders.odcs.yaml"


@dataclass(frozen=True)
class Company:
    """A folder of policy, schedule, controls and contracts."""

    folder: Path

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace the one place where a text stands."""
        text = (self.folder / file).read_text("utf-8")
        assert text.count(old) == 1, f"{file}: {old!r} stands {text.count(old)} times"
        (self.folder / file).write_text(text.replace(old, new), "utf-8")

    def line(self, file: str, text: str) -> int:
        """The line on which a text first stands."""
        lines = (self.folder / file).read_text("utf-8").splitlines()
        return next(n for n, line in enumerate(lines, 1) if text in line)

    def mistakes(self, as_of: date = AS_OF) -> list[Mistake]:
        """What loading finds, or else what lint finds."""
        rulebook, wrong = load_rulebook(self.folder, self.folder)
        contracts, also = load_folder(self.folder, self.folder)
        if rulebook is None or any(m.level == "error" for m in also):
            return [*wrong, *also]
        return [*also, *lint(rulebook, contracts, as_of)]


def company(folder: Path) -> Company:
    """The company with nothing wrong."""
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    return Company(folder)
