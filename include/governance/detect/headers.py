"""What the name of a column says about its content, in English and Japanese."""

from __future__ import annotations

import re
from typing import NamedTuple

from include.governance.detect import header_words as words
from include.governance.detect.entities import Entity
from include.governance.detect.text import fold

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CONTACT = frozenset(
    {Entity.EMAIL_ADDRESS, Entity.PHONE_NUMBER, Entity.DATE_OF_BIRTH, Entity.JP_POSTAL_CODE}
)


class Header(NamedTuple):
    """What one column name supports.

    ``own_name``: it is a name that only persons have. ``role``: it is what a person is or does, or
    the name of one who is (``author``, ``customer_name``). ``hints``: it is such a role or any
    ``name``, so values that show themselves as names are believed. ``against``: it speaks against
    names of persons.
    ``site``: it is something of a shop or an office, where a fixed line is nobody's own.
    ``beside_persons``: the table's other columns are those of persons, not of things.
    """

    supports: frozenset[Entity]
    own_name: bool
    role: bool
    hints: bool
    against: bool
    kana: bool
    site: bool
    beside_persons: bool


def read(column: str, others: tuple[str, ...] = ()) -> Header:
    """The header of a column among the other columns of its table."""
    name = _normal(column)
    says = frozenset(entity for entity, pattern in words.SAYS.items() if pattern.search(name))
    kana = words.KANA.search(name) is not None
    against = words.AGAINST.search(name) is not None and Entity.PERSON not in says
    if kana and not against:
        says |= {Entity.PERSON}
    if words.ASPECT.search(name):
        says = frozenset()
    site = words.SITE.search(name) is not None
    if site:
        says -= {Entity.PHONE_NUMBER}
    own_name = words.OWN_NAME.search(name) is not None
    role = words.ROLE.match(name) is not None
    siblings = [_normal(other) for other in others if other != column]
    return Header(
        supports=says,
        own_name=own_name,
        role=role or (Entity.PERSON in says and not own_name),
        hints=role or words.NAME.match(name) is not None,
        against=against,
        kana=kana,
        site=site,
        beside_persons=_are_of_persons(siblings),
    )


def _are_of_persons(names: list[str]) -> bool:
    contact = any(words.SAYS[entity].search(name) for entity in _CONTACT for name in names)
    return contact and not any(words.THINGS.search(name) for name in names)


def _normal(column: str) -> str:
    return re.sub(r"[\s\-./()]+", "_", _CAMEL.sub("_", fold(column).strip())).strip("_").lower()
