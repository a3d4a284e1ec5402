"""Find text about special care-required personal information (要配慮個人情報)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span

_MEDICAL = (
    r"うつ病|鬱病|躁うつ|双極性障害|統合失調|適応障害|パニック障害|摂食障害|不安障害|自律神経失調|"
    r"てんかん|認知症|パーキンソン病|リウマチ|白血病|糖尿病|肝硬変|[ABC]型肝炎|結核|梅毒|HIV(?:感染|陽性)|"
    r"エイズ|(?:抗|肺|胃|乳|大腸|肝臓|膵臓|子宮頸?|前立腺|甲状腺|食道|末期)がん|(?:がん|癌)(?:治療|患者|を?患|と診断|の手術)|"
    r"抗(?:がん|癌)剤|化学療法|放射線治療|人工透析|透析(?:中|患者|を受)|ペースメーカー|人工肛門|"
    r"不妊治療|流産|通院歴|通院(?:中|して|し、|のため|しな)|入院(?:中|して|し、|のため|予定|しな|歴)|"
    r"手術(?:を受|をし|をする|した|しま|後|のため|予定|歴)|既往(?:歴|症)|病歴|持病|難病|診断書|"
    r"健康診断の?結果|検査結果が?(?:陽性|要精密)|(?:服薬|投薬)(?:中|して|を)|処方(?:薬|箋)|"
    r"アレルギー(?:持ち|があ[るり])|アトピーがあ[るり]"
)
_DISABILITY = (
    r"(?:身体|知的|精神|視覚|聴覚|発達|肢体)(?:障害|障がい)|(?:障害|障がい)(?:者手帳|年金|等級)|"
    r"療育手帳|自閉症|アスペルガー|ADHD|車[椅い]す?(?:生活|を使|を利用|で生活|ユーザー|利用者)|要介護[1-5一-五]?|"
    r"(?<![一-鿿])義[足手]|全盲|弱視|ろう者|難聴"
)
_CRIME = (
    r"前科|逮捕歴|逮捕され|犯罪歴|服役|刑務所に|出所し|執行猶予|有罪判決|保護観察(?:中|処分)|少年院|起訴され|書類送検|"
    r"犯罪被害|被害届|(?:DV|ＤＶ|ストーカー|性犯罪|性暴力)の?被害"
)
_CREED = (
    r"信仰|宗教上|入信|洗礼を|信者|イスラム教徒|ムスリム|仏教徒|キリスト教徒|クリスチャン(?=です|なの|として|のため)|"
    r"エホバの証人|創価学会|支持政党|(?:自民|公明|共産|立憲民主)党員"
)
_STATUS = r"被差別|部落(?:出身|差別)|同和地区|在日(?:韓国|朝鮮)人|アイヌ(?:民族|の血|出身)"
_ENGLISH = (
    r"(?i:diagnosed with|depression|schizophreni[ac]|bipolar disorder|epilep(?:sy|tic)|"
    r"chemotherapy|cancer (?:treatment|patient)|"
    r"hiv[- ]positive|wheelchair user|disability certificate|"
    r"criminal record|my (?:disability|illness)|mental illness)"
)
WORDS = "|".join((_MEDICAL, _DISABILITY, _CRIME, _CREED, _STATUS, _ENGLISH))

_PATTERN = re.compile(rf"(?<![A-Za-z])(?:{WORDS})")
_NEGATED = re.compile(
    r"(?:など|等|歴|者)?(?:は|が|も|とか|について)?[ :]?(?:特に|一切|全く)?"
    r"(?:では|じゃ)?(?:ない|なく|なし|無し|無い|ありません|ございません)"
)
_NOT_A_PERSON = re.compile(
    r"者?(?:の方)?(?:に関する|について|を題材|をテーマ|の?患者(?:さん|の方)?|の|関連の?|患者の?)?"
    r"(?:本(?![人日])|書籍|漫画|映画|小説|雑誌|展|グッズ|募金|寄付|啓発|チャリティ|支援団体|予防|対策|"
    r"サポーター|カフェ|フレンドリー|ファッション|向け|割引|用(?![事心意])|対応|保険|専門|駐車|トイレ|検診|"
    r"デザイン|モデル|コーナー|柄|風|心の厚)"
)
_TITLED = re.compile(r"『[^』]{0,40}\Z")


class SpecialCareRecogniser(JapaneseRecogniser):
    """Words about illness, disability, crime, creed or social status of a person.

    Format: a word list of APPI article 2(3) and Cabinet Order article 2. No check digit. A find is
    dropped when it is denied (持病はありません), names goods or help for others (がん治療の本,
    車いす対応) or stands in a title 『…』. Whether it is about the writer needs a human.
    Reference: https://laws.e-gov.go.jp/law/415AC0000000057 (法第2条第3項)
    """

    entity = Entity.SPECIAL_CARE

    def spans(self, text: str) -> Iterator[Span]:
        """Every word that no veto takes back."""
        for match in _PATTERN.finditer(text):
            start, end = match.span()
            if _NEGATED.match(text, end) or _NOT_A_PERSON.match(text, end):
                continue
            if _TITLED.search(text, max(0, start - 42), start):
                continue
            yield start, end, 0.85
