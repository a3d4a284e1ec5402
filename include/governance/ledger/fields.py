"""The only kinds of field an entry of the ledger may have, so that no value can slip in.

A digest, a keyed reference, a count, a moment, a name from a contract or the policy, a ticket, a
word of a closed set.
There is no free text. A reference must be keyed (HMAC): an unkeyed hash of a customer number or
an e-mail address is guessed in seconds, and no form of field can tell the two apart.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints

from include.governance.model.occasion import REASON, TICKET

#: SHA-256 in hex; also the root of a tree and a public key.
Digest = Annotated[str, StringConstraints(strict=True, pattern="^[0-9a-f]{64}$")]
#: A keyed hash or random id in hex that stands for a person, a run or a key.
Reference = Annotated[str, StringConstraints(strict=True, pattern="^[0-9a-f]{32}$")]
#: An Ed25519 signature in hex.
SignatureHex = Annotated[str, StringConstraints(strict=True, pattern="^[0-9a-f]{128}$")]
#: A number of rows or objects; the bound keeps mobile, card and My Number out.
Count = Annotated[int, Field(strict=True, ge=0, lt=1_000_000_000)]

_NAME = re.compile(r"(?!.*[0-9]{5})[a-z][a-z0-9_]{0,62}")
#: Nothing was in a ledger before, so an earlier day is probably somebody's birthday.
_FIRST_DAY = date(2020, 1, 1)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a-z, 0-9 and _ only, and no number of five digits")
    return text


def _moment(at: datetime) -> datetime:
    if at.utcoffset() != timedelta(0):
        raise ValueError("a moment in UTC")
    _day(at.date())
    return at.astimezone(UTC)


def _day(day: date) -> date:
    if day < _FIRST_DAY:
        raise ValueError("a day since 2020")
    return day


def _moment_text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


#: A table's name as a contract gives it; see ``table_name`` for names of another form.
Name = Annotated[str, Field(strict=True), AfterValidator(_name)]
#: Why a disposal was asked for, as a code of the policy, and where.
ReasonCode = Annotated[str, StringConstraints(strict=True, pattern=REASON)]
Ticket = Annotated[str, StringConstraints(strict=True, pattern=TICKET)]
#: An instant in UTC.
Moment = Annotated[
    datetime,
    Field(strict=True),
    AfterValidator(_moment),
    PlainSerializer(_moment_text, return_type=str),
]
#: A day since 2020.
Day = Annotated[date, Field(strict=True), AfterValidator(_day)]


def table_name(name: str) -> str:
    """``name`` when an entry may hold it, else ``t_`` and a hash: names of tables are no secret."""
    if _NAME.fullmatch(name):
        return name
    letters = hashlib.sha256(name.encode()).hexdigest()[:24].translate(_LETTERS)
    return f"t_{letters}"


#: Hex without digits, so that a hash never looks like a long number.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
