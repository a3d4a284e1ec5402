"""What an officer may write into the store: plain text in which no person's data is seen."""

from __future__ import annotations

import re
import unicodedata

from include.governance.errors import StoreError

LONGEST_REASON = 1_000
LONGEST_NAME = 255
#: Digits in a row that can be a telephone, customer or identity number.
MOST_DIGITS = 6
_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_NUMBER = re.compile(rf"\d(?:[^\w\n,;、。]{{0,2}}\d){{{MOST_DIGITS},}}")
_MAIL = re.compile(r"\w\W{0,2}(?:@|%40|[(\[<]\s*at\s*[)\]>])\W{0,2}\w", re.IGNORECASE)
_ROLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")
#: Control characters, halves of characters, and marks that turn or hide text.
_UNSAFE = {"Cc", "Cs", "Co", "Cn"}
#: Visible signs of ASCII: letters of other scripts can look the same, other signs like nothing.
_LOGIN = re.compile(r"[!-~]+")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def require_text(field: str, text: str | None, longest: int = LONGEST_REASON) -> str:
    """``text`` trimmed; raises StoreError when empty, too long, unsafe or personal."""
    trimmed = require_name(field, text, longest)
    if kind := personal(trimmed):
        raise StoreError(f"text_with_{kind}", field=field)
    return trimmed


def require_name(field: str, text: str | None, longest: int = LONGEST_NAME) -> str:
    """``text`` trimmed; raises StoreError when empty, too long or unsafe to show."""
    trimmed = (text or "").strip()
    if not trimmed:
        raise StoreError("text_missing", field=field)
    if len(trimmed) > longest:
        raise StoreError("text_too_long", field=field, found=len(trimmed), allowed=longest)
    if _TURNING.search(trimmed) or any(
        unicodedata.category(each) in _UNSAFE and each not in "\n\t" for each in trimmed
    ):
        raise StoreError("text_unsafe", field=field)
    return trimmed


def require_login(field: str, text: str | None) -> str:
    """A login; raises StoreError as ``require_text``, and for one that is not ``plain``."""
    login = require_text(field, text, LONGEST_NAME)
    if not plain(login):
        raise StoreError("login_not_plain", field=field)
    return login


def plain(login: str) -> bool:
    """Whether no other login can look the same: otherwise one person could pass for two."""
    return _LOGIN.fullmatch(login) is not None


def require_role(text: str | None) -> str:
    """The id of a role of the policy, such as CPO."""
    if not text or not _ROLE.fullmatch(text):
        raise StoreError("role_missing")
    return text


def personal(text: str) -> str | None:
    """``mail`` or ``number`` when the text shows an e-mail address or a number of 7+ digits.

    Full-width, kanji and separated digits count; dates such as 2026-11-30 do not.
    """
    visible = "".join(
        each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf"
    )
    if _MAIL.search(visible):
        return "mail"
    digits = _DATE.sub(" DATE ", visible.translate(_KANJI_DIGITS))
    return "number" if _NUMBER.search(digits) else None
