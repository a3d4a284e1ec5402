"""The catalogue of controls: which sentence of the policy each rule checks, and who must act."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from include.governance.model.base import Model
from include.governance.model.contract import DatasetKind
from include.governance.model.policy import Severity
from include.governance.model.text import Text

Verb = Literal["scan", "check", "flag"]


class ScanRule(Model):
    """What a scan looks for.

    ``undeclared``: tables and columns with personal data that no contract declares.
    ``entities``: rows in which a detector finds one of these, in datasets of ``kinds`` (all
    without it) but not of ``not_kinds``. ``categories``: rows with any value in a column of a
    category that may hold none.
    """

    undeclared: bool = False
    entities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    kinds: tuple[DatasetKind, ...] = ()
    not_kinds: tuple[DatasetKind, ...] = ()

    def covers(self, kind: DatasetKind) -> bool:
        """Whether datasets of a kind are looked at."""
        return (not self.kinds or kind in self.kinds) and kind not in self.not_kinds


FlagRule = Literal[
    "over_retained", "premature", "undated", "hold_review", "out_of_purpose", "resurrected"
]


#: Checks that no condition on a row can say.
CheckRule = Literal[
    "small_groups",
    "known_hashes",
    "corrections",
    "no_longer_needed",
    "need_undeclared",
    "database_grants",
    "entrusted_by_grant",
    "joint_items_by_grant",
    "joint_range_by_grant",
    "provided_by_grant",
]


#: What makes a leak one that is reported (APPI enforcement rule 7), as the register of incidents
#: writes it; the last from more than a thousand persons on, the others from the first.
IncidentCategory = Literal["special_care", "property_damage", "unauthorised_access", "many_persons"]


class Control(Model):
    """One control: the promise, the law behind it, how bad a breach is, who acts and how.

    A control of the verb check has its expectations in a suite, one ``check`` of the engine, or
    both. Of a breach that may be a leak, somebody answers whether it is one: ``incident`` are the
    categories that it could have.
    """

    clause: str
    law: tuple[str, ...]
    severity: Severity
    role: str
    verb: Verb
    title: Text
    todo: Text
    scan: ScanRule | None = None
    flag: FlagRule | None = None
    check: CheckRule | None = None
    incident: tuple[IncidentCategory, ...] = ()

    @model_validator(mode="after")
    def _rule_of_the_verb(self) -> Control:
        if (self.scan is not None) != (self.verb == "scan"):
            raise ValueError("a control of the verb scan has a scan rule, and no other has")
        if (self.flag is not None) != (self.verb == "flag"):
            raise ValueError("a control of the verb flag has a flag rule, and no other has")
        if self.check is not None and self.verb != "check":
            raise ValueError("only a control of the verb check has a check rule")
        return self


class ControlCatalogue(Model):
    """Every control this installation declares; each ends every run in exactly one status."""

    controls: Annotated[dict[str, Control], Field(min_length=1)]
