"""Find Japanese names after words for who did or is something, and names in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.morphology import KANJI, KATAKANA, may_be_family

_HAN = f"[{KANJI}]"
_KATA = f"[{KATAKANA}]"
_ONE_WORD = rf"(?:{_HAN}{{2,4}}|{_KATA}{{3,9}})"
_TWO_IN_KATAKANA = rf"{_KATA}{{2,8}}[ ・]{_KATA}{{2,8}}"
_LABELLED = re.compile(
    rf"[:=](?<=[者人官員係印主当].)[ ]?"
    rf"(?P<name>(?P<kanji>{_HAN}{{1,4}}(?: {_HAN}{{1,4}})?)|{_TWO_IN_KATAKANA})"
    rf"(?![{KANJI}{KATAKANA}ぁ-ん])"
)
_IN_FORMS = re.compile(
    r"[ ](?<=(?:保険者|契約者|申込者|受給者|加入者|世帯主|名義人|依頼人|届出人).)"
    rf"{_KATA}{{2,8}} {_KATA}{{2,8}}(?=[ 、。,(]|\Z)"
)
_KEYED = re.compile(
    r"(?<![A-Za-z])(?i:assign(?:ed_to|ee)|(?:creat|updat|approv|request|handl|report|sign)ed_by"
    r"|operator|recipient|(?:customer|full|user|staff|agent|owner)_?name)[\"']? ?[:=] ?[\"']?"
    rf"(?P<name>{_HAN}{{1,4}} {_HAN}{{1,4}}|(?P<kanji>{_HAN}{{2,4}}))(?![{KANJI}{KATAKANA}ぁ-ん])"
)
_SUCCEEDED = re.compile(rf"担当者?[がはを]({_ONE_WORD})から({_ONE_WORD})[にへ]")
_COUNTED = re.compile(r"の(?:[2-9]|[二三四五六七八九])(?:名|人)[でがはをの]")
_LISTED = re.compile(rf"(?:(?:{_HAN}{{1,4}}|{_KATA}{{2,9}})、)+(?:{_HAN}{{1,4}}|{_KATA}{{2,9}})\Z")
_ONE_OF_LIST = re.compile("[^、]+")
_LONGEST_LIST = 60
_SCORE = 0.85


class PersonInRoleRecogniser(JapaneseRecogniser):
    """Name of a person by the role in which a form, a log or a note tells of it.

    Format: kanji of which a dictionary knows the family name, or two words in katakana, after a
    label that ends as words for persons and stamps do (申請者=…, 検収印:…) or a key of a log
    (``assigned_to=…``), there with a blank in any kanji; both names of a
    change (担当が…から…に); names that are counted after their list (…、…の2名). No check digit.
    Reference: https://www.unicode.org/reports/tr35/tr35-personNames.html
    """

    entity = Entity.PERSON
    forms = (_LABELLED, _KEYED, _IN_FORMS, _SUCCEEDED, _COUNTED)

    def spans(self, text: str) -> Iterator[Span]:
        """Labelled names, then names in sentences."""
        for match in (*_LABELLED.finditer(text), *_KEYED.finditer(text)):
            if match["kanji"] is None or _begins_with_family(match["kanji"]):
                yield *match.span("name"), _SCORE
        for match in _IN_FORMS.finditer(text):
            yield match.start() + 1, match.end(), _SCORE
        for match in _SUCCEEDED.finditer(text):
            if any(map(_begins_with_family, match.groups())):
                yield *match.span(1), _SCORE
                yield *match.span(2), _SCORE
        for match in _COUNTED.finditer(text):
            yield from _listed(text, match.start())


def _listed(text: str, end: int) -> Iterator[Span]:
    """The parts of the list that ends there, if one of them is a known family name."""
    names = _LISTED.search(text, max(0, end - _LONGEST_LIST), end)
    if names is None:
        return
    parts = [match.span() for match in _ONE_OF_LIST.finditer(text, *names.span())]
    if any(may_be_family(text[start:last]) for start, last in parts):
        for start, last in parts:
            yield start, last, _SCORE


def _begins_with_family(name: str) -> bool:
    """Whether the dictionary knows a family name of two signs or more at the beginning."""
    return any(may_be_family(name[:length]) for length in range(2, len(name) + 1))
