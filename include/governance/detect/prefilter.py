"""Tell cheaply which values could hold what, so that Presidio sees candidates only.

The masks are RE2 patterns that Arrow runs over a whole array without making Python objects. Each
is wider than the recognisers it stands for: a value outside the mask cannot have a hit.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from presidio_analyzer import EntityRecognizer

from include.governance.detect.analyzer import analyzer
from include.governance.detect.bits import Bits, bits_of, none_of
from include.governance.detect.entities import Entity
from include.governance.detect.folding import Mask, among, matches
from include.governance.detect.hit import THRESHOLD
from include.governance.detect.recognisers.base import JapaneseRecogniser, PatternRecogniser
from include.governance.detect.recognisers.special_care_words import ENGLISH, JAPANESE
from include.governance.detect.tagging.passages import OF_PERSONS

NUMBERS = frozenset(
    {
        Entity.BUSINESS_PHONE,
        Entity.CREDIT_CARD,
        Entity.JP_BANK_ACCOUNT,
        Entity.JP_CORPORATE_NUMBER,
        Entity.JP_DRIVER_LICENSE,
        Entity.JP_MY_NUMBER,
        Entity.JP_PENSION,
        Entity.JP_POSTAL_CODE,
        Entity.PHONE_NUMBER,
        Entity.US_SSN,
    }
)
"""Kinds that are runs of at least seven digits."""
_NAMING = (
    r"[\p{Lu}][\p{L}'’\-]+[ ,.:;\n]|[ \n>:][\p{Lu}][\p{L}'’\-]"
    rf"|{OF_PERSONS}"
)
"""Part of a sentence or list in Latin letters that may name somebody or something."""
_NAMED = frozenset({Entity.ADDRESS, Entity.LOCATION, Entity.ORGANIZATION, Entity.PERSON})
_BROWSER = r"Mozilla/[0-9][^\"\n]*"
"""How a browser names itself: many capitals, and no name of anybody."""
_ACCOUNT = r"[普当貯]|口座|先|総合|納税準備|別段|記号|ゆうちょ|ぱるる|振替|(?i:account|acct|a/c)"
"""Words of which an account number has one beside it."""
MASKS: tuple[tuple[str, frozenset[Entity]], ...] = (
    (
        r"@|%40|u0040|&#64;|[★☆■□◆◇●○◎][A-Za-z0-9]|[\[({<](?:at?|AT|アット)| at |"
        r"アットマーク|あっとまーく|【|〈",
        frozenset({Entity.EMAIL_ADDRESS}),
    ),
    (
        r"[0-9](?:[-. ()・\r\n]{0,4}[0-9]){6}",
        frozenset({Entity.BUSINESS_PHONE, Entity.PHONE_NUMBER}),
    ),
    (
        r"(?:[0-9]{4}[-./_・ \n]{0,3}){2}[0-9]{4}|[0-9]{4}[-./_・ \n]{0,3}[0-9]{6}",
        frozenset(
            {
                Entity.CREDIT_CARD,
                Entity.JP_CORPORATE_NUMBER,
                Entity.JP_DRIVER_LICENSE,
                Entity.JP_MY_NUMBER,
                Entity.JP_PENSION,
            }
        ),
    ),
    (
        rf"(?:{_ACCOUNT}).*[0-9]{{3}}|[0-9]{{7}} ?\(?(?:{_ACCOUNT})",
        frozenset({Entity.JP_BANK_ACCOUNT}),
    ),
    (
        r"(?:^|[^0-9A-Za-z.\-])[0-9]{3}-[0-9]{4}(?:[^0-9A-Za-z\-]|-[^0-9]|-?$)"
        r"|(?:〒|便|びん|(?i:zip|post)).{0,20}[0-9]{3} ?-? ?[0-9]{4}",
        frozenset({Entity.JP_POSTAL_CODE}),
    ),
    (r"[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}", frozenset({Entity.US_SSN})),
    (r"0[5-9]0[_の…/~|]", frozenset({Entity.PHONE_NUMBER})),
    (
        r"(?i:cv[vcn]|csc|security|verification)|セキュリティ",
        frozenset({Entity.CARD_SECURITY_CODE}),
    ),
    (r"[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{4}", frozenset({Entity.IBAN_CODE})),
    (
        r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
        frozenset({Entity.MAC_ADDRESS}),
    ),
    (
        r"(?:[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.)|(?:[0-9a-fA-F]{0,4}:){2}",
        frozenset({Entity.IP_ADDRESS}),
    ),
    (
        r"(?i:誕生|生年月日|生ま?れ|産まれ|出生|バースデー|birth|born|dob|d\.o\.b)|[日0-9)] ?生"
        r"|[0-9] [|/]",
        frozenset({Entity.DATE_OF_BIRTH}),
    ),
    (
        r"[市区町村郡島].*[0-9一二三四五六七八九十]|-(?:ku|shi|cho|machi|gun)\b|[0-9] [A-Z][a-z]"
        r"|(?:ト|フ|ケン|ドウ)[ァ-ヺー ]{2,}[0-9]",
        frozenset({Entity.ADDRESS}),
    ),
    (r"[A-Za-z]{2}[ -]?[0-9]{7}", frozenset({Entity.JP_PASSPORT, Entity.JP_RESIDENCE_CARD})),
    (
        r"保険|資格確認書|健保|国保|社保|協会けんぽ|資格情報|後期高齢|公費負担|(?i:insurer)",
        frozenset({Entity.JP_HEALTH_INSURER}),
    ),
    (re.sub(r"\(\?[=!][^)]*\)", "", f"{JAPANESE}|{ENGLISH}"), frozenset({Entity.SPECIAL_CARE})),
    (r"[ぁ-ゖァ-ヺ一-鿿々]", frozenset({Entity.PERSON})),
    (r"[A-Za-z]{4}", frozenset({Entity.NRP, Entity.TITLE})),
    (r"[0-9]", frozenset({Entity.AGE, Entity.DATE_TIME})),
    (r"://|www\.", frozenset({Entity.URL})),
    (r"(?i:zip|post)", frozenset({Entity.US_ZIP_CODE})),
)

_NAMES = frozenset(map(str, Entity))


def candidates(texts: pa.Array, wanted: int, explained: Bits | None = None) -> Bits:
    """For each folded text the wanted kinds that it could hold; none for most.

    ``explained`` are kinds, by text, that a text may hold without being a candidate.
    """
    if explained is None:
        explained = none_of(len(texts))
    bits = none_of(len(texts))
    for known in np.unique(explained).tolist():
        bits[_may_hold(texts, explained == known, wanted & ~known)] = wanted
    chosen = np.flatnonzero(bits)
    bits[chosen] = _likely(texts.take(pa.array(chosen)), wanted)
    bits[(bits & ~explained) == 0] = 0
    return bits


def _may_hold(texts: pa.Array, mask: Mask, wanted: int) -> Mask:
    """Which texts of a mask some mask of a wanted kind lets through, at the price of one."""
    if wanted & _always():
        return mask
    patterns = [pattern for pattern, entities in MASKS if bits_of(entities) & wanted]
    if wanted & bits_of(_NAMED):
        patterns.append(_NAMING)
    return among(texts, mask, "|".join(patterns) or r"[^\s\S]")


def _likely(texts: pa.Array, wanted: int) -> Bits:
    """The wanted kinds that the masks let through."""
    bits = none_of(len(texts)) | _always()
    for pattern, entities in MASKS:
        if bits_of(entities) & wanted:
            bits |= np.where(matches(texts, pattern), bits_of(entities), 0)
    bits |= np.where(matches(_without_browsers(texts), _NAMING), bits_of(_NAMED), 0)
    for entity, words in _words_needed():
        bit = bits_of({entity})
        mask = (bits & bit) != 0
        bits[mask & ~among(texts, mask, words)] &= ~bit
    return bits & wanted


def _without_browsers(texts: pa.Array) -> pa.Array:
    named = matches(texts, _BROWSER)
    if not named.any():
        return texts
    mask = pa.array(named)
    return pc.replace_with_mask(
        texts, mask, pc.replace_substring_regex(texts.filter(mask), _BROWSER, "")
    )


@lru_cache(maxsize=1)
def _always() -> int:
    """Kinds that a recogniser of somebody else looks for: no mask here knows what it can find."""
    return bits_of(
        Entity(kind)
        for each in analyzer().registry.recognizers
        if not isinstance(each, JapaneseRecogniser)
        for kind in each.supported_entities
        if kind in _NAMES
    )


@lru_cache(maxsize=1)
def _words_needed() -> tuple[tuple[Entity, str], ...]:
    """Kinds of which no form is a find by itself, and the words that make it one."""
    needed: dict[str, list[str]] = {}
    for recogniser in analyzer().registry.recognizers:
        for kind in recogniser.supported_entities:
            needed.setdefault(kind, []).append(_words_of(recogniser))
    return tuple((Entity(kind), "|".join(words)) for kind, words in needed.items() if all(words))


def _words_of(recogniser: EntityRecognizer) -> str:
    """The words without which a recogniser scores below the threshold, empty if it can do so."""
    if not isinstance(recogniser, PatternRecogniser) or recogniser.wanted is None:
        return ""
    kind = type(recogniser)
    own = kind.score is PatternRecogniser.score and kind.spans is PatternRecogniser.spans
    if recogniser.base >= THRESHOLD or not own:
        return ""
    words = "|".join(re.escape(word).replace("\\ ", " ") for word in recogniser.wanted.words)
    return f"(?i:{words})"
