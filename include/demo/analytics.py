"""Rows of the warehouse and of operations: features, statistics, web events and logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from include.demo import texts
from include.demo.company import Company
from include.demo.draw import Draw, opaque
from include.demo.members import Member, member, orders_of
from include.demo.rows import Row

_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737: for documentation

# Forty cells of ten rows at scale 1: no combination of all columns has fewer than five people.
_CELLS = tuple(
    (band, gender, prefecture, category, spend)
    for band, gender, prefecture, (category, spend) in product(
        ("20s", "30s"),
        ("F", "M"),
        ("東京都", "大阪府"),
        (
            ("tops", "0-1万"),
            ("tops", "1-3万"),
            ("onepiece", "1-3万"),
            ("knit", "0-1万"),
            ("bag", "0-1万"),
        ),
    )
)


def pseudo_id(company: Company, member_id: int) -> str:
    """The keyed pseudonym of a member."""
    return opaque(company.seed, "pseudonym", member_id, 64)


def _spent(company: Company, member_id: int) -> list[int]:
    recent = (bought for bought in orders_of(company, member_id) if bought.days_ago <= 365)
    return [bought.total for bought in recent]


def _age_band(company: Company, person: Member) -> str:
    as_of, born = company.moment.as_of, person.born
    age = as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))
    return f"{age // 10 * 10}s"


def member_features(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """One line per member for the recommendation model, without contact data."""
    loaded = company.moment.at(1, 4)
    for member_id in ids:
        person = member(company, member_id)
        yield (
            *(member_id, _age_band(company, person), person.gender, person.home.prefecture),
            *(len(_spent(company, member_id)), None, loaded),
        )


def members_pseudo(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """The pseudonymised members."""
    for member_id in ids:
        person = member(company, member_id)
        yield (
            *(pseudo_id(company, member_id), person.born.year, person.home.postal_code[:3]),
            *(person.rank, sum(_spent(company, member_id)) // 1_000 * 1_000),
        )


def purchases_anon(_company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """The anonymised purchases, numbered from zero."""
    for number in ids:
        row_id = number - 1
        yield (row_id, *_CELLS[row_id % len(_CELLS)])


def web_events(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Page views of visitors known by cookie only."""
    for event_id in ids:
        draw = Draw(company.seed, "web", event_id)
        occurred = company.moment.at((event_id - 1) % 299 + 1, draw.between(0, 23))
        yield (
            *(event_id, opaque(company.seed, "cookie", event_id, 16)),
            *(f"{draw.pick(_NETWORKS)}.{draw.between(1, 254)}", texts.page(draw), None, occurred),
        )


def app_logs(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Log lines of the last two months."""
    for log_id in ids:
        draw = Draw(company.seed, "log", log_id)
        logged = company.moment.at((log_id - 1) % 60 + 1, draw.between(0, 23), draw.between(0, 59))
        yield log_id, logged, texts.log_line(draw, log_id)
