"""The company to build: its size, its seed, and the ids that must stay free."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from include.demo.moment import Moment

# Ids the story gives to other rows: a member erased long ago (deletion DL1), and rows that
# only the planted company has. A larger company must not fill them by accident.
ERASED_MEMBER = 9001
RESERVED: dict[str, frozenset[int]] = {
    "member": frozenset({ERASED_MEMBER}),
    "order": frozenset({9001, 9002}),
    "inquiry": frozenset({61, 62}),
    "log": frozenset({101, 102, 103}),
    "anonymised": frozenset({1000}),  # its row_id, counted from zero, is 999
}
FIRST_PLANTED_MAIL, PLANTED_MAILS = 201, 7


@dataclass(frozen=True, slots=True)
class Company:
    """One build of the demo company; scale 1 has 300 members."""

    scale: int = 1
    seed: int = 20261130
    moment: Moment = field(default_factory=Moment)

    @property
    def members(self) -> int:
        """The highest member id."""
        return 300 * self.scale

    def ids(self, kind: str, per_scale: int) -> Iterator[int]:
        """The ids from 1 to ``per_scale`` times the scale that are not reserved."""
        reserved = RESERVED.get(kind, frozenset())
        return (i for i in range(1, per_scale * self.scale + 1) if i not in reserved)


def consent_id(member_id: int) -> int:
    """Every member but each third one has agreed; consents are counted without gaps."""
    return member_id - member_id // 3


def mail_event_id(member_id: int) -> int:
    """Mails are counted like consents, leaving out the ids that the planted mails take."""
    event_id = consent_id(member_id)
    return event_id if event_id < FIRST_PLANTED_MAIL else event_id + PLANTED_MAILS


def wants_mail(member_id: int) -> bool:
    """Whether the member agreed to the mail magazine when registering."""
    return member_id % 3 != 0
