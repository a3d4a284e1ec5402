"""Find names of persons by Japanese morphology."""

from __future__ import annotations

import re
from collections.abc import Iterator

from include.governance.detect.entities import Entity
from include.governance.detect.recognisers.base import JapaneseRecogniser, Span
from include.governance.detect.recognisers.morphology import (
    KANJI,
    KATAKANA,
    Kind,
    Words,
    may_be_family,
)
from include.governance.detect.recognisers.name_surroundings import (
    AFTER,
    BEFORE,
    CHINESE_FAMILIES,
    acts,
    addresses_a_family,
    has_clear_title,
    is_addressed,
    is_honorific,
    is_introduced,
    is_role,
    is_thing,
    is_told_of,
    names_a_thing,
)
from include.governance.detect.tagging.not_persons import is_no_person

_JOINTS = frozenset((" ", "・", "=", ""))
_UNKNOWN_GIVEN = re.compile(rf"[{KANJI}]{{1,2}}\Z")
_IN_KANJI = re.compile(rf"[{KANJI}{KATAKANA}]")
_IN_KATAKANA = re.compile(rf"[{KATAKANA}]")
_KANJI_WORD = re.compile(rf"(?<![{KANJI}{KATAKANA}])[{KANJI}]{{3,4}}(?![{KANJI}{KATAKANA}])")
_SPACED = re.compile(
    rf"(?<![{KANJI}{KATAKANA}])([{KANJI}]{{1,3}}) ([{KANJI}]{{1,3}})(?<!版)"
    r"(?=です|と申|と言|様|さん|より|[\n。、,;|/\"'<)\]]|\Z)"
)
_KANJI_ONLY = re.compile(rf"[{KANJI}]+\Z")
_FOREIGN = re.compile(
    rf"(?<![{KATAKANA}・])[{KATAKANA}]{{2,}}(?:[・=](?:[{KATAKANA}]+|[A-Z](?![A-Za-z]))){{0,4}}"
)
_CERTAIN, _LIKELY = 0.95, 0.8


class PersonRecogniser(JapaneseRecogniser):
    """Name of a person in Japanese writing.

    Format: words that the SudachiDict tags as personal names, joined over blanks and middle dots,
    with the unknown words beside them; a place name counts before a given name or an honorific,
    unknown katakana before an honorific or a verb of persons. Names of companies, shops, places
    and brands are left out by the words around. No check digit. Takes at most 49,149 bytes of
    UTF-8. Reference: https://github.com/WorksApplications/SudachiDict
    """

    entity = Entity.PERSON

    def spans(self, text: str) -> Iterator[Span]:
        """Names in katakana, then all others."""
        if text.isascii():
            return
        words = Words(text)
        found = [*_foreign(words, text), *_native(words, text)]
        for rare in (*_rare(words, text), *_spaced(text)):
            if not _overlaps(*rare, found):
                found.append(rare)
        for start, end in _joined(text, sorted(found)):
            if not is_no_person(text, start, end):
                certain = is_addressed(text[end : end + BEFORE])
                yield start, end, _CERTAIN if certain else _LIKELY


def _overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _joined(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Family and given name with a blank between them as one."""
    for place, (start, end) in enumerate(found):
        if place and _is_blank(text, found[place - 1][1], start):
            continue
        for further, (after, last) in enumerate(found[place + 1 :], place):
            if not _is_blank(text, found[further][1], after):
                break
            end = last
        yield start, end


def _is_blank(text: str, end: int, start: int) -> bool:
    return start - end == 1 and text[end] == " "


def _foreign(words: Words, text: str) -> Iterator[tuple[int, int]]:
    """Katakana of which a part is a known name, or all is unknown and it acts as persons do."""
    for match in _FOREIGN.finditer(text):
        start, end = match.span()
        first, follow = words.at(start), words.at(end)
        if first == follow or words.starts[first] != start:
            continue
        if follow == first + 1 and words.kinds[first] <= Kind.PLACE and not words.is_unknown(first):
            continue
        before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
        if is_thing(before, after) or names_a_thing(text[start:end]):
            continue
        parts = [index for index in range(first, follow) if words.surface(index) not in _JOINTS]
        known = sum(words.is_name(index) for index in parts)
        unknown = sum(words.is_unknown(index) for index in parts)
        joined = follow < len(words) and words.kinds[follow] >= Kind.NOUN
        person = is_introduced(before) or is_role(after) or (not joined and acts(after))
        if len(parts) < follow - first:
            is_name = known or unknown == len(parts) or (unknown and person)
        elif known == len(parts):
            is_name = person or not joined
        else:
            is_name = (unknown == len(parts) and (person or is_told_of(after))) or (
                known + unknown > 0 and is_role(after)
            )
        if is_name:
            yield start, end


def _native(words: Words, text: str) -> Iterator[tuple[int, int]]:
    """Runs of name words in kanji and hiragana."""
    past = 0
    least = Kind.NOUN if has_clear_title(text) else Kind.PLACE
    for index in [n for n, kind in enumerate(words.kinds) if kind >= least]:
        if index < past or not _begins_name(words, index, text):
            continue
        past = _name_end(words, index)
        last = past - 1
        while words.surface(last) in _JOINTS:
            last -= 1
        start, end = words.starts[index], words.end(last)
        before, after = text[max(0, start - BEFORE) : start], text[end : end + AFTER]
        if is_thing(before, after):
            continue
        if is_role(after) or not _is_doubtful(words, index, last):
            yield start, end


def _is_doubtful(words: Words, first: int, last: int) -> bool:
    """Half a name that goes on as a longer word, or one kanji that is a word as well."""
    kinds = words.kinds[first : last + 1]
    if Kind.FAMILY in kinds and Kind.GIVEN in kinds:
        return False
    follow = last + 1
    if kinds == [Kind.GIVEN] and len(words.surface(first)) == 1:
        return True
    if follow == len(words) or words.kinds[follow] < Kind.NOUN:
        return False
    return not _KANJI_ONLY.match(words.surface(follow))


def _rare(words: Words, text: str) -> Iterator[tuple[int, int]]:
    """Whole words in kanji: a family name and a given name that the dictionary has not."""
    for match in _KANJI_WORD.finditer(text):
        start, end = match.span()
        given = start + (1 if end - start == 3 else 2)
        family = text[start:given]
        if family not in CHINESE_FAMILIES if given - start == 1 else not may_be_family(family):
            continue
        rest = range(words.at(given), words.at(end))
        if not rest or words.starts[rest[0]] != given or is_thing("", text[given:end]):
            continue
        if all(len(words.surface(index)) == 1 or words.is_unknown(index) for index in rest):
            yield start, end


def _spaced(text: str) -> Iterator[tuple[int, int]]:
    """Two words in kanji with a blank between, the first a family name, where a name ends."""
    for match in _SPACED.finditer(text):
        if may_be_family(match.group(1)) and not is_thing("", match.group(2)):
            yield match.span()


def _begins_name(words: Words, index: int, text: str) -> bool:
    if words.kinds[index] >= Kind.NAME:
        return words.is_name(index) and not _IN_KATAKANA.match(words.surface(index))
    name, follow = words.surface(index), index + 1
    if words.kinds[index] is Kind.NOUN:
        after = text[words.end(index) : words.end(index) + AFTER]
        return addresses_a_family(name, words.surface(follow), after) and may_be_family(name)
    if is_honorific(words.surface(follow)):
        return True
    if words.surface(follow) == " ":
        follow += 1
    if follow < len(words) and words.kinds[follow] is Kind.GIVEN:
        return True
    start, end = words.starts[index], words.end(index)
    after = text[end : end + AFTER]
    before = text[max(0, start - 1) : start]
    return (
        end - start > 1
        and not _IN_KANJI.match(before)
        and (is_role(after) or acts(after) or is_introduced(text[max(0, start - BEFORE) : start]))
        and may_be_family(name)
    )


def _name_end(words: Words, index: int) -> int:
    """The first word after the name that begins at ``index``, trailing joints included."""
    family = words.kinds[index] is Kind.FAMILY
    index += 1
    while index < len(words) and (
        words.is_name(index)
        or words.surface(index) in _JOINTS
        or (family and _is_unknown_given_name(words, index))
    ):
        index += 1
    return index


def _is_unknown_given_name(words: Words, index: int) -> bool:
    """One or two kanji right after a family name that the dictionary takes for a noun."""
    surface = words.surface(index)
    return (
        words.kinds[index - 1] is Kind.FAMILY
        and words.kinds[index] is Kind.NOUN
        and _UNKNOWN_GIVEN.match(surface) is not None
        and not is_role(surface)
        and not is_thing("", surface)
    )
