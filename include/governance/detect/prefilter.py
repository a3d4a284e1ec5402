"""Tell cheaply which values could hold what, so that Presidio sees candidates only.

The masks are RE2 patterns that Arrow runs over a whole array without making Python objects. Each
is wider than the recognisers it stands for: a value outside the mask cannot have a hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.special_care import WORDS

_NUMBERS = frozenset(
    {
        Entity.CREDIT_CARD,
        Entity.JP_BANK_ACCOUNT,
        Entity.JP_DRIVER_LICENSE,
        Entity.JP_MY_NUMBER,
        Entity.JP_PENSION,
        Entity.JP_POSTAL_CODE,
        Entity.PHONE_NUMBER,
    }
)
MASKS: tuple[tuple[str, frozenset[Entity]], ...] = (
    (r"@|%40|[\[(](?:at|AT)[\])]", frozenset({Entity.EMAIL_ADDRESS})),
    (r"[0-9](?:[-. ()]{0,4}[0-9]){6,}", _NUMBERS),
    (r"[0-9]{4} ?[/_] ?[0-9]{4,6} ?[/_] ?[0-9]{4,5}", frozenset({Entity.CREDIT_CARD})),
    (
        r"(?:[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.)|(?:[0-9a-fA-F]{0,4}:){2}",
        frozenset({Entity.IP_ADDRESS}),
    ),
    (
        r"(?i:誕生|生年月日|生まれ|生れ|birth|born|dob).*[0-9]|[0-9].*(?i:誕生|生年月日|生まれ|生れ|birth|born|dob)",
        frozenset({Entity.DATE_OF_BIRTH}),
    ),
    (
        r"[市区町村郡島].*[0-9一二三四五六七八九十]|-(?:ku|shi|cho|machi|gun)\b|[0-9] [A-Z][a-z]",
        frozenset({Entity.ADDRESS}),
    ),
    (r"[A-Z]{2}[0-9]{7}", frozenset({Entity.JP_PASSPORT, Entity.JP_RESIDENCE_CARD})),
    (r"保険|資格確認書", frozenset({Entity.JP_HEALTH_INSURER})),
    (r"記号.*番号", frozenset({Entity.JP_BANK_ACCOUNT})),
    (re.sub(r"\(\?(?:=|<!)[^)]*\)", "", WORDS), frozenset({Entity.SPECIAL_CARE})),
    (r"[ぁ-ゖァ-ヺ一-鿿々]", frozenset({Entity.PERSON})),
    (r"[。!?]\s?[A-Z][A-Za-z'\-]+ [A-Z]", frozenset({Entity.PERSON})),
    (
        r"(?:Mr|Mrs|Ms|Miss|Dr|[Nn]ame(?: is|:)|I am|I'm|[Tt]his is|Dear|[Rr]egards,|[Ss]incerely,|"
        r"[Cc]heers,|[Bb]irthday,?|[Cc]ongratulations,?)\.?\s+[A-Z]",
        frozenset({Entity.PERSON}),
    ),
)
_INERT = (
    r"^(?:[0-9]{1,6}|[A-Za-z_\-]{1,20}|-?[0-9]{1,12}\.[0-9]{1,6}"
    r"|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)$"
)
_MEMBER_BITS = {entity: 1 << place for place, entity in enumerate(Entity)}


def candidates(texts: Sequence[str]) -> list[frozenset[Entity]]:
    """For each folded text the kinds it could hold; empty for most."""
    array = pa.array(texts, type=pa.large_string())
    bits: npt.NDArray[np.int64] = np.zeros(len(texts), dtype=np.int64)
    for pattern, entities in MASKS:
        flag = sum(_MEMBER_BITS[entity] for entity in entities)
        bits |= np.where(_matches(array, f"(?s){pattern}"), flag, 0)
    bits[_matches(array, _INERT)] = 0
    known: dict[int, frozenset[Entity]] = {}
    return [known.setdefault(bit, _members(bit)) if bit else _NOTHING for bit in bits.tolist()]


_NOTHING: frozenset[Entity] = frozenset()


def _matches(array: pa.LargeStringArray, pattern: str) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = pc.match_substring_regex(array, pattern).to_numpy(
        zero_copy_only=False
    )
    return mask


def _members(bits: int) -> frozenset[Entity]:
    return frozenset(entity for entity, bit in _MEMBER_BITS.items() if bits & bit)
