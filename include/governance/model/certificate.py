"""What a certificate of erasure says: counts, names and hashes, never a key and never a value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from include.governance.model.base import Model
from include.governance.model.disposal import KeptRows, PlanKind, TableBalance
from include.governance.model.erasure import LeftReason
from include.governance.model.occasion import Occasion
from include.governance.model.policy import CopyKind
from include.governance.model.schedule import Action
from include.governance.model.text import Text

Level = Literal[1, 2, 3, 4]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
#: A run as the ledger names it.
RunReference = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
#: A login of somebody who works here; never an address that reaches a person.
Login = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern="^[^@]+$")]
#: What may be said of the rows: a keyed pseudonym is never called anonymous, and neither are rows
#: of which too few look alike. ``left_alone``: every planned record had a reason to stay.
Label = Literal["erased", "anonymised", "pseudonymised", "masked", "left_alone"]
Standing = Literal["satisfied", "needs_review"]


class TableResult(Model):
    """What happened to one table; ``planned`` and ``changed`` count its rows."""

    table: str
    kind: Literal["delete", "detach", "update"]
    planned: int
    changed: int


class ArticleItem(Model):
    """One item of the law and whether the numbers of this certificate satisfy it."""

    law: str
    standing: Standing
    reason: str


class ExpiringCopy(Model):
    """A copy of the data that may still hold the rows, until its period is over."""

    name: str
    kind: CopyKind
    label: Text
    role: Text
    expires_on: date


class UndoWindow(Model):
    """Removed rows were kept encrypted; with the key they went for good."""

    until: date
    key_destroyed_at: datetime


class Recipient(Model):
    """Somebody who was given such data and has to be told."""

    service: str
    name: Text


class ColumnScan(Model):
    """One column of changed rows, looked at again.

    ``unmasked`` rows do not have the form that the action gives, ``found`` rows hold something that
    a detector takes for personal data.
    """

    column: str
    action: Action
    unmasked: int
    found: int


class Groups(Model):
    """How many changed rows look alike in the columns that could single somebody out.

    ``smallest`` is k; ``small_rows`` are in groups below ``threshold``, ``unique`` are alone.
    """

    columns: tuple[str, ...]
    rows: int
    groups: int
    smallest: int
    threshold: int
    small_rows: int
    unique: int

    @property
    def hold(self) -> bool:
        """No group is smaller than the policy allows."""
        return self.small_rows == 0


class Masking(Model):
    """What the columns show after rows were changed and not removed."""

    rows: int
    columns: tuple[ColumnScan, ...]
    groups: Groups

    @property
    def clean(self) -> bool:
        """Nothing of the old values was found."""
        return not any(column.unmasked or column.found for column in self.columns)


class CheckLine(Model):
    """One condition that was looked at; ``found`` counts what speaks against it."""

    name: str
    outcome: Literal["pass", "fail", "skip", "by_keys", "partly"]
    found: int = 0


class Buried(Model):
    """The keyed hashes that tell when an erased row comes back."""

    epoch: int
    tombstones: int
    digest: Hash


class Certificate(Model):
    """One erasure, approved, carried out and verified.

    ``level`` is the one at the time of issue: higher ones are reached later and stand in the
    ledger. ``previous_sha256`` is the hash of the certificate before, so that none can go missing.
    """

    version: Literal[1] = 1
    certificate_id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    number: Annotated[int, Field(ge=1)]
    previous_sha256: Hash
    product: str
    issued_at: datetime
    timezone: str
    controller: Text
    policy_version: str

    kind: PlanKind
    reference: str | None
    occasion: Occasion | None
    source: str
    table: str
    target_sha256: Hash
    rule: str
    rule_label: Text
    control: str
    basis: tuple[Text, ...]
    oldest_trigger: date | None
    youngest_trigger: date | None

    plan_id: str
    plan_digest: Hash
    policy_sha256: Hash
    contracts_sha256: Hash
    schema_sha256: Hash

    planned: int
    affected: int
    skipped: dict[LeftReason, int]
    kept: tuple[KeptRows, ...]
    tables: tuple[TableResult, ...]
    actions: dict[str, Action]
    pseudonym_key: str | None
    age_cap: int | None = None
    label: Label
    articles: tuple[ArticleItem, ...]

    checks: tuple[CheckLine, ...]
    balance: tuple[TableBalance, ...]
    verified_at: datetime
    masking: Masking | None
    rows_root: Hash
    tombstones: Buried

    level: Level
    copies_declared: bool
    copies: tuple[ExpiringCopy, ...]
    undo_window: UndoWindow | None = None
    recipients: tuple[Recipient, ...]

    requester: Login
    approvers: Annotated[tuple[Login, ...], Field(min_length=1)]
    executors: Annotated[tuple[Login, ...], Field(min_length=1)]
    runs: tuple[RunReference, ...]
    started_at: datetime
    finished_at: datetime

    @property
    def rows(self) -> int:
        """Rows changed, over all tables."""
        return sum(table.changed for table in self.tables)


class TableEvidence(Model):
    """What a database showed of one table before and after its space was given back."""

    table: str
    before: dict[str, str]
    after: dict[str, str]


class LevelEvidence(Model):
    """A level that an erasure reached, and what shows it."""

    level: Level
    reached_at: datetime
    engine: str
    tables: tuple[TableEvidence, ...] = ()
    copies: tuple[ExpiringCopy, ...] = ()


def level_now(levels: Sequence[LevelEvidence]) -> Level:
    """The highest level that was reached."""
    return max((each.level for each in levels), default=1)


def written_copies(
    certificate: Certificate, levels: Sequence[LevelEvidence]
) -> tuple[ExpiringCopy, ...]:
    """The copies as they were written down last: files that were written anew start them again."""
    known = {each.name: each for each in certificate.copies}
    return tuple((known | {each.name: each for level in levels for each in level.copies}).values())
