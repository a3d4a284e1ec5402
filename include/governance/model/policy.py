"""The published privacy policy as data."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from include.governance.model.base import Model
from include.governance.model.occasion import ReasonCode
from include.governance.model.period import Period
from include.governance.model.purpose import Purpose, RecipientKind
from include.governance.model.text import Text

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
Version = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$")]
Login = Annotated[str, Field(pattern=r"^[!-~]+$")]


class Controller(Model):
    """Who publishes the policy (APPI art. 32(1)(i))."""

    name: Text
    address: Text
    representative: Text
    contact_desk: Text
    domain: str


class PendingLaw(Model):
    """Promulgated law that is shown in reports and never enforced before its date."""

    act: Text
    promulgated: date
    in_force: date | None = None
    in_force_by: date | None = None
    scope: Text


class LawProfile(Model):
    """The law the checks follow, and when somebody last looked."""

    id: Literal["jp-appi"]
    label: Text
    checked_on: date
    recheck_after: Period
    pending: tuple[PendingLaw, ...] = ()


class FiscalYear(Model):
    """The company's fiscal year; ``end`` is MM-DD, the filing is due months after it."""

    end: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    filing_due_months: Annotated[int, Field(ge=0, le=12)]


class Clause(Model):
    """One numbered sentence of the policy; ``not_checkable`` says why no data can show it."""

    label: Text
    law: tuple[str, ...] = ()
    not_checkable: Text | None = None


class Category(Model):
    """One category of data.

    ``part_of`` names the category the policy's text lists it under (a postal code is part of the
    address). ``entities`` are the detectors' names for it.
    """

    label: Text
    kind: Literal[
        "identifier",
        "contact",
        "demographic",
        "transaction",
        "behaviour",
        "free_text",
        "secret",
        "governance",
        "none",
    ]
    fideslang: str | None = None
    dpv: str | None = None
    part_of: str | None = None
    entities: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Whether a column of this category counts as personal data."""
        return self.kind not in ("none", "governance")


class Agreement(Model):
    """The confidentiality agreement with a recipient (APPI art. 25, policy 2-(1))."""

    signed_on: date
    ends_on: date


class Recipient(Model):
    """A published recipient; ``logins`` are its accounts in the company's own databases."""

    name: Text
    kind: RecipientKind
    services: tuple[str, ...] = ()
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "JP"
    agreement: Agreement | None = None
    logins: tuple[str, ...] = ()


class JointManager(Model):
    """Who answers for joint use (APPI art. 27(5)(iii))."""

    name: Text
    address: Text
    representative: Text


class JointUse(Model):
    """The published joint-use notice: items, range, purpose, manager."""

    clause: str
    items: tuple[str, ...]
    range: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    manager: JointManager | None = None


class ProvisionException(Model):
    """A ground for provision without consent and the evidence it needs."""

    clause: str
    law: str
    label: Text
    requires: tuple[Literal["document_ref", "approved_by", "consent_difficult"], ...]


class Limits(Model):
    """What one plan may change at most; a plan above a limit is refused.

    Periods must have started between ``oldest_trigger`` and ``youngest_trigger`` ago.
    """

    max_rows: Annotated[int, Field(gt=0)]
    max_percent: Annotated[float, Field(gt=0, le=100)]
    oldest_trigger: Period
    youngest_trigger: Period = Period()
    never_touch: tuple[str, ...] = ()


CopyKind = Literal[
    "backup", "log_archive", "replica", "export", "search_index", "cache", "snapshot", "vendor"
]


class DataCopy(Model):
    """A copy that keeps erased rows until ``expires_after`` has passed; ``role`` answers for it."""

    kind: CopyKind
    label: Text
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    expires_after: Period
    role: str


class Anonymity(Model):
    """From which size on a group of rows that look alike may be called anonymised."""

    smallest_group: Annotated[int, Field(ge=2)] = 5


class Role(Model):
    """Who acts: a role, where it is reached, and the logins of those who have it.

    Nobody else may approve a disposal in the name of the role.
    """

    label: Text
    contact: str
    people: tuple[Login, ...] = ()


class Approvals(Model):
    """Who approves a deletion; every stage needs one person of one of its roles."""

    stages: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]
    expires_after: Period
    requester_may_approve: Literal[False] = False


class RequestClocks(Model):
    """How fast a person's request is answered (APPI arts. 33-35, 39)."""

    acknowledge: Period
    stop_use: Period
    decide: Period
    hard_stop: Period
    erase_everywhere: Period


class Requests(Model):
    """How requests of data subjects are handled (policy 6)."""

    clocks: RequestClocks
    fees_yen: dict[
        Literal["purpose_notice", "disclosure", "records_disclosure"], Annotated[int, Field(ge=0)]
    ]
    formats: tuple[str, ...]
    grounds: tuple[str, ...]
    contact_erased_after: Period


class Act(Model):
    """How soon somebody must act on a finding of a severity."""

    within: Period


class IncidentQuestion(Model):
    """Who answers whether a finding is a leak, and how soon; the report to the authority is due
    three to five days after somebody knew (APPI enforcement rule 8).
    """

    role: str
    within: Period = Period.parse("P3D")


class AdvertisingMail(Model):
    """What the mail laws leave to the company.

    ``existing_customers``: who ordered before a mail and has not refused it needs no consent
    (Specified E-mail Act art. 3(1)(iii)).
    """

    existing_customers: bool = False


LONGEST_UNDO_DAYS = 30


def _soon_over(period: Period) -> Period:
    if period.is_zero or period.months or period.days > LONGEST_UNDO_DAYS:
        raise ValueError(f"whole days or weeks, P1D to P{LONGEST_UNDO_DAYS}D")
    return period


class PrivacyPolicy(Model):
    """The whole published document, reviewed by a person (never derived from its raw text).

    ``acquisition_channels`` are the ways in which data may be acquired, as the tables write
    them; ``adequate_countries`` those of art. 28(1), the controller's own among them.
    ``disposal_reasons`` are all that somebody may give for a disposal outside the schedule. For
    ``undo_window`` removed rows are kept encrypted, which is retention; without it they are not.
    """

    version: Version
    effective_from: date
    title: Text
    timezone: Literal["Asia/Tokyo"] = "Asia/Tokyo"
    controller: Controller
    law_profile: LawProfile
    fiscal_year: FiscalYear
    clauses: dict[str, Clause]
    categories: dict[str, Category]
    forbidden_categories: tuple[str, ...]
    special_categories: tuple[str, ...]
    purposes: dict[str, Purpose]
    recipients: dict[str, Recipient]
    joint_use: JointUse
    acquisition_channels: dict[str, Text] = {}
    adequate_countries: tuple[str, ...] = ()
    exceptions: dict[str, ProvisionException]
    limits: Limits
    copies: dict[str, DataCopy] = {}
    anonymity: Anonymity = Anonymity()
    roles: dict[str, Role]
    departments: dict[str, Text] = {}
    approvals: Approvals
    disposal_reasons: dict[ReasonCode, Text] = {}
    undo_window: Annotated[Period, AfterValidator(_soon_over)] | None = None
    act_within: dict[Severity, Period]
    requests: Requests
    advertising_mail: AdvertisingMail = AdvertisingMail()
    incident_question: IncidentQuestion | None = None
    statements: dict[str, str | None]
