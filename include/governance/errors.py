"""What can go wrong, by phase, with a message in both languages and never a value.

GovernanceError
├── ConfigurationError      a file somebody wrote is wrong       exit 3, do not retry
│   ├── PolicyError
│   └── ContractError
├── SourceError             a database could not be read         exit 2
│   ├── SourceUnavailable   may pass: no connection, lock, timeout   retry
│   └── SourceMismatch      will not pass: table or column missing   do not retry
├── PlanError               a plan was refused
│   └── LimitExceeded
├── StoreError              the governance store refused
│   └── StoreMisconfigured  DAICHO_STORE is wrong; also a ConfigurationError
└── LedgerError             the ledger could not be read or must not be written on    exit 2
    └── LedgerUnavailable   may pass: another writer holds it, the disk did not answer  retry
"""

from __future__ import annotations

from typing import ClassVar

from include.governance.wording import Language, say


class GovernanceError(Exception):
    """A refusal that names what, where, found, allowed and the next step.

    ``code`` is a key of the wording catalogue; ``facts`` fill its placeholders and hold names,
    counts and limits only.
    """

    retryable: ClassVar[bool] = False

    def __init__(self, code: str, **facts: str | int | float) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.say("en"))

    def say(self, language: Language) -> str:
        """The message in the reader's language."""
        return say(f"error.{self.code}", language, **self.facts)


class ConfigurationError(GovernanceError):
    """A setting or a file that a person wrote is wrong; nothing was run."""


class PolicyError(ConfigurationError):
    """The privacy policy, the retention schedule or the control catalogue is wrong."""


class ContractError(ConfigurationError):
    """A data contract is wrong."""


class SourceError(GovernanceError):
    """A source could not be evaluated."""


class SourceUnavailable(SourceError):
    """A source did not answer; the same call may succeed later."""

    retryable = True


class SourceMismatch(SourceError):
    """A source lacks what the contract promises; trying again cannot help."""


class PlanError(GovernanceError):
    """A plan was refused."""


class LimitExceeded(PlanError):
    """A plan would change more than the policy allows."""


class StoreError(GovernanceError):
    """The governance store refused."""


class StoreMisconfigured(StoreError, ConfigurationError):
    """DAICHO_STORE names no store that this installation can open."""


class LedgerError(GovernanceError):
    """The ledger could not be read, or refused to be written on."""


class LedgerUnavailable(LedgerError):
    """The ledger could not be written now; the same call may succeed later."""

    retryable = True
