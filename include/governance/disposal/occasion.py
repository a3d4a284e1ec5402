"""What an operator gives as reason and ticket, held against the policy's closed list."""

from __future__ import annotations

import re

from include.governance.errors import ConfigurationError
from include.governance.model.occasion import REFERENCE, TICKET, Occasion
from include.governance.model.policy import PrivacyPolicy


def occasion_of(policy: PrivacyPolicy, reason: str, ticket: str) -> Occasion:
    """Raises ConfigurationError for a reason not on the list, or a ticket of another form."""
    label = policy.disposal_reasons.get(reason)
    if label is None:
        raise ConfigurationError(
            "disposal_reason", allowed=", ".join(policy.disposal_reasons) or "-"
        )
    if not re.fullmatch(TICKET, ticket):
        raise ConfigurationError("disposal_ticket", allowed=TICKET)
    return Occasion(reason=reason, label=label, ticket=ticket)


def require_reference(field: str, text: str) -> str:
    """The id of a request or a stored selection; raises ConfigurationError for any other text."""
    if not re.fullmatch(REFERENCE, text):
        raise ConfigurationError("disposal_reference", field=field, allowed=REFERENCE)
    return text
