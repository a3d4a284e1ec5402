"""Tell from the words before a fixed-line number that it is a company's or a shop's."""

from __future__ import annotations

import re

_BEFORE = 20
_FIXED_LINE = 10
_IP_PHONE = "050"
_SELF = (
    r"本社|本店|本部|支店|支社|営業所|事業所|店舗|売り?場|当店|当社|当方店舗|弊社|弊店|御社|貴社"
)
_DESK = r"代表(?!者|取締役|社員|理事)|窓口|カウンター|デスク|センター|[一-鿿ァ-ヶー]{2}店"
_CALLED = re.compile(
    rf"(?:{_SELF}|{_DESK})(?:の|への|宛|直通|代表|固定)? ?"
    r"(?:お?電話(?:番号)?|番号|TEL|Tel|tel|FAX|Fax|℡|☎)?(?:は|が)?[ :=/→-]{0,3}\(?\Z"
)


def is_company_line(number: str, text: str, start: int) -> bool:
    """Whether a national number is a fixed line or IP telephone that is called a company's.

    So it is after 本社代表 or …店 TEL; a mobile number is always somebody's.
    """
    before = text[max(0, start - _BEFORE) : start]
    may_be = len(number) == _FIXED_LINE or number.startswith(_IP_PHONE)
    return may_be and _CALLED.search(before) is not None
