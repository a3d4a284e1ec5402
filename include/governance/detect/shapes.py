"""Whole values that mean something only with the header or the population of their column."""

from __future__ import annotations

import re
from typing import NamedTuple

from include.governance.detect import checks
from include.governance.detect.entities import Entity
from include.governance.detect.headers import Header
from include.governance.detect.recognisers.address import PREFECTURE
from include.governance.detect.recognisers.birth_date import DATE, is_date
from include.governance.detect.text import digits

_MY_NUMBER = re.compile(r"[0-9]{4}([-. ]?)[0-9]{4}\1[0-9]{4}")
_V4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LARGEST_VERSION = 63
"""A part of a version number is rarely larger; one of an address mostly is."""
_TIME = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?\Z")
_HAN_KANA = r"[一-鿿々ヶぁ-ゖァ-ヺー]"
_SHORT_NAME = re.compile(rf"{_HAN_KANA}{{1,6}}(?: ?{_HAN_KANA}{{1,6}})?")
_KANA_NAME = re.compile(r"(?:[ァ-ヺーｦ-ﾟ]+|[ぁ-ゖー]+)(?: (?:[ァ-ヺーｦ-ﾟ]+|[ぁ-ゖー]+))?")
_ENGLISH_NAME = re.compile(r"[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'.\-]*){1,3}")
_ENGLISH_WORD = re.compile(r"[A-Z][A-Za-z'\-]{1,20}")
_PLAIN: dict[Entity, re.Pattern[str]] = {
    Entity.ADDRESS: re.compile(
        rf"[0-9]{{1,4}}(?:-[0-9]{{1,4}}){{1,3}}(?:[ ].{{1,30}})?|(?:{PREFECTURE}).{{2,80}}"
        r"|[^0-9]{0,20}[0-9]{1,4}(?:丁目|番地?).{0,40}|[0-9]{1,6} [A-Z][A-Za-z].{3,80}"
    ),
    Entity.CARD_SECURITY_CODE: re.compile(r"[0-9]{3,4}"),
    Entity.EMAIL_ADDRESS: re.compile(r"[^\s@]+@+[^\s@]+"),
    Entity.JP_BANK_ACCOUNT: re.compile(r"[0-9]{7}"),
    Entity.JP_MY_NUMBER: _MY_NUMBER,
    Entity.JP_PASSPORT: re.compile(r"[A-Z]{2}[0-9]{7}"),
    Entity.JP_PENSION: re.compile(r"[0-9]{4}-?[0-9]{6}"),
    Entity.JP_POSTAL_CODE: re.compile(r"〒? ?[0-9]{3}-?[0-9]{4}"),
    Entity.JP_RESIDENCE_CARD: re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}"),
    Entity.PHONE_NUMBER: re.compile(
        r"\(?0[0-9]{1,4}\)?[- ]?[0-9]{1,4}[- ]?[0-9]{3,4}|[5-9]0[0-9]{8}|\+[0-9][0-9 \-()]{7,18}"
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
}


class Trial(NamedTuple):
    """A bare number that could be of ``entity`` by its form, and whether it passes the check."""

    entity: Entity
    passed: bool


def trial(value: str) -> Trial | None:
    """The population a whole folded value belongs to, by its form."""
    if _MY_NUMBER.fullmatch(value):
        return Trial(Entity.JP_MY_NUMBER, checks.is_my_number(digits(value)))
    if _V4.fullmatch(value):
        large = any(int(part) > _LARGEST_VERSION for part in value.split("."))
        return Trial(Entity.IP_ADDRESS, large and checks.names_a_host(value))
    if not value.isdigit():
        return None
    if 14 <= len(value) <= 16:
        return Trial(Entity.CREDIT_CARD, checks.is_card(value))
    if 10 <= len(value) <= 11:
        return Trial(Entity.PHONE_NUMBER, len(value) == 11 and checks.is_personal_phone(value))
    return None


def headed(value: str, header: Header) -> frozenset[Entity]:
    """Kinds that the header names and the whole folded value has the shape of."""
    return frozenset(entity for entity in header.supports if _fits(entity, value, header))


def _fits(entity: Entity, value: str, header: Header) -> bool:
    match entity:
        case Entity.PERSON:
            return _fits_name(value, header)
        case Entity.DATE_OF_BIRTH:
            day = _TIME.sub("", value)
            return DATE.fullmatch(day) is not None and is_date(day)
        case Entity.CREDIT_CARD:
            return re.fullmatch(r"[0-9][0-9 .\-]{12,22}[0-9]", value) is not None and (
                14 <= len(digits(value)) <= 16
            )
        case Entity.JP_DRIVER_LICENSE:
            return checks.is_driver_licence(value)
        case Entity.JP_HEALTH_INSURER:
            return checks.is_health_insurer(value)
        case Entity.PHONE_NUMBER:
            return _fits_phone(value)
        case _:
            pattern = _PLAIN.get(entity)
            return pattern is not None and pattern.fullmatch(value) is not None


def _fits_phone(value: str) -> bool:
    """Nine to fifteen digits as dialled; a number stored as an integer has lost its 0."""
    return (
        _PLAIN[Entity.PHONE_NUMBER].fullmatch(value) is not None
        and 9 <= len(digits(value)) <= 15
        and not checks.is_business_phone(digits(value))
    )


def _fits_name(value: str, header: Header) -> bool:
    if header.kana:
        return is_kana(value) or _ENGLISH_NAME.fullmatch(value) is not None
    if header.generic:
        english = header.beside_contact and _ENGLISH_NAME.fullmatch(value) is not None
        return is_kana(value) or english
    patterns = (_SHORT_NAME, _KANA_NAME, _ENGLISH_NAME, _ENGLISH_WORD)
    return any(pattern.fullmatch(value) for pattern in patterns)


def is_kana(value: str) -> bool:
    """Whether a whole value is one or two words in kana."""
    return _KANA_NAME.fullmatch(value) is not None
