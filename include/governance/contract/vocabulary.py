"""Our own properties inside the standard's ``customProperties``, vendor ``daicho``."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from include.governance.model.base import Model
from include.governance.model.contract import AppendOnly, DatasetKind, RecordClassUse
from include.governance.model.verdict import HumanVerdict

VENDOR = "daicho"


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]


class ServerWords(Model):
    """``servers[].customProperties``: the Airflow connection of the source."""

    connectionId: str | None = None


class TableWords(Model):
    """``schema[].customProperties``."""

    datasetKind: DatasetKind
    owner: str | None = None
    entity: str | None = None
    purposes: Names = ()
    subjectKey: str | None = None
    register_: str | None = Field(default=None, alias="register")
    recordClasses: tuple[RecordClassUse, ...] = ()
    appendOnly: AppendOnly | None = None


class ColumnWords(Model):
    """``schema[].properties[].customProperties``."""

    dataCategory: str | None = None
    quasiIdentifier: bool = False
    purposes: Names = ()
    clock: Names = ()
    registerField: str | None = None
    verdict: HumanVerdict | None = None


class SlaWords(Model):
    """``slaProperties[].customProperties``."""

    recordClass: str | None = None
