"""The purposes of use: what each may hold, who may receive it, and when it needs it no longer."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from include.governance.model.base import Model
from include.governance.model.text import Text

RecipientKind = Literal["self", "subcontractor", "joint", "third", "authority"]


class RecipientRule(Model):
    """Who may receive data under a purpose: kinds, and services within them."""

    kinds: tuple[RecipientKind, ...] = ()
    services: tuple[str, ...] = ()


class Need(Model):
    """A reason for which a purpose still needs what it holds of a person.

    Either ``retention``: for as long as the schedule lets the record be kept; or ``condition``, in
    the language of rules, over the ``record`` that holds the value.
    """

    label: Text
    retention: Literal[True] | None = None
    condition: str | None = None
    params: dict[str, dict[str, str]] = {}

    @model_validator(mode="after")
    def _one_reason(self) -> Need:
        if (self.retention is None) == (self.condition is None):
            raise ValueError("name one of retention and condition")
        return self


class Purpose(Model):
    """One purpose of use (利用目的) with its closed list of categories.

    ``needed_while`` are the reasons for which it still needs a value; one is enough.
    """

    clause: str
    label: Text
    dpv: tuple[str, ...]
    fideslang: str
    categories: tuple[str, ...]
    recipients: RecipientRule = RecipientRule()
    restricted: dict[str, tuple[str, ...]] = {}
    consent: Literal["not_required", "opt_in_email"] = "not_required"
    needed_while: tuple[Need, ...] = ()
