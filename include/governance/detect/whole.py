"""Decide plain values without Presidio, where its answer is known.

Most values that look like personal data in structured columns are an e-mail address, an address of
a computer or a telephone number and nothing else. The forms here are narrower than the recognisers'
and give the same answer (`tests/detect/test_fast_path.py` compares them).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from include.governance.detect import checks
from include.governance.detect.bits import Bits, bits_of, none_of
from include.governance.detect.entities import Entity
from include.governance.detect.folding import Mask, among, matches
from include.governance.detect.hit import Hit
from include.governance.detect.text import digits

_NOTHING = (
    r"\A(?:[0-9]{1,6}|[A-Za-z_\-]{1,20}|-?[0-9]{1,12}\.[0-9]{1,6}"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)\z"
)
"""Small numbers, single words, UUIDs and moments hold nothing, whatever a pattern may match."""
_BARE = r"\A[0-9]{1,320}\z"
_BARE_AND_LIKELY = r"\A(?:0[5-9]0[0-9]{8}|[1-6][0-9]{13,15})\z"
_EMAIL = (
    r"\A[A-Za-z0-9][A-Za-z0-9._\-]{0,62}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}\z"
)
_MOBILE_OR_V4 = r"\A(?:0[5-9]0-[0-9]{4}-[0-9]{4}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})\z"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_PUBLIC_V4 = (
    r"\A(?:[2-9]|1[1-9]|[2-9][0-9]|1[3-5][0-9]|18[0-9]|20[0-9]|21[0-9])"
    rf"(?:\.{_OCTET}){{3}}\z"
)
"""Addresses of which there is no doubt that they are somebody's; the others are asked for."""
_CARD_BIT = bits_of({Entity.CREDIT_CARD})
_EMAIL_BIT = bits_of({Entity.EMAIL_ADDRESS})
_IP_BIT = bits_of({Entity.IP_ADDRESS})
_PHONE_BIT = bits_of({Entity.PHONE_NUMBER})
SCORES = {
    Entity.CREDIT_CARD: 1.0,
    Entity.EMAIL_ADDRESS: 1.0,
    Entity.IP_ADDRESS: 0.95,
    Entity.PHONE_NUMBER: 0.75,
}
"""How sure a whole value is of its kind."""


class Plain(NamedTuple):
    """Which values are decided, and of which kind each of those is as a whole, if of any."""

    settled: Mask
    kinds: Bits


def whole_hit(kind: Entity, text: str) -> Hit:
    """The hit that is all of a value."""
    return Hit(kind, 0, len(text), SCORES[kind])


def plain(folded: pa.Array) -> Plain:
    """Decide the folded values that are plain."""
    kinds = none_of(len(folded))
    settled = matches(folded, _NOTHING)
    bare = among(folded, ~settled, _BARE)
    for place, text in _of(folded, among(folded, bare, _BARE_AND_LIKELY)):
        kinds[place] = _of_bare_number(text)
    settled |= bare
    email = among(folded, ~settled, _EMAIL)
    kinds[email] = _EMAIL_BIT
    settled |= email
    rest = among(folded, ~settled, _MOBILE_OR_V4)
    public = among(folded, rest, _PUBLIC_V4)
    kinds[public] = _IP_BIT
    for place, text in _of(folded, rest & ~public):
        kinds[place] = _of_mobile_or_v4(text)
    return Plain(settled | rest, kinds)


def _of(folded: pa.Array, mask: Mask) -> Iterator[tuple[int, str]]:
    places = np.flatnonzero(mask)
    yield from zip(places.tolist(), folded.take(pa.array(places)).to_pylist(), strict=True)


def _of_bare_number(text: str) -> int:
    """Digits alone have no context: only a card or a mobile number shows itself."""
    if len(text) == 11:
        return _PHONE_BIT if checks.is_personal_phone(text) else 0
    return _CARD_BIT if checks.is_card(text) else 0


def _of_mobile_or_v4(text: str) -> int:
    if "." in text:
        return _IP_BIT if checks.names_a_host(text) else 0
    return _PHONE_BIT if checks.is_personal_phone(digits(text)) else 0
