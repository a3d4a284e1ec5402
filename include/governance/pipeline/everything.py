"""All three judging verbs over all sources in one process."""

from __future__ import annotations

from collections.abc import Callable

from include.governance.errors import SourceError
from include.governance.model.result import RuleResult
from include.governance.model.run import RunOutcome
from include.governance.pipeline.record import VERBS, Recorder
from include.governance.pipeline.registers import REGISTERS

Progress = Callable[[str, str, dict[str, int]], None]


def run_everything(
    recorder: Recorder, progress: Progress
) -> tuple[RunOutcome, tuple[RuleResult, ...]]:
    """scan → check → flag; a source that does not answer is an error and the others go on."""
    for verb in VERBS:
        for source in recorder.workspace.source_names:
            step = {"scan": recorder.scan, "check": recorder.check, "flag": recorder.flag}[verb]
            try:
                counts = step(source)
            except SourceError as error:
                counts = recorder.give_up(verb, source, error)
            progress(verb, source, counts)
        if verb == "check":
            progress(verb, REGISTERS, recorder.check_rules())
    return recorder.conclude()
