"""Read dates as they are written in Japan and abroad, eras and kanji numerals among them."""

from __future__ import annotations

import re
from datetime import date

_ERAS = {
    "明治": (date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date(2099, 12, 31)),
}
_ERA_SIGNS = {
    "M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和",
    "明": "明治", "大": "大正", "昭": "昭和", "平": "平成", "令": "令和",
    "㍾": "明治", "㍽": "大正", "㍼": "昭和", "㍻": "平成", "㋿": "令和",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KANJI = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}

_YEAR = r"(?:18|19|20)[0-9]{2}"
_MONTH_NAME = r"(?i:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_KANJI_NUMBER = r"[元一二三四五六七八九十〇]{1,4}"
_ERA = (
    r"(?:明治|大正|昭和|平成|令和|[㍾㍽㍼㍻㋿]|(?<![一-鿿])[明大昭平令]"
    r"|(?<![A-Za-z])[MTSHRmtshr]\.?)"
)
DAY = re.compile(
    r"(?<![0-9])(?:"
    rf"(?P<year>{_YEAR}) ?(?P<sep>[-/.年]|(?<= )) ?(?P<month>[0-9]{{1,2}}) ?(?:(?P=sep)|月) ?"
    r"(?P<day>[0-9]{1,2})(?: ?日)?"
    rf"|(?P<compact>{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
    rf"|(?P<era>{_ERA}) ?(?P<era_year>[0-9]{{1,2}}|元) ?[-年./] ?(?P<era_month>[0-9]{{1,2}}) ?"
    r"[-月./] ?(?P<era_day>[0-9]{1,2})(?: ?日)?"
    rf"|(?P<kanji_era>明治|大正|昭和|平成|令和|西暦)?(?P<kanji_year>{_KANJI_NUMBER})年"
    rf"(?P<kanji_month>{_KANJI_NUMBER})月(?P<kanji_day>{_KANJI_NUMBER})日"
    rf"|(?<![A-Za-z])(?P<name>{_MONTH_NAME}) (?P<name_day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? "
    rf"(?P<name_year>{_YEAR})"
    rf"|(?P<first_day>[0-9]{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?(?P<second_name>{_MONTH_NAME}),?[ -]"
    rf"(?P<last_year>{_YEAR})"
    rf"|(?P<one>[0-9]{{1,2}})(?P<slash>[-/.])(?P<two>[0-9]{{1,2}})(?P=slash)(?P<year_last>{_YEAR})"
    r")(?![0-9])"
)


def is_date(text: str) -> bool:
    """Whether a folded text is one existing day."""
    match = DAY.fullmatch(text)
    return match is not None and day_of(match) is not None


def day_of(match: re.Match[str]) -> date | None:
    """The day that a match of ``DAY`` names, None when the calendar or the era has no such day."""
    if match["compact"]:
        compact = match["compact"]
        return _day(int(compact[:4]), int(compact[4:6]), int(compact[6:]))
    if match["year"]:
        return _day(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["name"]:
        return _day(int(match["name_year"]), _month(match["name"]), int(match["name_day"]))
    if match["second_name"]:
        return _day(int(match["last_year"]), _month(match["second_name"]), int(match["first_day"]))
    if match["year_last"]:
        year, one, two = int(match["year_last"]), int(match["one"]), int(match["two"])
        return _day(year, one, two) or _day(year, two, one)
    if match["kanji_year"]:
        parts = (match["kanji_year"], match["kanji_month"], match["kanji_day"])
        year, month, day = (_number(part) for part in parts)
        era = match["kanji_era"]
        return _day(year, month, day) if era in (None, "西暦") else _in_era(era, year, month, day)
    nth = 1 if match["era_year"] == "元" else int(match["era_year"])
    era = match["era"].rstrip(".")
    name = _ERA_SIGNS.get(era.upper(), era)
    return _in_era(name, nth, int(match["era_month"]), int(match["era_day"]))


def _in_era(era: str, nth: int, month: int, day: int) -> date | None:
    first, last = _ERAS[era]
    found = _day(first.year + nth - 1, month, day)
    return found if nth >= 1 and found is not None and first <= found <= last else None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _number(kanji: str) -> int:
    """Kanji numerals below a hundred (五十五), or digit by digit (一九八〇)."""
    if kanji == "元":
        return 1
    tens, ten, ones = kanji.partition("十")
    if not ten:
        return int("".join(str(_KANJI.get(sign, 0)) for sign in kanji))
    return 10 * _KANJI.get(tens, 1) + _KANJI.get(ones, 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
