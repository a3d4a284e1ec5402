"""Numbers, days, periods, clauses and articles as each language writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from include.governance.model.period import Period
from include.governance.wording import Language, catalogue

_ARTICLE = re.compile(r"(\d+)(?:-(\d+))?(?:\((\d+)\))?(?:\(([ivx]+)\))?")
_CLAUSE = re.compile(r"(\d+)(?:-\((\d+)\))?")
_ROMAN = {"i": 1, "v": 5, "x": 10}


def number(value: int) -> str:
    """A whole number with separators."""
    return f"{value:,}"


def percent(share: float) -> str:
    """A share; what is there is never rounded to nothing, nor what is missing to everything."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def bound(share: float) -> str:
    """An upper bound, rounded up so that it stays true."""
    return f"{math.ceil(1000 * share - 1e-9) / 10:.1f}".removesuffix(".0") + "%"


def day(value: date, language: Language) -> str:
    """A day: ``2026-11-30`` or ``2026年11月30日``."""
    if language == "en":
        return value.isoformat()
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime, zone: str, language: Language) -> str:
    """A day and time in the policy's time zone."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)} {local:%H:%M} {local:%Z}"


def period(value: Period, language: Language) -> str:
    """``3 years``, ``13 months``, ``90 days`` or ``3年``, ``13か月``, ``90日``."""
    years, months = divmod(value.months, 12)
    if years and months and years < 2:
        years, months = 0, value.months
    parts = [(years, "year", "年"), (months, "month", "か月"), (value.days, "day", "日")]
    given = [part for part in parts if part[0]] or parts[-1:]
    if language == "ja":
        return "".join(f"{n}{unit}" for n, _, unit in given)
    return " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit, _ in given)


def limit(text: str, language: Language) -> str:
    """A limit as a plan states it: a period in words, a large number with separators."""
    try:
        return period(Period.parse(text), language)
    except ValueError:
        return number(int(text)) if text.isascii() and text.isdecimal() else text


def clause(name: str, language: Language) -> str:
    """``Clause 2-(1)`` or ``第2条(1)``; a clause numbered in another way keeps its number."""
    if language == "en":
        return f"Clause {name}"
    match = _CLAUSE.fullmatch(name)
    if match is None:
        return f"条項 {name}"
    return f"第{match[1]}条" + (f"({match[2]})" if match[2] else "")


def laws(references: Iterable[str], language: Language) -> str:
    """``APPI 17, 27(5)(iii); PCI DSS 3`` or ``個人情報保護法17条・27条5項3号、PCI DSS 3``.

    Articles of one act stand together; what is not an act and its articles stays as it is.
    """
    together: dict[str, list[str]] = {}
    for reference in references:
        act, articles = _split(reference, language)
        together.setdefault(act, []).extend(articles)
    if language == "ja":
        return "、".join(act + "・".join(articles) for act, articles in together.items())
    return "; ".join(" ".join((act, ", ".join(found))).strip() for act, found in together.items())


def _split(reference: str, language: Language) -> tuple[str, list[str]]:
    """The act in the language and its articles; a reference of another form is an act alone."""
    for act, name in _acts(language):
        if reference.startswith(f"{act} "):
            texts = reference.removeprefix(f"{act} ").split(" and ")
            articles = [article for text in texts if (article := _article(text))]
            if len(articles) == len(texts):
                return name, articles if language == "ja" else texts
    return reference, []


@cache
def _acts(language: Language) -> tuple[tuple[str, str], ...]:
    """Acts as the controls name them, the longest name first."""
    names = [said for key, said in catalogue().items() if key.startswith("report_law.")]
    return tuple(sorted(((n["en"], n[language]) for n in names), key=lambda p: -len(p[0])))


def _article(text: str) -> str | None:
    """In Japanese; ``35-16`` is article 35 no. 16 and ``33-39`` a range: a range goes up."""
    match = _ARTICLE.fullmatch(text)
    if match is None:
        return None
    first, second, paragraph, item = match.groups()
    article = f"{first}条"
    if second:
        is_range = int(second) > int(first)
        article = f"{first}条〜{second}条" if is_range else f"{first}条の{second}"
    return (
        article + (f"{paragraph}項" if paragraph else "") + (f"{_arabic(item)}号" if item else "")
    )


def _arabic(roman: str) -> int:
    values = [_ROMAN[letter] for letter in roman]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)
