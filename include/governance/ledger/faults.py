"""What the ledger refuses.

LedgerError                 the ledger could not be read or must not be written on    exit 2
└── LedgerUnavailable       may pass: another writer holds it, the disk did not answer  retry
"""

from __future__ import annotations

from include.governance.errors import GovernanceError


class LedgerError(GovernanceError):
    """The ledger could not be read, or refused to be written on."""


class LedgerUnavailable(LedgerError):
    """The ledger could not be written now; the same call may succeed later."""

    retryable = True
