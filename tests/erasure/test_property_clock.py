"""Random clocks: what is due by a plan's day goes, whenever that is applied, or it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import URL

from include.governance.erasure.plan import Basis
from include.governance.erasure.selection import Selection, of_record_class
from include.governance.errors import PlanError
from include.governance.model.contract import Column, RecordClassUse
from include.governance.model.period import Period
from include.governance.retention.calendar import ends
from include.governance.retention.measure import Terms
from include.governance.source.clocks import Zone
from include.governance.source.database import Source
from tests.erasure.bench import Bench
from tests.erasure.test_property import EXAMPLES, PROPERTY
from tests.source import tables

#: One without summer time, one far ahead, one whose summer time begins and ends at night, one
#: whose day of the change has no midnight.
ZONES = ("Asia/Tokyo", "Pacific/Kiritimati", "America/New_York", "Asia/Beirut")
PERIODS = ("P1D", "P30D", "P1M", "P6M", "P1Y", "P4Y")
DAYS = [
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 3, 31),
    date(2025, 2, 28),
    date(2028, 2, 29),
]
TIMES = [time(0), time(0, 30), time(2, 30), time(9), time(23, 59, 59, 999_999)]
ONE_HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)
#: A server takes long for what a file does at once, and the rules of clocks are tested beside it.
FEW = max(EXAMPLES // 4, 1)
USE = RecordClassUse(record_class="idle")


@dataclass(frozen=True)
class Times:
    """A zone and a period, the day of a plan, when it is made and applied, and rows' events.

    ``next_days`` later it is planned again.
    """

    zone: Zone
    period: Period
    as_of: date
    made: datetime
    applied: datetime
    events: tuple[datetime, ...]
    used_again: int
    next_days: int

    def due(self, day: date) -> set[int]:
        """The numbers of the events whose period ended before a day."""
        days = (event.astimezone(self.zone.info).date() for event in self.events)
        return {n for n, each in enumerate(days) if ends(each, self.period) < day}


@st.composite
def times(draw: st.DrawFn) -> Times:
    zone, period = Zone(draw(st.sampled_from(ZONES))), Period.parse(draw(st.sampled_from(PERIODS)))
    as_of = draw(st.sampled_from(DAYS) | st.dates(date(2024, 1, 1), date(2028, 12, 31)))
    hours = st.integers(-30, 72).map(lambda n: n * ONE_HOUR)
    made = zone.start(as_of) + draw(hours)
    about = as_of - timedelta(days=period.months * 30.4375 + period.days)
    event = st.builds(
        lambda days, at: datetime.combine(about + days * ONE_DAY, at, zone.info),
        st.integers(-5, 5), st.sampled_from(TIMES),
    )  # fmt: skip
    events = draw(st.lists(event, min_size=1, max_size=24))
    return Times(
        zone, period, as_of, made, made + draw(st.integers(-72, 200)) * ONE_HOUR, tuple(events),
        draw(st.integers(0, len(events) - 1)), draw(st.integers(1, 40)),
    )  # fmt: skip


def table() -> sa.Table:
    key = sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)
    return sa.Table("visits", sa.MetaData(), key, sa.Column("at", sa.DateTime(timezone=True)))


@dataclass
class Clocked(Bench):
    """A bench whose rows are due by a clock."""

    times: Times = field(kw_only=True)
    as_of: date = field(kw_only=True)

    def selection(self) -> Selection:
        schedule = tables.schedule(
            idle=tables.record_class({"latest_of": ["visit"]}, {"period": self.times.period})
        )
        terms: Terms = tables.terms(schedule, self.datasets, as_of=self.as_of)
        terms = replace(terms, zone=self.times.zone)
        return of_record_class(Source("shop", self.url), self.of("visits"), USE, terms, {})

    def basis(self, policy: str = "p" * 64) -> Basis:
        return replace(super().basis(policy), zone=self.times.zone)

    def stored(self, event: datetime) -> datetime:
        """As the database keeps it: only PostgreSQL knows zones."""
        return event if self.target.kind == "postgresql" else event.replace(tzinfo=None)


def check(url: URL, given: Times) -> None:
    own = table()
    declared = tables.dataset("visits", ["id", Column(name="at", clocks=("visit",))], uses=[USE])
    bench = Clocked(
        url,
        own.metadata,
        "visits",
        lambda _c: sa.true(),
        [declared],
        times=given,
        as_of=given.as_of,
    )
    rows = enumerate(given.events)
    bench.create({"visits": [{"id": n, "at": bench.stored(event)} for n, event in rows]})
    plan = bench.plan(chunk_roots=None)
    assert plan.roots == len(given.due(given.as_of))
    again = own.update().where(own.c.id == given.used_again)
    bench.execute(
        again.values(at=bench.stored(given.zone.start(given.as_of) + given.next_days * ONE_DAY))
    )
    approval = bench.approve(
        plan, approved_at=given.made, expires_at=given.made + timedelta(days=7)
    )
    everyone, refused = set(range(len(given.events))), refusal(given)
    if refused:
        with pytest.raises(PlanError) as found:
            bench.apply(plan, approval, world=bench.world(now=lambda: given.applied))
        assert found.value.code == refused
        assert set(bench.keys("visits")) == everyone
    good = given.applied if not refused else max(given.made, given.zone.start(given.as_of))
    assert bench.apply(plan, approval, world=bench.world(now=lambda: good)).complete
    gone = given.due(given.as_of) - {given.used_again}
    assert set(bench.keys("visits")) == everyone - gone
    assert bench.verify(plan).holds
    assert bench.plan().roots == 0
    bench.as_of += given.next_days * ONE_DAY
    assert bench.plan().roots == len(given.due(bench.as_of) - gone - {given.used_again})


def refusal(given: Times) -> str | None:
    """Why nothing may be applied at that time."""
    if not given.made <= given.applied < given.made + timedelta(days=7):
        return "erasure_expired"
    ahead = given.as_of > given.applied.astimezone(given.zone.info).date()
    return "erasure_future" if ahead else None


@settings(PROPERTY)
@given(times())
def test_exactly_what_is_due_goes_by_any_clock_on_sqlite(given: Times) -> None:
    with TemporaryDirectory() as folder:
        check(URL.create("sqlite", database=str(Path(folder) / "d.sqlite")), given)


@pytest.mark.faults
@settings(PROPERTY, max_examples=FEW)
@given(times())
def test_exactly_what_is_due_goes_by_any_clock_on_postgres(
    postgres_database: URL, given: Times
) -> None:
    check(emptied(postgres_database), given)


@pytest.mark.faults
@settings(PROPERTY, max_examples=FEW)
@given(times())
def test_exactly_what_is_due_goes_by_any_clock_on_mariadb(
    mariadb_database: URL, given: Times
) -> None:
    check(emptied(mariadb_database), given)


def emptied(url: URL) -> URL:
    found, engine = sa.MetaData(), sa.create_engine(url, poolclass=sa.NullPool)
    found.reflect(engine)
    found.drop_all(engine)
    return url
