"""``daicho scan --sample``: look at some rows of every table, and record nothing."""

from __future__ import annotations

from collections.abc import Iterable

from include.governance.cli.show import progress_line
from include.governance.cli.terminal import Terminal
from include.governance.model.classification import Classification
from include.governance.model.result import RuleResult
from include.governance.pipeline.workspace import Workspace
from include.governance.source.sample import Sample
from include.governance.wording import Language


def look(
    workspace: Workspace, names: Iterable[str], sample: Sample, out: Terminal, language: Language
) -> tuple[list[Classification], list[RuleResult]]:
    """What the chosen rows of these sources show; raises SourceUnavailable."""
    from include.governance.pipeline.scan import Ways, scan_source  # 1.5 s only a scan needs

    workspace.ready(names)
    classifications: list[Classification] = []
    results: list[RuleResult] = []
    for name in names:
        rows = 0
        for found in scan_source(workspace, name, Ways(sample=sample)):
            classifications += found.classifications
            results += found.results
            rows += found.rows
        out.print(progress_line("scan", name, {"sampled": rows}, language))
    return classifications, results
