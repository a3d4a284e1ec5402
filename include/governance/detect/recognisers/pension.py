"""Find basic pension numbers."""

from __future__ import annotations

import re

from include.governance.detect.context import OTHER_NUMBERS, Words
from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import PatternRecogniser


class PensionRecogniser(PatternRecogniser):
    """Basic pension number (基礎年金番号).

    Format: four digits, six digits. No public check digit; needs a context word.
    Reference: https://www.nenkin.go.jp/
    """

    entity = Entity.JP_PENSION
    pattern = re.compile(
        r"[0-9](?<![0-9A-Za-z].)(?<![0-9][-. ].)[0-9]{3}(?: ?[-.・] ?| )?[0-9]{6}(?![0-9A-Za-z])"
        r"(?![-. ][0-9])"
    )
    base = 0.1
    boosted = 0.9
    wanted = Words(
        ("年金番号", "年金手帳", "基礎年金", "年金証書", "年金No", "年金加入", "年金",
         "pension number", "pension no", "pension_no", "pension_number", "pension"),
        unless=("事務所", "機構", "相談", "ダイヤル", "受給額", "額", "保険料"),
    )  # fmt: skip
    unwanted = Words((*OTHER_NUMBERS, "電話", "Tel", "携帯", "Fax"))
