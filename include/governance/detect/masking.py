"""Mask a piece of personal data so that its form is seen and its content is not."""

from __future__ import annotations

from include.governance.detect.entities import Entity

MASK = "*"
_LONGEST = 40
#: Characters that are left readable, at the start and at the end.
_SHOWN: dict[Entity, tuple[int, int]] = {
    Entity.ADDRESS: (3, 0),
    Entity.CREDIT_CARD: (0, 4),
    Entity.EMAIL_ADDRESS: (1, 0),
    Entity.PERSON: (1, 0),
    Entity.PHONE_NUMBER: (0, 2),
}


def masked(text: str, entity: Entity) -> str:
    """Letters and digits as stars but for a few; at least half of them always are."""
    head, tail = _SHOWN.get(entity, (0, 0))
    signs = [place for place, sign in enumerate(text) if sign.isalnum()]
    if 2 * (head + tail) > len(signs):
        head = tail = 0
    hidden = frozenset(signs[head : len(signs) - tail])
    shown = "".join(MASK if place in hidden else sign for place, sign in enumerate(text))
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
