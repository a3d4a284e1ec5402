"""Bounds agree with the figures of the textbooks."""

from __future__ import annotations

import pytest
from scipy import stats

from benchmarks.detection.recall import counted
from benchmarks.detection.scoring import Example, Span
from benchmarks.detection.sets import TextSet
from include.governance.detect.bounds import at_least, upper_bound
from include.governance.detect.entities import Entity
from include.governance.detect.recall import FEWEST, Counted, least_recall


@pytest.mark.parametrize(("rows", "share"), [(299, 0.01), (2_995, 0.001), (29_956, 0.0001)])
def test_zero_hits_follow_the_rule_of_three(rows: int, share: float) -> None:
    assert upper_bound(0, rows) <= share
    assert upper_bound(0, rows - 2) > share


@pytest.mark.parametrize(("hits", "rows"), [(1, 10), (5, 100), (50, 100), (999, 1000), (3, 10**6)])
def test_the_bound_is_clopper_pearson(hits: int, rows: int) -> None:
    assert upper_bound(hits, rows) == pytest.approx(stats.beta.ppf(0.95, hits + 1, rows - hits))


@pytest.mark.parametrize(("hits", "rows"), [(8, 10), (14, 30), (28, 100), (149, 1000), (102, 1000)])
def test_the_tail_is_binomial(hits: int, rows: int) -> None:
    assert at_least(hits, rows, 0.1) == pytest.approx(stats.binom.sf(hits - 1, rows, 0.1))


def test_no_rows_prove_nothing() -> None:
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(4, 4) == 1.0
    assert at_least(0, 5, 0.1) == 1.0
    assert at_least(6, 5, 0.1) == 0.0


def test_what_is_missed_raises_the_bound_and_never_beyond_all() -> None:
    assert upper_bound(0, 299, recall=0.8) == pytest.approx(upper_bound(0, 299) / 0.8)
    assert upper_bound(90, 100, recall=0.8) == 1.0


def test_what_is_found_at_least_follows_from_the_counts() -> None:
    assert Counted(68, 69).least == pytest.approx(stats.beta.ppf(0.05, 68, 2))
    assert Counted(0, 69).least == 0.0
    assert Counted(FEWEST, FEWEST).least < 1.0


def test_a_kind_that_nobody_labelled_is_found_no_better_than_any_other() -> None:
    assert least_recall({Entity.ADDRESS}) > least_recall({Entity.PERSON})
    assert least_recall({Entity.JP_PENSION}) == least_recall(frozenset(Entity))
    assert least_recall(()) == 1.0


def test_labelled_values_are_counted_over_all_sets() -> None:
    example = Example("ab cd", (Span(0, 2, "LOCATION"), Span(3, 5, "LOCATION")))
    one = TextSet("one", "en", (example,), ("LOCATION",), {})
    scores = counted([one, one], lambda texts: [(Span(0, 2, "LOCATION"),) for _ in texts])
    assert {kind: (each.met, each.labelled) for kind, each in scores.items()} == {"ADDRESS": (2, 4)}
