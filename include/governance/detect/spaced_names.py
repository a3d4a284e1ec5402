"""Tell a Japanese full name that is written with a blank, under whatever header it stands."""

from __future__ import annotations

import re

from include.governance.detect.recognisers.morphology import may_be_family, may_be_given

FORM = r"\A\s*[一-鿿々ヶ]{1,4} [一-鿿々ヶぁ-ゖァ-ヺー]{1,4}\s*\z"
"""The form as RE2 reads it; all that ``is_spaced_name`` accepts has it."""
_SPACED = re.compile("([一-鿿々ヶ]{1,4}) ([一-鿿々ヶぁ-ゖァ-ヺー]{1,4})")


def is_spaced_name(value: str) -> bool:
    """Whether a folded value is a family name and a given name that the dictionary knows."""
    parts = _SPACED.fullmatch(value)
    return parts is not None and may_be_family(parts[1]) and may_be_given(parts[2])
