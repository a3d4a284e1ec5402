"""What a person decided a column holds, and the evidence that the person had seen."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from include.governance.model.base import Model
from include.governance.model.entity import Entity


class HumanVerdict(Model):
    """The contract's word on a column stands, although a scan saw ``kinds`` in it.

    ``hits`` of ``rows`` rows held one of them, as the scan's verdict said on that day. The person
    is named by role; ``reason`` is read by others and holds no personal data.
    """

    kinds: tuple[Entity, ...]
    hits: int = Field(gt=0)
    rows: int = Field(gt=0)
    by: str = Field(min_length=1)
    day: date
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _hits_are_rows(self) -> HumanVerdict:
        if self.hits > self.rows:
            raise ValueError("hits are among the rows")
        return self
