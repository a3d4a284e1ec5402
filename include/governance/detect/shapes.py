"""Whole values that mean something only under the header of their column."""

from __future__ import annotations

import re

from include.governance.detect import checks
from include.governance.detect.entities import Entity
from include.governance.detect.given_names import is_full_name, is_name_word
from include.governance.detect.headers import Header
from include.governance.detect.japanese_date import is_date
from include.governance.detect.populations import TWELVE_DIGITS
from include.governance.detect.recognisers.address import PREFECTURE
from include.governance.detect.text import digits

_FIXED_LINE = re.compile(r"\(?0[0-9()\- ]{8,14}[0-9]")
_TIME = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?\Z")
_HAN_KANA = r"[一-鿿々ヶぁ-ゖァ-ヺー]"
_SHORT_NAME = re.compile(rf"{_HAN_KANA}{{1,6}}(?: ?{_HAN_KANA}{{1,6}})?")
_KANA_NAME = re.compile(r"(?:[ァ-ヺーｦ-ﾟ]+|[ぁ-ゖー]+)(?: (?:[ァ-ヺーｦ-ﾟ]+|[ぁ-ゖー]+))?")
_FOREIGN_DAY = re.compile(
    r"(?:0?[1-9]|[12][0-9]|3[01])[-/](?:0?[1-9]|[12][0-9]|3[01])|"
    r"(?:0?[1-9]|[12][0-9]|3[01])[-/. ](?:0?[1-9]|[12][0-9]|3[01]|[A-Z][a-z]{2,8})[-/. ,]{1,2}"
    r"(?:18|19|20)?[0-9]{2}|[A-Z][a-z]{2,8}\.? [0-9]{1,2},? (?:18|19|20)[0-9]{2}"
    r"|(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
_NO_TERM = re.compile(
    r"(?:無し?|なし|特になし|有り?|あり|不明|none|no|nil|n/?a|null|yes|true|false|unknown)\.?",
    re.IGNORECASE,
)
_TERM = re.compile(r"(?=.*[^\W\d_]{2}|[A-Z][0-9]{2}|[1-7]級).{1,60}")
_UNIT = r"(?:apt|apartment|suite|ste|unit|room|rm|flat|floor|fl|lot|bldg|building)\.? ?#?"
_STREET = (
    "streets?|st|avenues?|ave|roads?|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|highway|hwy|way|"
    "place|pl|square|sq|terrace|parkway|pkwy|circle|close|crescent|gardens|strasse|straße|rue"
)
_PLAIN: dict[Entity, re.Pattern[str]] = {
    Entity.ADDRESS: re.compile(
        rf"[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,3}}(?:[ ].{{1,30}})?|(?:{PREFECTURE}).{{2,80}}"
        r"|[^0-9]{0,20}[0-9]{1,4}(?:丁目|番地?).{0,40}"
        r"|[^\x00-\x7f]{1,20}[0-9]{1,4}(?:-[0-9]{1,4}){1,3}(?:[ ].{1,30})?"
        rf"|[0-9]{{1,6}}[A-Za-z]?(?:[-/][0-9]{{1,4}})? (?=.*[A-Za-z]{{2}}).{{3,80}}"
        rf"|P\.?O\.? ?Box .{{1,60}}|{_UNIT}(?:[0-9]{{1,5}}[A-Z]?|[A-Z])\b.{{0,80}}|c/o .{{2,80}}|"
        rf".{{2,60}} (?:{_STREET})(?![A-Za-z]).{{0,60}}",
        re.IGNORECASE,
    ),
    Entity.CARD_SECURITY_CODE: re.compile(r"[0-9]{3,4}"),
    Entity.EMAIL_ADDRESS: re.compile(r"[^\s@]+@+[^\s@]+"),
    Entity.JP_BANK_ACCOUNT: re.compile(
        r"[0-9]{7}|1[0-9]{3}0(?:-[0-9])?[- ][0-9]{2,8}"
        r"|(?=.*(?:銀行|金庫|支店|普通|当座|口座)).{2,40}(?<![0-9])[0-9]{7}(?![0-9]).{0,20}"
    ),
    Entity.JP_HEALTH_INSURER: re.compile(r"[0-9]{2,8}[-・ ][0-9]{1,8}"),
    Entity.JP_MY_NUMBER: TWELVE_DIGITS,
    Entity.JP_PASSPORT: re.compile(r"[A-Z]{0,2}[0-9]{7,9}"),
    Entity.JP_PENSION: re.compile(r"[0-9]{4}-?[0-9]{6}"),
    Entity.JP_POSTAL_CODE: re.compile(r"〒? ?[0-9]{3}-?[0-9]{4}"),
    Entity.JP_RESIDENCE_CARD: re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}"),
    Entity.PHONE_NUMBER: re.compile(
        r"\+?[0-9(][0-9 .\-/()]{5,20}[0-9](?:(?: |,)? ?(?:x|ext\.?) ?[0-9]{1,6})?", re.IGNORECASE
    ),
    Entity.US_SSN: re.compile(r"[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}"),
    Entity.US_ZIP_CODE: re.compile(
        r"[0-9]{4,6}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}"
        r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
        re.IGNORECASE,
    ),
}
# Share of rows that a header needs before its column is believed.
LEAST_SHARE: dict[Entity, float] = {
    Entity.ADDRESS: 0.4,
    Entity.CARD_SECURITY_CODE: 0.5,  # as a number it has lost its zeros
    Entity.EMAIL_ADDRESS: 0.4,
    Entity.JP_BANK_ACCOUNT: 0.8,
    Entity.JP_PENSION: 0.8,
    Entity.PERSON: 0.3,
    Entity.PHONE_NUMBER: 0.4,
    Entity.SPECIAL_CARE: 0.2,  # most people have no allergy
}


def headed(value: str, header: Header) -> frozenset[Entity]:
    """Kinds that the header speaks for and the whole folded value has the shape of."""
    fitting = frozenset(entity for entity in header.supports if _fits(entity, value, header))
    if header.hints and _fits_whole_name(value):
        return fitting | {Entity.PERSON}
    return fitting


def _fits(entity: Entity, value: str, header: Header) -> bool:
    match entity:
        case Entity.PERSON:
            return _fits_name(value, header)
        case Entity.DATE_OF_BIRTH:
            day = _TIME.sub("", value)
            return is_date(day) or _FOREIGN_DAY.fullmatch(day) is not None
        case Entity.CREDIT_CARD:
            return re.fullmatch(r"[0-9][0-9 .\-]{12,22}[0-9]", value) is not None and (
                14 <= len(digits(value)) <= 16
            )
        case Entity.JP_DRIVER_LICENSE:
            return checks.is_driver_licence(value)
        case Entity.JP_HEALTH_INSURER:
            return checks.is_health_insurer(value) or _PLAIN[entity].fullmatch(value) is not None
        case Entity.PHONE_NUMBER:
            return _fits_phone(value)
        case Entity.SPECIAL_CARE:
            return _TERM.fullmatch(value) is not None and not _NO_TERM.fullmatch(value)
        case _:
            pattern = _PLAIN.get(entity)
            return pattern is not None and pattern.fullmatch(value) is not None


def fills_address(value: str) -> bool:
    """Whether a folded value that holds an address is nothing but one, box and flat included."""
    return _PLAIN[Entity.ADDRESS].fullmatch(value) is not None


def is_fixed_line(value: str) -> bool:
    """Whether a whole folded value is a fixed-line number of Japan."""
    return _FIXED_LINE.fullmatch(value) is not None and len(digits(value)) == 10


def _fits_phone(value: str) -> bool:
    """Nine to fifteen digits as dialled; a number stored as an integer has lost its 0."""
    return (
        _PLAIN[Entity.PHONE_NUMBER].fullmatch(value) is not None
        and 9 <= len(digits(value)) <= 15
        and not checks.is_business_phone(digits(value))
    )


def _fits_name(value: str, header: Header) -> bool:
    if header.kana:
        return is_kana(value) or is_full_name(value)
    japanese = _SHORT_NAME.fullmatch(value) or _KANA_NAME.fullmatch(value)
    return japanese is not None or is_name_word(value) or is_full_name(value)


def _fits_whole_name(value: str) -> bool:
    """Under a header that things have, too, one word in Latin letters or kana is no name."""
    if is_kana(value):
        return " " in value
    return _SHORT_NAME.fullmatch(value) is not None or is_full_name(value)


def is_kana(value: str) -> bool:
    """Whether a whole value is one or two words in kana."""
    return _KANA_NAME.fullmatch(value) is not None
