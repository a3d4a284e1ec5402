"""Every planted breach, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from include.demo.company import Company
from include.demo.plants import lifecycle, provision, purpose, rights, safety
from include.demo.plants.plant import Plant

_CHAPTERS = (
    *(purpose.acquisition, purpose.entrustment, purpose.purposes, purpose.marketing),
    *(safety.security, safety.organisation, safety.processed_data),
    *(lifecycle.accuracy, lifecycle.overdue, lifecycle.statutory),
    *(rights.rights, provision.provisions),
)


def plants(company: Company) -> Iterator[Plant]:
    """All plants in the order in which they take effect."""
    return chain.from_iterable(chapter(company) for chapter in _CHAPTERS)
