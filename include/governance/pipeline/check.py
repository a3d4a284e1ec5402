"""check: are the tables accurate, by the suites below ``expectations/``?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from include.governance.expectations.check import check
from include.governance.model.contract import Dataset
from include.governance.model.result import RuleResult
from include.governance.pipeline.workspace import Workspace


def check_source(
    workspace: Workspace, name: str, as_of: date
) -> Iterator[tuple[Dataset, list[RuleResult]]]:
    """The results of every suite on every declared table of a source that a suite is for.

    Raises SourceUnavailable when the source does not answer.
    """
    source = workspace.source(name)
    yield from check(source, workspace.of_source(name), workspace.suites, as_of, workspace.hashing)
