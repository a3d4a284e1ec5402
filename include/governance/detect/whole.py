"""Decide without Presidio the values that are one plain thing from end to end.

Most cells of a shop are an e-mail address, a number or a telephone number and nothing else. The
forms here are narrower than the recognisers' and give the same answer
(`tests/detect/test_whole.py` compares them).
"""

from __future__ import annotations

import re
from typing import Literal

from include.governance.detect import checks
from include.governance.detect.entities import Entity
from include.governance.detect.hit import Hit
from include.governance.detect.text import digits

_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._\-]{0,62}@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.){1,8}"
    r"[A-Za-z]{2,24}"
)
_MOBILE = re.compile(r"0[5-9]0-[0-9]{4}-[0-9]{4}")
_V4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


def whole_hit(text: str) -> Hit | Literal[False] | None:
    """The one hit that a folded value is, False when it is nothing, None when it is undecided."""
    if not text.isascii() or len(text) > 320:
        return None
    if text.isdigit():
        return _bare_number(text)
    if "@" in text:
        return Hit(Entity.EMAIL_ADDRESS, 0, len(text), 1.0) if _EMAIL.fullmatch(text) else None
    if _MOBILE.fullmatch(text):
        personal = checks.is_personal_phone(digits(text))
        return Hit(Entity.PHONE_NUMBER, 0, len(text), 0.75) if personal else False
    if _V4.fullmatch(text):
        host = checks.names_a_host(text)
        return Hit(Entity.IP_ADDRESS, 0, len(text), 0.95) if host else False
    return None


def _bare_number(text: str) -> Hit | Literal[False]:
    """Digits alone have no context: only a card or a mobile number shows itself."""
    if checks.is_card(text) and len(text) <= 16:
        return Hit(Entity.CREDIT_CARD, 0, len(text), 1.0)
    if len(text) == 11 and checks.is_personal_phone(text):
        return Hit(Entity.PHONE_NUMBER, 0, len(text), 0.75)
    return False
