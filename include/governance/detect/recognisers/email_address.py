"""Find e-mail addresses, also URL-encoded, obfuscated and glued to kana."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_JAPANESE_LABEL = r"[ぁ-んァ-ヶー一-龠々]{1,20}"
_JAPANESE_TOP = "コム|みんな|ストア|セール|ファッション|クラウド|ポイント|アマゾン|グーグル|世界"
"""Top-level domains in Japanese writing (https://www.iana.org/domains/root/db)."""
_SIGN = (
    r"@|%40|\\u0040|&#64;| ?[\[({<【〈](?:at|AT|a|@|アット(?:マーク)?)[\])}>】〉] ?"
    r"| at (?=\S{1,64}(?: dot |\[dot\]|\(dot\)))"
    r"|(?<=[A-Za-z0-9])[★☆■□◆◇●○◎](?=[A-Za-z0-9\-]{1,60}\.[a-z])"
)
_DOT = r"(?:\.| ?[\[(](?:dot|DOT|ドット)[\])] ?| dot |\[\.\])"
_AT = re.compile(
    rf"(?:{_SIGN}|(?<=[A-Za-z0-9]) ?(?:@|アットマーク|あっとまーく) ?)"
    rf"(?:(?:(?:{_LABEL}|{_JAPANESE_LABEL}){_DOT}){{1,8}}(?P<top>[A-Za-z]{{2,24}}|{_JAPANESE_TOP})|\[[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}\])"
    rf"(?![A-Za-z0-9])"
)
_LOCAL_BACKWARDS = re.compile(r"[A-Za-z0-9._%+\-]{1,64}")
_QUOTED_BACKWARDS = re.compile(r'"[^"\n]{1,62}"')
_JAPANESE_LOCAL_BACKWARDS = re.compile(r"[一-龠々ァ-ヶー]{1,20}(?![一-龠々ァ-ヶーぁ-ん])")
_ESCAPE = re.compile(r"%(?!2[BbDdEe])[0-9A-Fa-f]{2}")
_FILES = frozenset(
    ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "js", "mjs", "ts", "json",
     "html", "xml", "yaml", "yml", "pdf", "zip", "gz", "mp4", "woff", "woff2", "csv", "txt")
)  # fmt: skip
"""Ends of file names such as icon@2x.png; none is a top-level domain in use for mail."""


class EmailRecogniser(JapaneseRecogniser):
    """E-mail address.

    Format: local part of up to 64 characters, ``@`` (or ``%40``, ``[at]``, アットマーク), a domain
    name that may be internationalised. No check digit. The search starts at the sign and walks
    back, so a long run of letters costs nothing.
    Reference: https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1
    """

    entity = Entity.EMAIL_ADDRESS
    forms = (_AT,)

    def spans(self, text: str) -> Iterator[Span]:
        """Every domain that has a local part before it."""
        for domain in _AT.finditer(text):
            if (domain["top"] or "").lower() in _FILES:
                continue
            start = _local_start(text, domain.start())
            if start is not None:
                yield start, domain.end(), 1.0


def _local_start(text: str, at: int) -> int | None:
    """Where the local part that ends at ``at`` begins; None when there is none.

    A percent escape other than ``%2B``, ``%2D`` and ``%2E`` is a separator, not part of a name.
    """
    before = text[max(0, at - 64) : at][::-1]
    backwards = _LOCAL_BACKWARDS.match(before)
    if backwards is None:
        other = _QUOTED_BACKWARDS.match(before) or _JAPANESE_LOCAL_BACKWARDS.match(before)
        return None if other is None else at - other.end()
    start = at - backwards.end()
    for escape in _ESCAPE.finditer(text, start, at):
        start = escape.end()
    while start < at and text[start] in ".-+%":
        start += 1
    return start if start < at else None
