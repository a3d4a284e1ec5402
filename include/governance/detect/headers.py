"""What the name of a column says about its content, in English and Japanese."""

from __future__ import annotations

import re
from typing import NamedTuple

from include.governance.detect.entities import Entity
from include.governance.detect.text import fold

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SAYS: dict[Entity, re.Pattern[str]] = {
    Entity.ADDRESS: re.compile(
        r"(?<!mail_)(?<!ip_)(?<!mac_)address|住所|(?:^|_)addr(?!_?ip)|所在地|番地|(?:^|_)street|町名|建物名"
    ),
    Entity.CARD_SECURITY_CODE: re.compile(
        r"security_?code|cv[vc]2?(?:$|_)|(?:^|_)(?:cvn2?|csc)(?:$|_)|セキュリティコード"
    ),
    Entity.CREDIT_CARD: re.compile(
        r"card_?(?:no|num)|(?:^|_)pan(?:$|_)|credit_?card|カード番号|クレジットカード|ccnum|cc_?number"
    ),
    Entity.DATE_OF_BIRTH: re.compile(r"birth(?!_?place)|(?:^|_)dob(?:$|_)|生年月日|誕生日"),
    Entity.EMAIL_ADDRESS: re.compile(r"e_?mail|メール|mail_?addr|(?:^|_)mail(?:$|_to)"),
    Entity.IP_ADDRESS: re.compile(r"(?:^|_)ip(?:$|_|v[46]|addr)|remote_?addr|ipアドレス"),
    Entity.JP_BANK_ACCOUNT: re.compile(r"account_?(?:no|num)|口座番号|(?:^|_)koza"),
    Entity.JP_DRIVER_LICENSE: re.compile(r"licen[sc]e|免許"),
    Entity.JP_HEALTH_INSURER: re.compile(r"保険者番号|insurer_?(?:no|num)"),
    Entity.JP_MY_NUMBER: re.compile(r"my_?number|マイナンバー|個人番号"),
    Entity.JP_PASSPORT: re.compile(r"passport|旅券|パスポート"),
    Entity.JP_PENSION: re.compile(r"年金|pension"),
    Entity.JP_POSTAL_CODE: re.compile(r"(?:^|_)zip|postal|post_?code|郵便"),
    Entity.JP_RESIDENCE_CARD: re.compile(r"residence_?card|在留"),
    Entity.PERSON: re.compile(
        r"(?:^|_)(?:family|given|first|last|full|maiden|middle|sur|customer|recipient|billing|"
        r"shipping|ship|contact|member|owner|holder|requester|client|patient|employee)_?name|"
        r"氏名|姓名|お?名前|^姓$|^名$|名義|受取人|宛名|担当者?$|^agent$|^name$|recipient$|"
        r"フリガナ|ふりがな|カナ$|(?:^|_)(?:kana|furigana|sei|mei)(?:$|_)"
    ),
    Entity.PHONE_NUMBER: re.compile(
        r"phone|(?:^|_)tel(?:$|_|no)|電話|携帯|mobile|(?:^|_)fax(?:$|_)|ファックス"
    ),
}
_AGAINST = re.compile(
    r"product|商品|(?:^|_)item|brand|ブランド|status|ステータス|状態|channel|payment_?method|(?:^|_)sku|(?:^|_)jan|"
    r"(?:^|_)ean|isbn|gender|性別|rank|ランク|subject|件名|categor|カテゴリ|colou?r|サイズ|(?:^|_)size|carrier|"
    r"campaign|キャンペーン|policy|(?:^|_)table|(?:^|_)column|(?:^|_)site|company|会社|店舗|(?:^|_)shop|(?:^|_)store|(?:^|_)file|"
    r"(?:^|_)event|(?:^|_)job|prefecture|都道府県|(?:^|_)city|市区町村|country|国籍"
)
_GENERIC = re.compile(r"^(?:name|名前)$")
_KANA = re.compile(r"kana|カナ|ふりがな|furigana|フリガナ")
_CONTACT = frozenset(
    {Entity.EMAIL_ADDRESS, Entity.PHONE_NUMBER, Entity.DATE_OF_BIRTH, Entity.JP_POSTAL_CODE}
)


class Header(NamedTuple):
    """What one column name supports and whether it speaks against names of persons.

    ``generic``: the name alone could belong to a thing (``name``). ``beside_contact``: another
    column of the table is headed e-mail, phone, birth or post, so its rows are likely persons.
    """

    supports: frozenset[Entity]
    against: bool
    generic: bool
    kana: bool
    beside_contact: bool


def read(column: str, others: tuple[str, ...] = ()) -> Header:
    """The header of a column among the other columns of its table."""
    name = _normal(column)
    says = frozenset(entity for entity, pattern in _SAYS.items() if pattern.search(name))
    against = bool(_AGAINST.search(name)) and Entity.PERSON not in says
    return Header(
        supports=says,
        against=against,
        generic=bool(_GENERIC.match(name)),
        kana=bool(_KANA.search(name)),
        beside_contact=any(_is_contact(_normal(other)) for other in others if other != column),
    )


def _is_contact(name: str) -> bool:
    return any(_SAYS[entity].search(name) for entity in _CONTACT)


def _normal(column: str) -> str:
    return re.sub(r"[\s\-.]+", "_", _CAMEL.sub("_", fold(column).strip())).lower()
