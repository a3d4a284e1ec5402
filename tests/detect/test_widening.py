"""A pattern widened for RE2 matches every text that the pattern matches."""

from __future__ import annotations

import re
from contextlib import suppress

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from include.governance.detect.adjudicate import questions
from include.governance.detect.analyzer import analyzer
from include.governance.detect.folding import matches
from include.governance.detect.hit import THRESHOLD
from include.governance.detect.recognisers.base import JapaneseRecogniser, PatternRecogniser
from include.governance.detect.text import fold
from include.governance.detect.widening import widened

from .test_fast_path import mixed
from .test_recognisers import VALID

RECOGNISERS = [r for r in analyzer().registry.recognizers if isinstance(r, JapaneseRecogniser)]
FORMS = sorted(
    {
        form
        for each in RECOGNISERS
        for form in (*each.forms, *([each.pattern] if isinstance(each, PatternRecogniser) else []))
        if isinstance(form, re.Pattern)
    },
    key=lambda form: form.pattern,
)

KNOWN = [fold(text) for text in (*(t for v in VALID.values() for t in v), *mixed(600))]


def _matches(pattern: str, *texts: str) -> list[bool]:
    return list(matches(pa.array(texts, pa.large_string()), pattern).tolist())


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a(?=b)", ["ab", "ac"], ["b"]),
        ("(?<![0-9])1(?![0-9])", ["1", "a1", "1 "], ["21", "12"]),
        ("(?<![0-9])(?<!x)1", ["1", "x1"], ["21"]),
        ("a(?<!x.)b", ["ab", "xab"], ["b"]),
        (r"([-.])1\1", ["-1-", "-1."], ["1-"]),
        ("(?i:tel)[0-9]", ["TEL1", "Tel2"], ["te1"]),
        ("(?i)é(?-i:a)", ["Éa"], ["ÉA"]),
        ("(?:(?<![a-z])|(?<=tel))0", ["0", "A0", "tel0"], ["x0"]),
        ("a.b", ["a\nb", "axb"], ["ab"]),
        ("a++b|[^a]c", ["aab", "xc"], ["ac"]),
        (r"[^\W\d_]+1", ["é1"], ["1"]),
        (r"\d\s\w", ["1\u3000東", "٣ _"], ["1a"]),
        (r"\Aab\Z", ["ab", "xabx"], ["a"]),
        ("a{2,2000}b", ["aab"], ["ab"]),
    ],
)
def test_the_wider_pattern_leaves_out_only_what_stands_around(
    pattern: str, matching: list[str], other: list[str]
) -> None:
    wide = widened(re.compile(pattern))
    assert _matches(wide, *matching) == [True] * len(matching)
    assert _matches(wide, *other) == [False] * len(other)


def test_a_part_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be widened"):
        widened(re.compile("(a)?(?(1)b|c)"))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.pattern[:30])
def test_the_forms_of_recognisers_match_what_their_patterns_match(form: re.Pattern[str]) -> None:
    wide, made = widened(form), list[str]()

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(form))
    def check(text: str) -> None:
        assert _matches(wide, text) == [True]
        made.append(text)

    with suppress(Unsatisfiable):  # of some patterns Hypothesis makes no text
        check()
    known = [text for text in KNOWN if form.search(text)]
    assert _matches(wide, *known) == [True] * len(known)
    assert known or made, "neither known nor made: nothing was held against the form"


def test_what_a_recogniser_finds_something_in_has_its_form() -> None:
    told = [question for question in questions() if question.form]
    assert len(told) > 10
    for question in told:
        found = [any(s >= THRESHOLD for *_, s in question.spans(text)) for text in KNOWN]
        formed = _matches(question.form, *KNOWN)
        assert [f for f, has in zip(formed, found, strict=True) if has] == [True] * sum(found)
