"""A recogniser that asks the models of ``analyzer.yaml`` what they read in a text."""

from __future__ import annotations

import re
from typing import ClassVar

from include.governance.detect.recognisers.base import JapaneseRecogniser
from include.governance.detect.tagging.passages import CAPITALISED, OF_PERSONS
from include.governance.detect.tagging.reading import reads_japanese


class ReadByModel(JapaneseRecogniser):
    """``written`` are forms of which a find without a capitalised word has one."""

    written: ClassVar[tuple[re.Pattern[str], ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        if not reads_japanese():
            self.forms = (CAPITALISED, OF_PERSONS, *self.written)
