"""Numbers that prove nothing one by one, but do as the population of their column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from typing import NamedTuple

from include.governance.detect import checks
from include.governance.detect.bounds import at_least
from include.governance.detect.entities import Entity
from include.governance.detect.mark import keyed_mark
from include.governance.detect.text import digits

_SPARE = 500
MOST_TRIALS = 5_000
"""Distinct numbers of a form that are tried."""
PASS_BY_CHANCE = 0.1
"""Share of random twelve-digit numbers that pass the check digit of My Number."""
CHANCE = 1e-6
"""A population of numbers this unlikely to pass by chance is taken for real."""
CHANCE_OF_FEW = 1.001e-4
"""The same when every number passes: four of four."""


class Form(NamedTuple):
    """How numbers of a kind are written, and other numbers too.

    ``least`` of them must pass their check where there are ``fewest`` or more. Numbers of a
    ``common`` form must be as many and fill their column. One of a ``bare`` form is no find alone.
    """

    name: str
    entity: Entity
    least: float = 0.3
    fewest: int = 10
    common: bool = False
    bare: bool = True


MY_NUMBER = Form("my_number", Entity.JP_MY_NUMBER)
_ADDRESS = Form("ip_address", Entity.IP_ADDRESS)
_CARD = Form("card", Entity.CREDIT_CARD)
_PHONE = Form("phone", Entity.PHONE_NUMBER)
_AMERICAN = Form("american_phone", Entity.PHONE_NUMBER, least=0.9, common=True, bare=False)
_POST = Form("postal_code", Entity.JP_POSTAL_CODE, least=1.0, fewest=20, common=True, bare=False)

_FORMS = {form.name: form for form in (MY_NUMBER, _ADDRESS, _CARD, _PHONE, _AMERICAN, _POST)}

TWELVE_DIGITS = re.compile(r"[0-9]{4}([-. ]?)[0-9]{4}\1[0-9]{4}")
_V4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LARGEST_VERSION = 63
"""A part of a version number is rarely larger; one of an address mostly is."""
_TEN_DIGITS = re.compile(
    r"(?:\+?1[-. ]?)?(?:\(([1-9])[0-9]{2}\)[-. ]?|([1-9])[0-9]{2}[-. ])([0-9])[0-9]{2}[-. ][0-9]{4}"
    r"(?:,? ?(?:x|ext\.?) ?[0-9]{1,6})?"
)
_SEVEN_DIGITS = re.compile(r"[0-9]{3}-[0-9]{4}")


class Trial(NamedTuple):
    """A number by its form, and whether it passes the check of the form's kind."""

    form: Form
    passed: bool


def trial(value: str) -> Trial | None:
    """The population a whole folded value belongs to, by its form."""
    if not value or value[-1] not in "0123456789":
        return None
    if value.isdigit():
        return _bare(value)
    if TWELVE_DIGITS.fullmatch(value):
        return Trial(MY_NUMBER, checks.is_my_number(digits(value)))
    if _V4.fullmatch(value):
        large = any(int(part) > _LARGEST_VERSION for part in value.split("."))
        return Trial(_ADDRESS, large and checks.names_a_host(value))
    if _SEVEN_DIGITS.fullmatch(value):
        return Trial(_POST, passed=True)
    if american := _TEN_DIGITS.fullmatch(value):
        area, exchange = american[1] or american[2], american[3]
        return Trial(_AMERICAN, area >= "2" and exchange >= "2")
    return None


def _bare(value: str) -> Trial | None:
    match len(value):
        case 12:
            return Trial(MY_NUMBER, checks.is_my_number(value))
        case 14 | 15 | 16:
            return Trial(_CARD, checks.is_card(value))
        case 10 | 11:
            return Trial(_PHONE, len(value) == 11 and checks.is_personal_phone(value))
        case _:
            return None


class Population:
    """Distinct numbers of one form and how many pass; holds keyed hashes, never a number.

    Of many numbers it keeps those of the smallest hashes: a random sample, which is the same
    however the numbers are divided and in whatever order they come.
    """

    def __init__(self) -> None:
        self._passed: dict[int, bool] = {}
        self._beyond = 2**64

    @property
    def tried(self) -> int:
        """How many numbers were tried."""
        return len(self.sample)

    @property
    def passed(self) -> int:
        """How many of them pass."""
        return sum(self.sample.values())

    @property
    def sample(self) -> Mapping[int, bool]:
        """The kept hashes, and whether their numbers pass."""
        self._shrink()
        return self._passed

    def add(self, passed: Iterable[tuple[int, bool]]) -> None:
        """Count numbers by their hashes, each once."""
        self._passed.update(each for each in passed if each[0] < self._beyond)
        if len(self._passed) > MOST_TRIALS + _SPARE:
            self._shrink()

    def _shrink(self) -> None:
        if len(self._passed) > MOST_TRIALS:
            kept = nsmallest(MOST_TRIALS, self._passed)
            self._beyond = kept[-1]
            self._passed = {mark: self._passed[mark] for mark in kept}

    def is_real(self, form: Form) -> bool:
        """Whether the numbers pass more often than numbers of another kind would."""
        if not self.passed:
            return False
        rate = self.passed / self.tried
        if form == MY_NUMBER:
            chance = at_least(self.passed, self.tried, PASS_BY_CHANCE)
            return (rate >= 0.3 and chance < CHANCE) or (rate == 1.0 and chance <= CHANCE_OF_FEW)
        if self.tried < form.fewest:
            return not form.common
        return rate >= form.least


class Populations:
    """The populations of one column, by form; ``key`` is of the hashes."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._of: dict[Form, Population] = {}

    def add(self, value: str, tried: Trial) -> None:
        """Count a number among those of its form."""
        self.add_all(tried.form, (value,), passed=tried.passed)

    def add_all(self, form: Form, values: Iterable[str], *, passed: bool) -> None:
        """Count numbers of one form that all pass, or all fail."""
        marks = ((keyed_mark(self._key, value), passed) for value in values)
        self._of.setdefault(form, Population()).add(marks)

    def samples(self) -> dict[str, dict[int, bool]]:
        """The sample of each form, by its name."""
        return {form.name: dict(population.sample) for form, population in self._of.items()}

    def absorb(self, samples: Mapping[str, Mapping[int, bool]]) -> None:
        """Add the samples of other rows of the column."""
        for name, sample in samples.items():
            self._of.setdefault(_FORMS[name], Population()).add(sample.items())

    def prove(self, entity: Entity, *, alone: bool = True) -> bool:
        """Whether numbers of this kind are real; ``alone``: they stand among other values."""
        return any(
            population.is_real(form)
            for form, population in self._of.items()
            if form.entity is entity and not (alone and form.common)
        )

    def unproven(self) -> frozenset[Entity]:
        """Kinds of which numbers pass, but no more often than others would."""
        tried = {form.entity for form, population in self._of.items() if population.passed}
        return frozenset(entity for entity in tried if not self.prove(entity, alone=False))
