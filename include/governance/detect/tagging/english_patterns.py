"""English names and addresses that their form or sentence shows, without a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.given_names import has_given_name

Span = tuple[int, int, float]

_WORD = r"[A-ZÀ-ÞĀ-Ž][A-Za-zÀ-ž'\-]{1,20}"
_NEXT = r" [A-ZÀ-ÞĀ-Ž][A-Za-zÀ-ž'.\-]{0,20}"
_NAME = rf"{_WORD}(?:{_NEXT}){{0,2}}"
_FULL_NAME = rf"{_WORD}(?:{_NEXT}){{1,2}}"
_TITLED = re.compile(rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr)\.? ({_NAME})(?![A-Za-zÀ-ž])")
_ANNOUNCED = re.compile(
    r"(?<![A-Za-z])(?:(?:[Mm]y|[Ff]ull|[Cc]ustomer|[Rr]ecipient) name(?: is|:)|[Nn]ame:|"
    r"I am|I'm|[Tt]his is|Dear|"
    r"[Rr]egards,|[Ss]incerely,|[Cc]heers,|[Bb]irthday,?|[Cc]ongratulations,?)"
    rf"\s+({_FULL_NAME})(?![A-Za-z])"
)
_SIGNED = re.compile(rf"(?<=[。!?])\s?({_FULL_NAME})(?=\s*\Z|\n)")
_ALONE = re.compile(
    r"(?<![\x21-\x7e\u00a1-\u2e7f] )(?<![\x21\x23-\x2f\x3b-\x7e\u00a1-\u2e7f])"
    rf"{_WORD}(?:{_NEXT}){{1,2}}"
    r"(?! ?[\x21\x23-\x7e\u00a1-\u2e7f])"
)
"""Two or three capitalised words with no other Latin writing beside them."""
_NO_NAME = re.compile(r"(?:Customer|Sir|Madam|Team|Support|Shop|Store)(?![A-Za-z])")
_KIND_OF_STREET = (
    r"Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl|Square|Sq"
    r"|Terrace|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Crescent|Close|Row|Trail|Alley"
)
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Unit|Room|Rm|Floor|Fl|#)"
_TOWN = r"(?:[A-Z][A-Za-z'.\-]{1,20} ?){1,4}"
_POSTCODE = (
    r"(?:[A-Z]{2}|[A-Z][a-z]{3,12})? ?[0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"
)
_STREET = re.compile(
    rf"(?<![0-9A-Za-z])[0-9]{{1,6}}[A-Z]? (?:[NSEW]\.? )?(?:[A-Z][A-Za-z'.]{{1,20}} ){{1,4}}"
    rf"(?:{_KIND_OF_STREET}|Apt|Suite|Unit|[A-Z][a-z]{{2,20}}(?=,? [A-Z]))(?![A-Za-z])\.?"
    rf"(?:,? ?{_UNIT}?\.? ?[0-9]{{1,5}}[A-Z]?(?![0-9]))?"
    rf"(?:,\s?{_TOWN})?(?:,\s?(?:{_POSTCODE}|[A-Z]{{2}}))?"
    rf"|(?<![0-9A-Za-z])[0-9]{{1,6}} (?:[A-Z][A-Za-z'.]{{1,20}} ){{1,3}}[A-Z][a-z]{{1,20}}"
    rf"(?: {_UNIT}\.? [0-9]{{1,5}})?, (?:[A-Z][A-Za-z]{{1,20}} ?){{1,3}}, [A-Z]{{2}} [0-9]{{5}}"
    r"|(?<![A-Za-z])P\.?O\.? ?Box [0-9]{1,6}(?:, ?(?:[A-Z][A-Za-z]{1,20} ?){1,3})?"
)
ROMANCE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{1,6} )?[0-9]{1,5}(?: ?bis| ?ter)?,? (?i:rue|boulevard|chemin|impasse"
    r"|via|viale|piazza|calle|avenida|rua|plaza|ulica|strada)"
    r" (?:(?:de|du|des|la|le|del|della|da|do|di) )?"
    r"[A-ZÀ-Þa-zà-ž][A-Za-zÀ-ž'\-]{2,20}(?: [A-ZÀ-Þ][A-Za-zÀ-ž'\-]{2,20}){0,2}"
)
_DISTRICT = r"[A-Z][a-z]+-(?:ku|shi|cho|machi|gun|mura|chome)"
_ROMAJI = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)? (?:[0-9]{1,4}(?:F)?),? )?"
    r"(?:(?:#?[0-9][0-9\-]{0,12}(?:-?chome)?),? (?:[A-Z][a-z]+,? ){0,2})?"
    rf"{_DISTRICT}(?:,? (?:{_DISTRICT}|[A-Z][a-z]+)){{0,3}}"
    r"(?:,? (?:Japan,? )?[0-9]{3}-[0-9]{4})?(?:,? Japan)?(?![A-Za-z])"
)


_TWO_WORDS = re.compile("[A-Za-zÀ-ž.:,] {1,2}[A-ZÀ-ÞĀ-Ž]|[。!?] ?[A-Z]")
_ADDRESSES = (
    (re.compile("-(?:ku|shi|cho|machi|gun|mura|chome)"), _ROMAJI),
    (re.compile(r"[0-9][A-Z]? (?:[NSEW]\.? )?[A-Z][A-Za-z]|Box [0-9]"), _STREET),
    (re.compile("[0-9](?: ?bis| ?ter)?,? [A-Za-z]"), ROMANCE),
)
"""Forms of addresses, each after what tells soon that a text has none of it."""


def announced_names(text: str) -> Iterator[Span]:
    """Titled, announced and signed names, and known given names with others in foreign text.

    A value that is nothing but such words is left to the judgement of its column.
    """
    if not _TWO_WORDS.search(text):
        return
    for pattern, score in ((_TITLED, 0.85), (_ANNOUNCED, 0.8), (_SIGNED, 0.6)):
        for match in pattern.finditer(text):
            if not _NO_NAME.match(match.group(1)):
                yield match.start(1), match.end(1), score
    for match in _ALONE.finditer(text):
        if has_given_name(match.group()) and match.group() != text.strip():
            yield match.start(), match.end(), 0.6


def written_addresses(text: str) -> Iterator[Span]:
    """Streets with a house number, boxes, and Japanese addresses in Latin letters."""
    for sign, pattern in _ADDRESSES:
        if sign.search(text):
            for match in pattern.finditer(text):
                yield match.start(), match.end(), 0.6
