"""Check digits and numbering plans: is this digit string a possible number of its kind?

Every function takes ASCII digits without separators and answers without raising.
"""

from __future__ import annotations

import ipaddress

import numpy as np
import numpy.typing as npt

_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LICENCE_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_COMMISSIONS = frozenset(
    f"{code:02d}"
    for low, high in (
        (0, 0), (10, 14), (20, 24), (30, 30), (40, 55), (60, 65), (70, 74), (80, 83), (90, 97),
    )
    for code in range(low, high + 1)
)  # fmt: skip
_MOBILE = ("090", "080", "070", "060", "050")
_BUSINESS = ("0120", "0570", "0800", "0990", "0170", "0180")


def _weighted(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def _numeric(number: str, *lengths: int) -> bool:
    return len(number) in lengths and number.isascii() and number.isdigit()


def luhn(number: str) -> bool:
    """Luhn's sum modulo 10, as in ISO/IEC 7812-1."""
    if not (number.isascii() and number.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_my_number(number: str) -> bool:
    """Twelve digits; the last is 11 minus the weighted sum modulo 11, or 0 for remainders 0, 1."""
    if not _numeric(number, 12) or len(set(number)) == 1:
        return False
    remainder = _weighted(number, _MY_NUMBER_WEIGHTS) % 11
    return int(number[11]) == (0 if remainder <= 1 else 11 - remainder)


def are_my_numbers(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """``is_my_number`` of many: one row of twelve digits each."""
    remainder = digits[:, :11].astype(np.int64) @ np.array(_MY_NUMBER_WEIGHTS) % 11
    check = np.where(remainder <= 1, 0, 11 - remainder)
    passed: npt.NDArray[np.bool_] = (digits[:, 11] == check) & (digits != digits[:, :1]).any(axis=1)
    return passed


def is_card(number: str) -> bool:
    """Issuer prefix and length of a payment brand, and Luhn.

    Thirteen digits are never a card: JAN codes that begin with 4 pass Luhn one time in ten.
    """
    return (
        _numeric(number, 14, 15, 16, 17, 18, 19)
        and len(set(number)) > 1
        and _has_issuer(number)
        and luhn(number)
    )


def _has_issuer(number: str) -> bool:
    two, three, four = int(number[:2]), int(number[:3]), int(number[:4])
    match len(number):
        case 14:
            return 300 <= three <= 305 or two in (36, 38, 39)
        case 15:
            return two in (34, 37) or four in (1800, 2131)
        case 16:
            return (
                number[0] == "4"
                or 51 <= two <= 55
                or 2221 <= four <= 2720
                or 3528 <= four <= 3589
                or four == 6011
                or 644 <= three <= 649
                or two in (62, 65)
            )
        case _:
            return two == 62


def is_labelled_card(number: str) -> bool:
    """Any payment card by Luhn, as far as no other number is written so; the text names a card."""
    return (
        _numeric(number, *range(12, 20))
        and len(set(number)) > 1
        and luhn(number)
        and (not is_article_number(number))
    )


def is_article_number(number: str) -> bool:
    """A Japanese JAN (EAN-13) with its check digit."""
    if not _numeric(number, 13) or number[:2] not in ("45", "49"):
        return False
    return sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(number)) % 10 == 0


def is_corporate_number(number: str) -> bool:
    """Thirteen digits; the first is 9 minus the sum of the others by 1 2 1 2 … modulo 9."""
    if not _numeric(number, 13) or len(set(number)) == 1:
        return False
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
    return int(number[0]) == 9 - total % 9


def is_machine_readable(field: str) -> bool:
    """A field of a passport's machine-readable zone that ends in its check digit (ICAO 9303)."""
    values = [0 if sign == "<" else int(sign, 36) for sign in field[:-1]]
    total = sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values))
    return field[-1:] == str(total % 10)


def is_driver_licence(number: str) -> bool:
    """Twelve digits that begin with a public-safety commission; the eleventh is a check digit."""
    if not _numeric(number, 12) or number[:2] not in _COMMISSIONS:
        return False
    remainder = _weighted(number, _LICENCE_WEIGHTS) % 11
    check = int(number[10])
    # No official paper is public; both readings of remainder 0 are seen.
    return check == (11 - remainder) % 10 or (remainder == 0 and check == 0)


def is_health_insurer(number: str) -> bool:
    """Eight digits, or six of a municipal insurer, that end in a Luhn check digit."""
    return _numeric(number, 6, 8) and len(set(number)) > 1 and luhn(number)


def national_phone(number: str, *, international: bool) -> str:
    """The national form of a Japanese number, with its leading 0."""
    if not international:
        return number
    rest = number[4:] if number.startswith("0081") else number[2:]
    return "0" + rest.lstrip("0")


def is_business_phone(number: str) -> bool:
    """Free-dial, navi-dial and premium numbers reach a company, never a person at home."""
    return number.startswith(_BUSINESS) and _numeric(number, 11 if number[:4] == "0800" else 10)


def is_personal_phone(number: str) -> bool:
    """A mobile, IP or fixed-line number of the national numbering plan, with its leading 0."""
    if is_business_phone(number):
        return False
    if _numeric(number, 11):
        return number[:3] in _MOBILE and number[3] != "0"
    return (
        _numeric(number, 10)
        and number[0] == "0"
        and number[1] != "0"
        and number[:3] not in _MOBILE
        and number[2:4] != "00"
    )


def names_a_host(text: str) -> bool:
    """An IP address that can belong to somebody: not loopback, a netmask or multicast."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address.version == 4 and address.is_reserved:
        return False  # a netmask
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)
