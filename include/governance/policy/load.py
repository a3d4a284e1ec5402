"""Read the three files compliance owns, and check that they fit together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from include.governance import yamlfile
from include.governance.model.base import Model
from include.governance.model.control import ControlCatalogue
from include.governance.model.mistake import Mistake
from include.governance.model.policy import PrivacyPolicy
from include.governance.model.schedule import RetentionSchedule
from include.governance.policy.references import references
from include.governance.yamlfile import Document

POLICY_FILE = "privacy_policy.yaml"
SCHEDULE_FILE = "retention_schedule.yaml"
CONTROLS_FILE = "controls.yaml"
MODELS: dict[str, type[Model]] = {
    POLICY_FILE: PrivacyPolicy,
    SCHEDULE_FILE: RetentionSchedule,
    CONTROLS_FILE: ControlCatalogue,
}


@dataclass(frozen=True)
class Rulebook:
    """The promises: policy, schedule and controls, with the documents they were read from."""

    policy: PrivacyPolicy
    schedule: RetentionSchedule
    controls: ControlCatalogue
    documents: dict[str, Document]


def load_rulebook(folder: Path, root: Path) -> tuple[Rulebook | None, list[Mistake]]:
    """The rulebook, or every mistake in its files."""
    mistakes: list[Mistake] = []
    documents: dict[str, Document] = {}
    models: dict[str, object] = {}
    for name, model in MODELS.items():
        path = folder / name
        shown = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
        document, wrong = yamlfile.read(path, shown)
        mistakes += wrong
        if document is None:
            continue
        documents[name] = document
        models[name], wrong = yamlfile.validate(document, model)
        mistakes += wrong
    policy, schedule, controls = (
        models.get(name) for name in (POLICY_FILE, SCHEDULE_FILE, CONTROLS_FILE)
    )
    if mistakes or not (
        isinstance(policy, PrivacyPolicy)
        and isinstance(schedule, RetentionSchedule)
        and isinstance(controls, ControlCatalogue)
    ):
        return None, mistakes
    rulebook = Rulebook(policy, schedule, controls, documents)
    wrong = list(_unknown(rulebook))
    return (None if wrong else rulebook), wrong


def _unknown(rulebook: Rulebook) -> Iterable[Mistake]:
    """Names that are used and defined nowhere."""
    for use in references(rulebook.policy, rulebook.schedule, rulebook.controls):
        if use.name in use.known:
            continue
        document = rulebook.documents[use.file]
        near = yamlfile.did_you_mean(use.name, use.known)
        facts: dict[str, str | int] = {"what": use.what, "name": use.name}
        if near:
            yield document.mistake(use.path, "undefined_near", "error", near=near, **facts)
        else:
            yield document.mistake(use.path, "undefined", "error", **facts)
