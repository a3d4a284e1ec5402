"""Forms that a header explains: a value of such a form in its column is what the header says.

Each form is narrower than what `shapes.headed` accepts, and nothing but the kinds it explains
could be found in it; `tests/detect/test_fast_path.py` compares them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from include.governance.detect.bits import Bits, bits_of, none_of
from include.governance.detect.entities import CATEGORIES, Entity
from include.governance.detect.folding import Mask, among
from include.governance.detect.headers import Header
from include.governance.detect.known_names import are_known_names
from include.governance.detect.prefilter import NUMBERS
from include.governance.detect.recognisers.address import PREFECTURE

_HAN = r"[一-鿿々ヶぁ-ゖァ-ヺー]{1,6}"
_KANA_WORD = r"[ァ-ヺー]{1,20}"
_DAY = r"(?:0?[1-9]|1[0-9]|2[0-8])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_WHOLE_YEAR_OF_ERA = r"昭和(?:[2-9]|[1-5][0-9]|6[0-3])|平成(?:[2-9]|[12][0-9]|30)"
_NAME = frozenset({Entity.PERSON})
_FORMS: dict[Entity, tuple[str, frozenset[Entity]]] = {
    Entity.ADDRESS: (
        rf"(?:{PREFECTURE})[^0-9様方氏@:]{{2,30}}[0-9]{{1,4}}"
        r"(?:-[0-9]{1,4}){0,3}(?:丁目[0-9]{1,4}番(?:[0-9]{1,4}号)?)?"
        r"(?: [^0-9様方氏@: ]{1,20}[0-9]{0,4})?",
        _NAME | {Entity.ADDRESS},
    ),
    Entity.DATE_OF_BIRTH: (
        rf"(?:19|20)[0-9]{{2}}(?:-{_MONTH}-{_DAY}|/{_MONTH}/{_DAY})"
        rf"|(?:(?:19|20)[0-9]{{2}}|{_WHOLE_YEAR_OF_ERA})年{_MONTH}月{_DAY}日",
        NUMBERS | _NAME | {Entity.DATE_OF_BIRTH},
    ),
    Entity.JP_POSTAL_CODE: (r"〒?[0-9]{3}-?[0-9]{4}", NUMBERS),
    Entity.PERSON: (rf"{_HAN}(?: {_HAN})?", _NAME),
    Entity.PHONE_NUMBER: (
        r"0[5-9]0-?[1-9][0-9]{3}-?[0-9]{4}|0[1-9]-[1-9][0-9]{3}-[0-9]{4}"
        r"|0[1-9][1-9]{2}-[1-9][0-9]-[0-9]{4}|\+81-?[5-9]0-?[1-9][0-9]{3}-?[0-9]{4}",
        NUMBERS,
    ),
}
_KANA_NAME = rf"{_KANA_WORD}(?: {_KANA_WORD})?"


class Explained(NamedTuple):
    """By value: the kind that header and form agree on, and the kinds that this explains.

    ``known`` are names of persons that the dictionary knows, where the header wants such.
    """

    kind: Bits
    kinds: Bits
    known: Mask


def explained(folded: pa.Array, header: Header) -> Explained:
    """What a header that speaks for one kind says of the folded values by their form alone."""
    kind, kinds = none_of(len(folded)), none_of(len(folded))
    known: Mask = np.zeros(len(folded), dtype=np.bool_)
    if len({CATEGORIES[entity] for entity in header.supports}) != 1 or header.hints:
        return Explained(kind, kinds, known)
    for entity in header.supports & _FORMS.keys():
        pattern, others = _FORMS[entity]
        if entity is Entity.PERSON and header.kana:
            pattern = _KANA_NAME
        fits: Mask = among(folded, kind == 0, rf"\A(?:{pattern})\z")
        if entity is Entity.PERSON and _wants_known_names(header):
            known = fits = fits & are_known_names(folded)
        kind[fits] = bits_of({entity})
        kinds[fits] = bits_of(others)
    return Explained(kind, kinds, known)


def _wants_known_names(header: Header) -> bool:
    """A column named after a role holds persons only if some of the names are known ones."""
    return Entity.PERSON in header.supports and not (header.own_name or header.kana)
