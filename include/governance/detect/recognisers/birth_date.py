"""Find dates of birth, also in Japanese eras."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.context import Words
from include.governance.detect.entities import Entity
from include.governance.detect.japanese_date import DAY, is_date
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_BORN = re.compile(
    r"日? ?\)?(?:\([^()]{1,12}\))? ?(?:(?:に|の?お?)?(?:生まれ(?!変)|生れ|産まれ|出生)"
    r"|に?誕生(?!日|祭|月)|生(?![一-鿿ぁ-んァ-ヶ])|生の(?=[父母祖兄姉弟妹子娘息孫妻夫男女者人方])|born|DOB|\(?生年月日)"
)
_PART = re.compile(
    r"(?<![0-9])(?:(?:18|19|20)[0-9]{2}年(?: ?[0-9]{1,2}月)?"
    r"|(?:明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHR]|[昭平])"
    r" ?(?:[0-9]{1,2}|元)年?(?: ?[0-9]{1,2}月)?"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"|[0-9]{1,2}月 ?[0-9]{1,2}日|[0-9]{1,2}/[0-9]{1,2}(?![0-9/]))"
)
_NEAR_LABEL = 4
_TRACE = re.compile(
    r"[生誕産出バBbDd](?:(?<=生)(?:[まれ年]|の[父母祖兄姉弟妹子娘息孫妻夫男女者人方]|(?![一-鿿ぁ-んァ-ヶ]))|(?<=[誕出])生|(?<=産)まれ"
    r"|(?<=バ)ース|(?i:irth|orn|ob|\.o))"
)
"""Without such a sign there is no word for birth."""


class BirthDateRecogniser(JapaneseRecogniser):
    """Date of birth.

    Format: Western or era year (明治 to 令和, M T S H R, one-sign eras, 元年), month, day; or
    eight digits; a part of it where birth is right beside it (平成2年生まれ). No check digit; the
    calendar and the limits of the eras are checked (昭和 ends on 64-1-7, 平成 on 31-4-30). Any date
    looks the same, so it needs a word for birth, and none for another occasion nearer to it.
    Reference: https://laws.e-gov.go.jp/law/354AC0000000043 (元号法)
    """

    entity = Entity.DATE_OF_BIRTH
    labels = Words(
        ("生年月日", "誕生日", "誕生年月日", "お誕生", "バースデー", "出生日", "生まれた日",
         "生まれは", "date of birth", "birth date", "birthdate", "birth_date", "birthday",
         "birth_day", "birth", "born", "DOB", "d.o.b"),
        unless=("プレゼント", "クーポン", "特典", "ケーキ", "祝", "割", "月", "ポイント",
                "キャンペーン", "会", "カード", "セール", "用", "ギフト", "メール", "イベント",
                "フェア", "place", "day sale", "day coupon", " sale", " coupon", " gift",
                " present", " party", " cake", " discount", " campaign", " card", "place",
                " rate", " certificate"),
    )  # fmt: skip
    occasions = Words(
        ("届", "発送", "配送", "到着", "注文日", "購入", "発売", "期限", "有効", "入会",
         "登録日", "登録", "予約", "来店", "開催", "公開", "更新", "作成", "締切", "締め切り",
         "受付", "設立", "創業", "創立", "契約", "退会", "利用日", "請求", "支払", "満了",
         "開始", "終了", "delivery", "shipped", "order", "release", "expires", "expiry",
         "updated", "created", "registered", "founded", "hired", "joined", "due")
    )  # fmt: skip

    def spans(self, text: str) -> Iterator[Span]:
        """Whole dates by their context, then parts of dates that are called a birth."""
        if _TRACE.search(text) is None:
            return
        seen: set[int] = set()
        for match in DAY.finditer(text):
            seen.add(match.start())
            if is_date(match.group()):
                yield match.start(), match.end(), self._score(text, match.start(), match.end())
        for match in _PART.finditer(text):
            if match.start() not in seen and self._is_called_birth(text, match):
                yield match.start(), match.end(), 0.7

    def _score(self, text: str, start: int, end: int) -> float:
        if _BORN.match(text, end) or _BORN.match(text, end - 1):
            return 0.9
        label = self.labels.distance(text, start, end)
        other = self.occasions.distance(text, start, end)
        return 0.9 if label is not None and (other is None or label <= other) else 0.05

    def _is_called_birth(self, text: str, found: re.Match[str]) -> bool:
        if _BORN.match(text, found.end()):
            return True
        label = self.labels.distance(text, found.start(), found.start())
        return label is not None and label <= _NEAR_LABEL
