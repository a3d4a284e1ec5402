"""What was in the way of a chunk is said in both languages, with the chunks' numbers."""

from __future__ import annotations

from typing import get_args

from include.governance.disposal.told import left
from include.governance.model.erasure import Obstacle


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
