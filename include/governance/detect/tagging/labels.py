"""What the labels of well-known models mean."""

from __future__ import annotations

from collections.abc import Mapping

from include.governance.detect.entities import Entity

KNOWN: Mapping[str, Entity] = {
    **dict.fromkeys(("PERSON", "PER", "Person", "person", "人名"), Entity.PERSON),
    **dict.fromkeys(
        ("GPE", "LOC", "LOCATION", "location", "City", "Province", "County", "Country", "地名"),
        Entity.LOCATION,
    ),
    **dict.fromkeys(("ADDRESS", "STREET_ADDRESS", "address", "Postal_Address"), Entity.ADDRESS),
    **dict.fromkeys(("ORG", "ORGANIZATION", "organization", "Company"), Entity.ORGANIZATION),
    "NORP": Entity.NRP,
}
"""Labels of spaCy, GiNZA, GLiNER and the usual CoNLL models; any other label says nothing."""


def meaning(label: str, own: Mapping[str, Entity]) -> Entity | None:
    """The kind a label stands for: the installation's own word first."""
    bare = label.removeprefix("B-").removeprefix("I-")
    return own.get(bare) or KNOWN.get(bare)
