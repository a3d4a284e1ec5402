"""Find dates of birth, also in Japanese eras."""

from __future__ import annotations

import re
from datetime import date

from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser

_ERAS = {
    "明治": (date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date(2099, 12, 31)),
}
_ERA_SIGNS = {
    "M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和",
    "㍾": "明治", "㍽": "大正", "㍼": "昭和", "㍻": "平成", "㋿": "令和",
}  # fmt: skip
_YEAR = r"(?:18|19|20)[0-9]{2}"
_ERA = r"(?:明治|大正|昭和|平成|令和|[㍾㍽㍼㍻㋿]|(?<![A-Za-z])[MTSHR])"
DATE = re.compile(
    rf"(?<![0-9])(?:(?P<year>{_YEAR})(?P<sep>[-/. 年])(?P<month>[0-9]{{1,2}})(?:(?P=sep)|月)"
    r"(?P<day>[0-9]{1,2})日?"
    rf"|(?P<compact>{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
    rf"|(?P<era>{_ERA}) ?(?P<era_year>[0-9]{{1,2}}|元)[-年./ ](?P<era_month>[0-9]{{1,2}})[-月./ ]"
    rf"(?P<era_day>[0-9]{{1,2}})日?"
    rf"|{_YEAR}年(?=生まれ|生れ))(?![0-9])"
)
_YEAR_ALONE = re.compile(rf"{_YEAR}年")


class BirthDateRecogniser(PatternRecogniser):
    """Date of birth.

    Format: Western or era year (明治 to 令和, M T S H R, one-sign eras, 元年), month, day; or eight
    digits. No check digit; the calendar and the limits of the eras are checked (昭和 ends on
    64-1-7, 平成 on 31-4-30). Any date looks the same, so it needs a word for birth.
    Reference: https://laws.e-gov.go.jp/law/354AC0000000043 (元号法)
    """

    entity = Entity.DATE_OF_BIRTH
    pattern = DATE
    base = 0.05
    boosted = 0.9
    wanted = Words(("生年月日", "誕生日", "誕生", "生まれ", "生れ", "birth", "born", "dob"))

    def check(self, found: str) -> bool:
        """The calendar."""
        return is_date(found)


def is_date(text: str) -> bool:
    """Whether a folded text is one existing day, or a year of birth."""
    match = DATE.fullmatch(text)
    if match is None:
        return _YEAR_ALONE.fullmatch(text) is not None
    if match["compact"]:
        compact = match["compact"]
        return _day(int(compact[:4]), int(compact[4:6]), int(compact[6:])) is not None
    if match["year"]:
        return _day(int(match["year"]), int(match["month"]), int(match["day"])) is not None
    return _in_era(match)


def _in_era(match: re.Match[str]) -> bool:
    first, last = _ERAS[_ERA_SIGNS.get(match["era"], match["era"])]
    nth = 1 if match["era_year"] == "元" else int(match["era_year"])
    day = _day(first.year + nth - 1, int(match["era_month"]), int(match["era_day"]))
    return nth >= 1 and day is not None and first <= day <= last


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
