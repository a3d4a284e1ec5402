"""Read texts with the models that the installation has chosen, each passage once."""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType

from include.governance.detect.tagging.choice import chosen, tagger
from include.governance.detect.tagging.english_patterns import announced_names, written_addresses
from include.governance.detect.tagging.not_persons import not_persons
from include.governance.detect.tagging.passages import passages
from include.governance.detect.tagging.tag import Tag, Tagger

_WORD = re.compile("[A-Za-zÀ-ž]{2}")
_JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
MOST_KEPT = 25_000
"""Passages whose tags are kept."""
_AT_ONCE = 256
"""Passages that a model is given at once: it takes some ten kilobytes for each until it is done."""


class Reader:
    """A model with the tags of what it has read. Keeps keyed hashes and places, never a text."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[Tag, ...]] = OrderedDict()

    def tags(self, passages: Sequence[str]) -> list[tuple[Tag, ...]]:
        """What stands in each passage."""
        hashes = [self._hash(passage) for passage in passages]
        new = {
            own: text for own, text in zip(hashes, passages, strict=True) if own not in self._known
        }
        unread = list(new.values())
        groups = (unread[at : at + _AT_ONCE] for at in range(0, len(unread), _AT_ONCE))
        read = [tags for group in groups for tags in self._tagger.tag(group)]
        found = dict(zip(new, read, strict=True))
        tags = [self._known[own] if own in self._known else found[own] for own in hashes]
        self._known.update(found)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        return tags

    def _hash(self, passage: str) -> bytes:
        return blake2b(passage.encode(), digest_size=16, key=self._key).digest()


_ahead: ContextVar[Mapping[str, list[Tag]]] = ContextVar("_ahead", default=MappingProxyType({}))


@contextmanager
def reading_ahead(texts: Sequence[str]) -> Iterator[None]:
    """Let the models see these folded texts together, before `read` asks for them one by one."""
    token = _ahead.set(dict(zip(texts, read_all(texts), strict=True)))
    try:
        yield
    finally:
        _ahead.reset(token)


def read(text: str) -> Sequence[Tag]:
    """The tags of a folded text, in its places."""
    known = _ahead.get().get(text)
    return read_all([text])[0] if known is None else known


def read_all(texts: Sequence[str]) -> list[list[Tag]]:
    """The same for many texts, whose passages a model then sees together."""
    found: list[list[Tag]] = [[] for _ in texts]
    for reader, passages_of in ((_english, _english_passages), (_japanese, _japanese_passages)):
        pieces = [
            (owner, start, text[start:end])
            for owner, text in enumerate(texts)
            for start, end in passages_of(text)
        ]
        if not pieces:
            continue
        tags = reader().tags([passage for *_, passage in pieces])
        for (owner, start, _), several in zip(pieces, tags, strict=True):
            found[owner].extend(
                tag._replace(start=tag.start + start, end=tag.end + start) for tag in several
            )
    return found


def _english_passages(text: str) -> tuple[tuple[int, int], ...]:
    if chosen().english.engine == "none" or not _WORD.search(text):
        return ()
    found = [span[:2] for span in (*announced_names(text), *written_addresses(text))]
    open_passages = tuple(passages(text, found))
    if not open_passages:
        return ()
    return tuple(passages(text, [*found, *not_persons(text)]))


def _japanese_passages(text: str) -> tuple[tuple[int, int], ...]:
    """All of a text with Japanese in it, if a model for it is chosen."""
    if not reads_japanese() or not _JAPANESE.search(text):
        return ()
    return ((0, len(text)),)


def reads_japanese() -> bool:
    """Whether a model for Japanese is chosen."""
    return chosen().japanese.engine != "none"


@lru_cache(maxsize=1)
def _english() -> Reader:
    """Loaded at the first passage that needs it."""
    return Reader(tagger(chosen().english))


@lru_cache(maxsize=1)
def _japanese() -> Reader:
    return Reader(tagger(chosen().japanese))
