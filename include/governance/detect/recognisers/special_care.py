"""Find text about special care-required personal information (要配慮個人情報)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.special_care_words import ENGLISH, JAPANESE

_JAPANESE = re.compile(JAPANESE)
_ENGLISH = re.compile(rf"(?=[A-Za-z])(?<![A-Za-z]){ENGLISH}")
_VERB = r"(?:して|使って|利用して|受けて|患って|かかって|通って|入って|持って|飲んで)"
_NEGATED = re.compile(
    r"(?:など|等|歴|者|持ち|症|の症状|の既往|の疑い)?(?:は|が|も|とか|"
    r"について)?[ ::(\-]{0,2}(?:特に|一切|全く|現在)?"
    rf"(?:(?:では|じゃ)?(?:ない|なく|なし|無し|無い|無(?![一-鿿])|ありません|ございません|なかった)"
    rf"|{_VERB}?(?:は)?い?(?:ません|ない))"
)
_NEGATED_BEFORE = re.compile(
    r"(?<![a-z])(?i:no|not|never|without|don't have(?: any)?|no known|free of)(?: a| any)? \Z"
)
_ABOUT = (
    r"に関する|に関しての|についての?|を題材(?:に|とし)?た?|をテーマ(?:に|とし)?た?|"
    r"の?患者(?:さん|の方)?|の?支援の?|の|関連の?|患者の?|を?予防(?:する|の)?|治療の?|向けの?|"
    r"(?:に|が)?気になる(?:方|人)(?:への?|の)?|治療薬?の?(?:国内|世界|海外|国際)?|"
    r"(?:が|に|を|の|と)?[ぁ-ん]{0,4}(?:わか|知|効|学|治|防|治療|克服|向き合|付き合|暮ら|生き)"
    r"[ぁ-ん]{1,2}(?:ため(?:の|に))?(?:[一-鿿]{1,3}の)?"
)
_GOODS = (
    r"本(?![人日当])|書籍|漫画|映画|小説|雑誌|ドラマ|絵本|展|グッズ|募金|寄付|啓発|チャリティ|"
    r"支援団体|予防|対策|サポーター|カフェ|フレンドリー|ファッション|向け|割引|用(?![事心意])|対応|"
    r"保険|専門|駐車|トイレ|検診|デザイン|モデル|コーナー|柄|風(?![邪呂])|心の厚|用品|商品|資料|"
    r"セミナー|講座|記事|ニュース|特集|研究|学会|レシピ|メニュー|食品|サプリ|キャンペーン|セット|"
    r"ケース|カタログ|法の|市場|入門|図鑑|辞典|事典|ガイド|"
    r"マニュアル|ハンドブック|新書|文庫|教室|講演|協会|団体|チェック(?:シート|リスト|表)|テンプレート|書式|様式|発行|取り?扱い|ひな形"
)
_FIELD = r"病?院(?![中歴しす先])|センター|内?科(?![にへで])|(?:内科|理)?学(?!生)"
_APPEAL = r"にご?注意|の?防止|の?撲滅|が?多発|の?相談窓口|に反対"
_NOT_A_PERSON = re.compile(
    rf"者?(?:の?方|さん|様|の皆様)?(?:{_ABOUT})?(?:{_GOODS})|{_FIELD}|{_APPEAL}"
)
_GOODS_AFTER = re.compile(
    r" (?i:book|books|glass|insurance|awareness|charity|research|ramp|accessible)"
)
_TITLED = re.compile(r"『[^』]{0,40}\Z")


class SpecialCareRecogniser(JapaneseRecogniser):
    """Words about illness, disability, crime, creed or social status of a person.

    Format: a word list of APPI article 2(3) and Cabinet Order article 2, with unions and sexual
    orientation, which laws abroad treat alike. No check digit. A find is dropped when it is denied
    (持病はありません), names goods or help for others (がん治療の本, 車いす対応) or stands in a
    title 『…』. Whether it is about the writer needs a human.
    Reference: https://laws.e-gov.go.jp/law/415AC0000000057 (法第2条第3項)
    """

    entity = Entity.SPECIAL_CARE

    def spans(self, text: str) -> Iterator[Span]:
        """Every word that no veto takes back."""
        for match in (*_JAPANESE.finditer(text), *_ENGLISH.finditer(text)):
            start, end = match.span()
            if _NEGATED.match(text, end) or _NOT_A_PERSON.match(text, end):
                continue
            if _GOODS_AFTER.match(text, end) or _NEGATED_BEFORE.search(
                text, max(0, start - 20), start
            ):
                continue
            if _TITLED.search(text, max(0, start - 42), start):
                continue
            yield start, end, 0.85
