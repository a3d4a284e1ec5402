"""Why somebody wants rows to go: a reason of the policy's list, and where it was asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from include.governance.model.base import Model
from include.governance.model.text import Text

REASON = r"^[a-z][a-z_]{0,39}$"
#: Letters and at most six digits: a telephone or customer number does not fit.
TICKET = r"^[A-Za-z]{1,16}[-#/]?[0-9]{1,6}$"
#: Of a request or a stored selection: an e-mail address or telephone number does not fit.
REFERENCE = r"^([0-9]{1,6}|([0-9][0-9._-]{0,31})?[A-Za-z][A-Za-z0-9._-]{0,63})$"

ReasonCode = Annotated[str, StringConstraints(pattern=REASON)]
Ticket = Annotated[str, StringConstraints(pattern=TICKET)]
ReferenceId = Annotated[str, StringConstraints(pattern=REFERENCE)]


class Occasion(Model):
    """A code of ``disposal_reasons`` with its label, and the ticket; no free text."""

    reason: ReasonCode
    label: Text
    ticket: Ticket
