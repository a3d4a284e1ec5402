"""The words in names of columns: which kind each one speaks for, in English and Japanese.

Runs of whole words are written with blanks: ``first name`` is ``first_name``, ``FirstName``,
``firstname`` and ``first_name2``. ``_PARTS`` are patterns, mostly Japanese, that match anywhere.
"""

from __future__ import annotations

import re

from include.governance.detect.entities import Entity

_RUNS: dict[Entity, str] = {
    Entity.ADDRESS: (
        "address|addr|adr|address line|street|street address|street name|street line|home address|"
        "mailing address|ship to line|bill to line|residence|jusho|juusho|banchi|shozaichi"
    ),
    Entity.CARD_SECURITY_CODE: "security code|card security code|cvv|cvc|cvv2|cvc2|cvn|cvn2|csc",
    Entity.CREDIT_CARD: (
        "card no|card num|card nbr|card number|cardno|cc no|cc num|cc nbr|cc number|ccn|pan|"
        "credit card|creditcard|credit card no|credit card number|debit card|card"
    ),
    Entity.DATE_OF_BIRTH: (
        "birth|birthday|birth date|birth day|birth dt|birth ymd|date of birth|dt of birth|dob|"
        "d o b|bdate|b date|bday|b day|date birth|born|born on|seinengappi|tanjobi|tanjoubi"
    ),
    Entity.EMAIL_ADDRESS: (
        "e mail|e mails|mail|mail to|mail addr|mail address|eml|e mail addr|e mail address"
    ),
    Entity.IBAN_CODE: "iban|iban no|iban number|iban code",
    Entity.IP_ADDRESS: "ip|ips|ipv4|ipv6|ip v4|ip v6|ip addr|ip address|remote addr|remote host",
    Entity.JP_BANK_ACCOUNT: "account no|account num|account number|acct no|acct num|koza|kouza|"
    "koza bango|kouza bangou|kigo bango|kigou bangou",
    Entity.JP_CORPORATE_NUMBER: "corporate number|corporate no|hojin bango|houjin bango",
    Entity.JP_DRIVER_LICENSE: "licence|license|licence no|license no|licence number|license number",
    Entity.JP_HEALTH_INSURER: (
        "insurer no|insurer num|insurer number|hoken no|hokensha no|hokensha bango|hokensha bangou"
    ),
    Entity.JP_MY_NUMBER: "my number|mynumber|individual number|kojin bango",
    Entity.JP_PASSPORT: "passport|passport no|passport num|passport number|ryoken",
    Entity.JP_PENSION: "pension|pension no|pension number|nenkin",
    Entity.JP_POSTAL_CODE: (
        "zip|zip code|zip cd|postal|postal code|postal cd|post code|yubin|yuubin|yubin no|"
        "yubin bango"
    ),
    Entity.JP_RESIDENCE_CARD: "residence card|residence card no|zairyu",
    Entity.MAC_ADDRESS: "mac|mac addr|mac address|bssid",
    Entity.PERSON: (
        "fname|lname|mname|surname|forename|name first|name last|name family|name given|name kanji|"
        "shimei|namae|card holder|account holder|next of kin"
    ),
    Entity.PHONE_NUMBER: (
        "phone|phones|phone no|phone num|phone nbr|phone number|telephone|tel|tel no|telno|mobile|"
        "mobile no|mobile number|cell|cellphone|cell phone|cell no|fax|fax no|fax number|landline|"
        "contact no|contact number|whatsapp|denwa|denwa bango|keitai"
    ),
    Entity.SPECIAL_CARE: (
        "diagnosis|diagnoses|diagnosed with|medical history|medical condition|medical conditions|"
        "health condition|health conditions|allergy|allergies|disability|disabilities|religion|"
        "ethnicity|sexual orientation|criminal record"
    ),
    Entity.US_SSN: (
        "ssn|ssn no|social security|social security no|social security number|soc sec|soc sec no|"
        "soc sec num|soc sec number|ss no|ss num|ss number"
    ),
    Entity.US_ZIP_CODE: "zip|zip code|zip cd|postal|postal code|postal cd|post code",
}
_PARTS: dict[Entity, str] = {
    Entity.ADDRESS: "住所|所在地|番地|町名|建物名",
    Entity.CARD_SECURITY_CODE: "セキュリティコード",
    Entity.CREDIT_CARD: "カード番号|クレジットカード",
    Entity.DATE_OF_BIRTH: "生年月日|誕生日|生まれ",
    Entity.EMAIL_ADDRESS: "メール(?!マガジン)|eメール",
    Entity.IP_ADDRESS: "ipアドレス",
    Entity.JP_BANK_ACCOUNT: "口座番号|口座情報|(?:振込|振替|入金)先?口座|ゆうちょ",
    Entity.JP_CORPORATE_NUMBER: "法人番号|インボイス|適格請求書",
    Entity.JP_DRIVER_LICENSE: "免許",
    Entity.JP_HEALTH_INSURER: "保険者番号|保険証",
    Entity.JP_MY_NUMBER: "マイナンバー|個人番号",
    Entity.JP_PASSPORT: "旅券|パスポート",
    Entity.JP_PENSION: "年金",
    Entity.JP_POSTAL_CODE: "郵便",
    Entity.JP_RESIDENCE_CARD: "在留",
    Entity.PERSON: (
        "氏名|姓名|お名前|^姓|^名$|名義|受取人|宛名|担当者?$|依頼主|送り主|配送先名|届け?先名|代表者名|"
        "^(?:first|last|given|maiden|initials|sei|mei)$"
    ),
    Entity.PHONE_NUMBER: "電話|携帯|ファックス|連絡先(?!.*(?:メール|住所|氏名|名前?$))",
    Entity.SPECIAL_CARE: (
        "病名|傷病|病歴|既往|持病|疾患|診断名|障がい|障害(?:者|等級|の程度|の有無)|"
        "アレルギー(?!物質|表示|情報|原材料)|信条|宗教|犯罪歴|前科"
    ),
}
_ROLES = (
    "customer|cust|client|patient|employee|emp|member|owner|holder|user|person|people|contact|"
    "recipient|receiver|sender|requester|requestor|applicant|beneficiary|guest|host|tenant|"
    "landlord|borrower|student|pupil|teacher|professor|instructor|guardian|parent|mother|father|"
    "spouse|child|agent|assignee|author|editor|writer|director|actor|artist|manager|supervisor|"
    "approver|reviewer|representative|rep|attorney|doctor|physician|nurse|driver|passenger|buyer|"
    "seller|purchaser|subscriber|signatory|signer|witness|winner|player|athlete|coach|candidate|"
    "attendee|participant|voter|donor|voluntee?r|staff|operator|officer|inspector|billing|shipping|"
    "bill to|ship to|ship|emergency contact|tanto|tantou|tantousha|recv|rcv|rcvr|sndr|cst|mbr|usr|"
    "payer|payee|orderer|insured|policyholder|kokyaku|kaiin|todokesaki|irainushi|okurinushi"
)
_OWN_NAME = (
    "first|last|given|family|full|maiden|middle|sur|second|birth|legal|preferred|display|nick"
)
_AGAINST = (
    "product|products|prd|prod|item|items|goods|brand|brd|status|state|channel|payment method|sku|"
    "jan|ean|upc|isbn|gender|sex|rank|tier|subject|category|categories|categor|cat|colou?r|size|sz|"
    "carrier|campaign|policy|table|column|site|company|companies|organi[sz]ation|org|employer|"
    "vendor|supplier|corp|shop|store|branch|file|folder|path|event|job|occupation|role|prefecture|"
    "city|town|county|country|region|nationality|species|plant|animal|breed|model|make|team|league|"
    "club|school|university|college|department|dept|division|class|title|project|app|application|"
    "device|server|domain|bank|airline|airport|station|hotel|restaurant|movie|film|book|"
    "album|song|track|game|drug|disease|currency|language|lang|type|shohin|shouhin|kaisha|"
    "tokuisaki|tenpo|tenpo mei|burando|busho|yakushoku|bumon"
)
_AGAINST_PARTS = (
    "商品|製品|品名|ブランド|ステータス|状態|性別|ランク|件名|題名|カテゴリ|サイズ|キャンペーン|会社|取引先|企業|法人|"
    "店舗|支店|銀行|都道府県|市区町村|国籍|部署|部門|役職|職業|色|型番|種別|区分"
)
_ASPECTS = (
    "count|counts|type|kind|hash|hashed|sha\\d*|md5|token|verified|valid|validated|flag|is|has|sent|"
    "length|len|method|opt in|optin|opt out|optout|status|enabled|confirmed at|version|brand|"
    "required|allowed|format|provider|ext|extension|country|last4|last 4|last four|exp|expiry|"
    "expiration|expires|place|placed"
)
_THINGS = "price|sku|brand|ean|jan|upc|isbn|stock|qty|quantity|weight|colou?r|size"


def _pattern(runs: str, parts: str = "") -> re.Pattern[str]:
    words = "|".join(run.replace(" ", "_?") for run in runs.split("|"))
    return re.compile(rf"(?:^|_)(?:{words})(?=_?\d*(?:$|_))" + (f"|{parts}" if parts else ""))


def _own_names() -> str:
    names = "|".join(
        f"{word} {name}" for word in _OWN_NAME.split("|") for name in ("name", "nm", "names")
    )
    return f"{_RUNS[Entity.PERSON]}|{names}"


def _persons() -> str:
    roles = "|".join(
        f"{role} {name}" for role in _ROLES.split("|") for name in ("name", "nm", "mei", "shimei")
    )
    return f"{_own_names()}|{roles}"


SAYS: dict[Entity, re.Pattern[str]] = {
    entity: _pattern(_persons() if entity is Entity.PERSON else runs, _PARTS.get(entity, ""))
    for entity, runs in _RUNS.items()
}
"""Names that speak for a kind."""
OWN_NAME = _pattern(_own_names(), _PARTS[Entity.PERSON])
"""Names of what only a person has: a first name, a maiden name, 氏名."""
ROLE = re.compile(rf"^(?:{_ROLES.replace(' ', '_?')}|[a-z_]+_by)_?\d*$")
"""Names of what a person is or does: the values must show that they are names."""
NAME = re.compile(r"^(?:name|nm|名前)_?\d*$")
"""Names of what persons and things have alike."""
AGAINST = _pattern(_AGAINST, _AGAINST_PARTS)
"""Names of things: what looks like a person's name there is one of a thing."""
ASPECT = _pattern(
    _ASPECTS,
    "(?<!障害)(?<!障がい)(?<!害者)(?<!い者)(?:区分|種別|フラグ|件数|回数|文字数|桁数)$",
)
"""Words that turn a kind into something about it: ``email_count``, ``is_phone``, 氏名区分."""
KANA = re.compile(r"kana|(?:^|_)kn(?:$|_)|カナ|ふりがな|furigana|フリガナ")
SITE = re.compile(r"(?:^|_)(?:shop|store|branch|hq|head_?office)_|店舗|支店|本社|営業所")
"""Places of business: ``store_tel``, 店舗TEL."""
THINGS = _pattern(_THINGS, "価格|在庫|数量")
"""Names of columns that tables of things have."""
