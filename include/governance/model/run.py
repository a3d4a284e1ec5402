"""The outcome of one run of scan, check and flag: the interface other tools rely on."""

from __future__ import annotations

from datetime import date
from typing import Literal

from include.governance.model.base import Model
from include.governance.model.finding import Finding
from include.governance.model.result import ControlStatus


class RunOutcome(Model):
    """Everything one run concluded."""

    as_of: date
    policy_version: str
    result: Literal["pass", "fail", "error"]
    rules: tuple[ControlStatus, ...]
    findings: tuple[Finding, ...]

    def published(self) -> dict[str, object]:
        """The JSON of ``daicho run --json``."""
        dumped = self.model_dump(mode="json")
        for finding in dumped["findings"]:
            del finding["fingerprint"], finding["kinds"]
        return dumped
