"""Find payment card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect import checks
from include.governance.detect.context import GOODS, OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser, Span
from include.governance.detect.text import digits

_BETWEEN = r"(?: ?[-./_・] ?|  ?|\n)?"
_WORD = r"(?=[A-Za-z]*[g-zG-Z])[A-Za-z]{2,12}"
#: A word that is written onto the number, as in ``card4111…``; track data begins with ``%B``.
_GLUED_BEFORE = re.compile(rf"(?:(?<![0-9A-Za-z]){_WORD}|%[0-9A-F]{{2}}|%B)\Z")
#: What follows is a word as well; letters that are hexadecimal digits, too, belong to a hash.
_GLUED_AFTER = re.compile(rf"{_WORD}(?![0-9A-Za-z])")
_OTHER_PREFIX = re.compile(
    r"(?:no|id|ord|order|inv|invoice|trk|track|tracking|sku|jan|ref|ticket|item|code|tel)\Z",
    re.IGNORECASE,
)
_LABELLED_NUMBER = re.compile(r"[0-9](?<![0-9].)(?<![0-9][-.].)[0-9]{11,18}(?![0-9])(?!-[0-9])")
_BEFORE, _AFTER = re.compile(r"[0-9A-Za-z]*\Z"), re.compile(r"[0-9A-Za-z]*")
_HEXADECIMAL = re.compile(r"(?=[0-9A-F]*[A-F])[0-9A-F]{8,}", re.IGNORECASE)
_LABEL_NEAR = 12
_BOUND = 2
_OTHER_CARDS = tuple(
    f"{kind}カード{end}"
    for kind in (
        "ポイント",
        "会員",
        "メンバーズ",
        "マイナンバー",
        "在留",
        "図書",
        "診察",
        "ギフト",
        "IC",
        "SIM",
    )
    for end in ("", "番号", "の番号", "No")
) + tuple(
    f"{kind} card{end}"
    for kind in (
        "gift",
        "point",
        "points",
        "member",
        "membership",
        "loyalty",
        "sim",
        "id",
        "my number",
    )
    for end in ("", " no", " number")
)


class CardRecogniser(PatternRecogniser):
    """Payment card number (PAN).

    Format: 14 to 16 digits with the issuer prefix and length of Visa, Mastercard, JCB, American
    Express, Diners Club, UnionPay or Discover, in groups or not, perhaps written onto a word; 12
    to 19 bare digits of any issuer right after a word for a card. Check digit: Luhn. Thirteen
    digits alone are a JAN code, not a card. A word for another number (追跡, JAN) nearer wins.
    Reference: https://www.iso.org/standard/70484.html (ISO/IEC 7812-1)
    """

    entity = Entity.CREDIT_CARD
    pattern = re.compile(
        rf"(?=[0-9])(?<![0-9])(?<![0-9][-.])"
        rf"(?:[0-9]{{4}}({_BETWEEN})[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}"
        rf"|(?:3[47][0-9]{{2}}|1800|2131)({_BETWEEN})[0-9]{{6}}\2[0-9]{{5}}"
        rf"|3[0689][0-9]{{2}}({_BETWEEN})[0-9]{{6}}\3[0-9]{{4}})"
        r"(?![0-9])(?!-[0-9])(?! [0-9]{4}(?![0-9]))"
    )
    base = 1.0
    wanted = Words(
        ("カード", "クレジット", "クレカ", "card", "credit", "visa", "JCB", "amex", "mastercard",
         "diners", "ダイナース", "アメックス", "PAN", "決済", "支払"),
        unless=GOODS,
    )  # fmt: skip
    label = Words(
        ("カード", "カード番号", "カードの番号", "クレジット", "クレカ", "card", "card number",
         "card no", "cc"),
        unless=GOODS,
    )  # fmt: skip
    forms = (pattern, label.beside("[0-9]{12}"))
    unwanted = Words((*OTHER_NUMBERS, *_OTHER_CARDS, "マイナンバー", "個人番号", "免許"))

    def check(self, found: str) -> bool:
        """Issuer and Luhn."""
        return checks.is_card(digits(found))

    def spans(self, text: str) -> Iterator[Span]:
        """Numbers of an issuer that stand apart, then bare numbers that are called a card's."""
        certain: set[int] = set()
        for start, end, score in super().spans(text):
            if _stands_apart(text, start, end):
                certain.add(start)
                yield start, end, score
        for match in _LABELLED_NUMBER.finditer(text):
            if match.start() not in certain and self._is_called_card(text, match):
                yield match.start(), match.end(), 0.7

    def _is_called_card(self, text: str, found: re.Match[str]) -> bool:
        start, end = found.span()
        if not checks.is_labelled_card(found.group()) or _in_hash(text, start, end):
            return False
        near = self.label.distance(text, start, end)
        against = self.unwanted.distance(text, start, end)
        return near is not None and near <= _LABEL_NEAR and (against is None or near < against)

    def score(self, text: str, start: int, end: int) -> float:
        """Certain, but for a number, or right at one in groups, that is named as another one."""
        against = self.unwanted.distance(text, start, end)
        if against is None or (against > _BOUND and not text[start:end].isdigit()):
            return 1.0
        near = self.wanted.distance(text, start, end)
        return 0.2 if near is None or against < near else 1.0


def _stands_apart(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 14) : start]
    if re.search(r"[0-9A-Za-z]\Z", before):
        glued = _GLUED_BEFORE.search(before)
        if glued is None or _OTHER_PREFIX.search(before):
            return False
    after = text[end : end + 14]
    return not re.match(r"[0-9A-Za-z]", after) or _GLUED_AFTER.match(after) is not None


def _in_hash(text: str, start: int, end: int) -> bool:
    """Whether nothing but hexadecimal digits stands around it, letters among them."""
    around = _BEFORE.search(text[:start])[0] + _AFTER.match(text, end)[0]  # type: ignore[index]
    return _HEXADECIMAL.fullmatch(around) is not None
