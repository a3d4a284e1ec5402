"""A person's verdict wins until a scan shows more than the person saw."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.governance.detect.entities import CATEGORIES, Entity
from include.governance.detect.standing import with_standing
from include.governance.detect.undeclared import is_undeclared
from include.governance.model.classification import Classification, Prevalence, Standing
from include.governance.model.contract import Column, Dataset
from include.governance.model.verdict import HumanVerdict
from include.governance.policy.load import load_rulebook
from include.governance.settings import ROOT

SEEN = HumanVerdict(
    kinds=(Entity.PERSON, Entity.EMAIL_ADDRESS),
    hits=20,
    rows=1000,
    by="DO",
    day=date(2026, 11, 20),
    reason="brands that are named after people",
)


def _found(rows: int, **hits: int) -> Classification:
    return Classification(
        source="shop",
        table="t",
        column="c",
        outcome="free_text" if hits else "none",
        rows=rows,
        hits=max(hits.values(), default=0),
        share=max(hits.values(), default=0) / rows,
        prevalence=tuple(
            Prevalence(
                entity=name,
                data_category=CATEGORIES[Entity(name)],
                rows=count,
                share=count / rows,
                upper=1.0,
            )
            for name, count in hits.items()
        ),
        bound=1.0,
        confidence=0.9,
    )


def _dataset(category: str, verdict: HumanVerdict | None) -> Dataset:
    column = Column(name="c", category=category, verdict=verdict)
    return Dataset(source="shop", table="t", name="t", kind="transaction", columns=(column,))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (_found(1000, PERSON=20), "stands"),
        (_found(50_000, PERSON=1000, EMAIL_ADDRESS=900), "stands"),
        (_found(1000, PERSON=35), "stands"),
        (_found(1000, PERSON=80), "contradicted"),
        (_found(50_000, PERSON=2_000), "contradicted"),
        (_found(1000, PERSON=20, CREDIT_CARD=1), "contradicted"),
        (_found(1000), "stands"),
    ],
    ids=["same", "same-share", "by-chance", "four-times", "clearly-more", "new-kind", "nothing"],
)
def test_a_verdict_stands_until_the_evidence_is_more(
    found: Classification, expected: Standing
) -> None:
    assert with_standing(found, _dataset("order", SEEN)).standing == expected


def test_without_a_verdict_nothing_stands() -> None:
    found = _found(1000, PERSON=20)
    assert with_standing(found, _dataset("order", None)) == found == with_standing(found, None)


@pytest.mark.parametrize(
    ("category", "verdict", "found", "expected"),
    [
        ("order", None, _found(1000, EMAIL_ADDRESS=80), True),
        ("order", SEEN.model_copy(update={"hits": 80}), _found(1000, EMAIL_ADDRESS=80), False),
        ("order", SEEN, _found(1000, EMAIL_ADDRESS=80), True),
        ("order", SEEN, _found(1000, PERSON=80), True),
        ("email", SEEN, _found(1000, EMAIL_ADDRESS=80), False),
    ],
    ids=["no-verdict", "stands", "more", "more-of-a-weak-kind", "declared"],
)
def test_a_contradicted_verdict_is_a_finding(
    category: str, verdict: HumanVerdict | None, found: Classification, *, expected: bool
) -> None:
    rulebook, _ = load_rulebook(Path(ROOT) / "include" / "policies", ROOT)
    assert rulebook is not None
    own = _dataset(category, verdict)
    assert is_undeclared(with_standing(found, own), own, rulebook.policy) is expected
