"""Compare the published text with what the law wants it to say, and with itself."""

from __future__ import annotations

from collections.abc import Iterator

from include.governance.model.mistake import Mistake
from include.governance.policy.load import POLICY_FILE, Rulebook
from include.governance.policy.statements import CONSENT_DIFFICULT, REQUEST_GROUNDS, STATEMENTS


def mistakes(rulebook: Rulebook) -> Iterator[Mistake]:
    """Gaps in the policy's own text."""
    yield from _gaps(rulebook)
    yield from _joint_use(rulebook)
    yield from _grounds(rulebook)
    yield from _exceptions(rulebook)


def _gaps(rulebook: Rulebook) -> Iterator[Mistake]:
    """Statements that nobody found in the text."""
    document = rulebook.documents[POLICY_FILE]
    for key in STATEMENTS:
        if rulebook.policy.statements.get(key) is None:
            yield document.mistake(("statements", key), f"gap_{key}", "warning")


def _joint_use(rulebook: Rulebook) -> Iterator[Mistake]:
    """A notice that claims to name something and leaves it empty."""
    document = rulebook.documents[POLICY_FILE]
    joint, said = rulebook.policy.joint_use, rulebook.policy.statements
    filled = {
        "joint_use_items": joint.items,
        "joint_use_range": joint.range,
        "joint_use_purpose": joint.purposes,
        "joint_use_manager": joint.manager,
    }
    for key, value in filled.items():
        if not value and said.get(key) is not None:
            yield document.mistake(("joint_use",), f"gap_{key}", "warning")


def _grounds(rulebook: Rulebook) -> Iterator[Mistake]:
    named = rulebook.policy.requests.grounds
    if missing := [ground for ground in REQUEST_GROUNDS if ground not in named]:
        document = rulebook.documents[POLICY_FILE]
        path = ("requests", "grounds")
        yield document.mistake(path, "grounds_missing", "warning", names=", ".join(missing))


def _exceptions(rulebook: Rulebook) -> Iterator[Mistake]:
    document = rulebook.documents[POLICY_FILE]
    for name, exception in rulebook.policy.exceptions.items():
        if exception.law in CONSENT_DIFFICULT and "consent_difficult" not in exception.requires:
            path = ("exceptions", name, "requires")
            yield document.mistake(path, "exception_too_wide", "warning", law=exception.law)
