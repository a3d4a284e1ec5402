"""What people are told of a plan is said in both languages, with its numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args

import pytest

from include.governance.disposal.told import answer, left, proven
from include.governance.model.disposal import Proof, RequestPlans
from include.governance.model.erasure import Obstacle, Verification
from include.governance.model.quarantine import Keeping
from include.governance.wording import Language

AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


def test_chunks_that_were_left_are_told_by_what_was_in_their_way() -> None:
    reasons = get_args(Obstacle)
    deferred = {no: reasons[no % len(reasons)] for no in range(60)}
    english, japanese = list(left(deferred, "en")), list(left(deferred, "ja"))
    assert len(set(english)) == len(set(japanese)) == len(reasons)
    assert not set(english) & set(japanese)
    lock = next(line for line in english if "locked" in line)
    assert lock.startswith("12 chunk(s) left for later (0, 5, 10, ")
    assert "45, …)" in lock
    assert "50" not in lock


@pytest.mark.parametrize(
    ("language", "says"), [("en", "2 record(s) left alone: "), ("ja", "消去せずに残した2件: ")]
)
def test_what_was_left_alone_is_told_with_its_reason(language: Language, says: str) -> None:
    verification = Verification(
        plan_id="p-1", digest="d" * 64, open_chunks=0, planned_roots=3, roots=1,
        skipped={"held": 2, "gone": 0}, left=0, due_again=0, orphans={}, mismatched=0, steps=(),
    )  # fmt: skip
    _, alone = proven(Proof(verification=verification, balance=(), due_anew=0, at=AT), language)
    assert alone.startswith(says)
    assert len(alone) > len(says)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_an_undo_window_keeps_is_part_of_the_answer(language: Language) -> None:
    nothing = RequestPlans(request="Q1", plans=(), left=(), searched=("shop.carts",), sealed=())
    window = Keeping(plan_id="p-1", made_at=AT, until=date(2026, 12, 7))
    found = nothing.model_copy(update={"sealed": (window,)})
    assert (nothing.undone, found.undone) == (False, True)
    (said,) = set(answer(found, language)) - set(answer(nothing, language))
    assert "2026-12-07" in said
    assert "`daicho dispose expire --now p-1`" in said
