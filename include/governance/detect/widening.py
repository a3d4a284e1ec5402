"""Write a pattern of Python's ``re`` as one of RE2 that matches wherever it does.

RE2 goes over many texts at once, but knows neither what stands around a match nor what a group has
matched. Both only make matches fewer, so they are left out, but for what stands right before and
after: a text without a match of the wider pattern has none of the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from re import _constants as sign  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST_REPEATED = 1_000
"""What RE2 repeats at most; more is as often as one likes."""
_ANYTHING = r"[\s\S]"
_AROUND = frozenset((sign.ASSERT, sign.ASSERT_NOT, sign.AT))
_REPEATS = frozenset((sign.MAX_REPEAT, sign.MIN_REPEAT, sign.POSSESSIVE_REPEAT))
_CLASSES = {
    sign.CATEGORY_DIGIT: r"\p{Nd}",
    sign.CATEGORY_SPACE: r"\s\x{b}\x{1c}-\x{1f}\x{85}\p{Z}",
    sign.CATEGORY_WORD: r"_\p{L}\p{M}\p{N}",
}


@lru_cache(maxsize=256)
def widened(pattern: re.Pattern[str]) -> str:
    """The RE2 pattern; raises ValueError for a part that is not known here."""
    parts = list(parser.parse(pattern.pattern, pattern.flags))
    written = _before(parts) + _Writer().sequence(parts) + _after(parts)
    return f"(?i:{written})" if pattern.flags & re.IGNORECASE else f"(?:{written})"


def _before(parts: Iterable[tuple[Any, Any]]) -> str:
    """What has to stand before the pattern, as far as it says so at its beginning."""
    for kind, value in parts:
        if told := _behind(kind, value):
            return told
        if kind not in _AROUND:
            break
    return ""


def _behind(kind: Any, value: Any) -> str:
    """What has to stand behind a place where this is asserted; nothing if it is not known."""
    if kind is sign.ASSERT and value[0] < 0:
        return _Writer().sequence(value[1])
    if kind is sign.ASSERT_NOT and value[0] < 0 and _is_set(value[1]):
        return f"(?:^|{_other_than(value[1])})"
    if kind is sign.SUBPATTERN and value[0] is None and len(value[3]) == 1:
        return _behind(*value[3][0])
    if kind is sign.BRANCH:
        told = [_behind(*branch[0]) if len(branch) == 1 else "" for branch in value[1]]
        return f"(?:{'|'.join(told)})" if all(told) else ""
    return ""


def _after(parts: Sequence[tuple[Any, Any]]) -> str:
    """What has to stand after the pattern, as far as it says so at its end."""
    for kind, value in reversed(parts):
        if kind not in _AROUND:
            break
        if kind is sign.ASSERT_NOT and value[0] > 0 and _is_set(value[1]):
            return f"(?:$|{_other_than(value[1])})"
    return ""


def _is_set(parts: Any) -> bool:
    """Whether one sign out of a set of signs and ranges is all."""
    return (
        len(parts) == 1
        and parts[0][0] is sign.IN
        and all(kind in (sign.LITERAL, sign.RANGE) for kind, _ in parts[0][1])
    )


def _other_than(parts: Any) -> str:
    return _set([(sign.NEGATE, None), *parts[0][1]])


class _Writer:
    """Writes the parts of one parsed pattern; remembers its groups for those that refer to them."""

    def __init__(self) -> None:
        self._groups: dict[int, str] = {}

    def sequence(self, parts: Iterable[tuple[Any, Any]]) -> str:
        return "".join(self._part(kind, value) for kind, value in parts if kind not in _AROUND)

    def _part(self, kind: Any, value: Any) -> str:
        if kind in _REPEATS:
            return self._repeated(*value)
        match kind:
            case sign.LITERAL:
                return _escaped(value)
            case sign.NOT_LITERAL:
                return f"[^{_escaped(value)}]"
            case sign.ANY:
                return _ANYTHING
            case sign.IN:
                return _set(value)
            case sign.BRANCH:
                return f"(?:{'|'.join(self.sequence(branch) for branch in value[1])})"
            case sign.ATOMIC_GROUP:
                return f"(?:{self.sequence(value)})"
            case sign.SUBPATTERN:
                return self._group(*value)
            case sign.GROUPREF:
                return self._groups[value]
        raise ValueError(f"a pattern with {kind} cannot be widened")

    def _repeated(self, least: int, most: Any, parts: Any) -> str:
        inner = f"(?:{self.sequence(parts)})"
        if most is sign.MAXREPEAT or most > _MOST_REPEATED:
            return f"{inner}{{{min(least, _MOST_REPEATED)},}}"
        return f"{inner}{{{least},{most}}}"

    def _group(self, number: int | None, added: int, removed: int, parts: Any) -> str:
        inner = self.sequence(parts)
        ignored = added & re.IGNORECASE
        restored = removed & re.IGNORECASE
        written = f"(?{'i' if ignored else '-i' if restored else ''}:{inner})"
        if number is not None:
            self._groups[number] = written
        return written


def _set(members: Iterable[tuple[Any, Any]]) -> str:
    """A set of signs; what must not be in it and is not known exactly is left out."""
    parts = list(members)
    negated = parts[0][0] is sign.NEGATE
    written = ""
    for kind, value in parts[negated:]:
        if kind is sign.LITERAL:
            written += _escaped(value)
        elif kind is sign.RANGE:
            written += f"{_escaped(value[0])}-{_escaped(value[1])}"
        elif negated:
            continue
        elif value in _CLASSES:
            written += _CLASSES[value]
        else:
            return _ANYTHING
    if negated:
        return f"[^{written}]" if written else _ANYTHING
    return f"[{written}]"


def _escaped(code: int) -> str:
    return rf"\x{{{code:x}}}"
