"""Calendar periods as the law counts them: years and months by the calendar, never by 365 or 30."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

_ISO = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?", re.ASCII)
#: A longer period is a slip of the pen: no law asks for one, and the calendar ends.
LONGEST_YEARS = 200
_LONGEST_TEXT = 40


class Period:
    """An ISO 8601 period of whole years, months, weeks and days, for example ``P13M``.

    Adding one to a day clamps at the month's end (31 August + P6M = 28 or 29 February).
    """

    __slots__ = ("days", "months")

    def __init__(self, *, months: int = 0, days: int = 0) -> None:
        self.months = months
        self.days = days

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``P3Y``, ``P13M``, ``P90D``, ``P1Y6M``; raises ValueError on anything else.

        A period longer than ``LONGEST_YEARS`` is refused as well.
        """
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError("not an ISO 8601 period such as P3Y, P13M or P90D")
        if len(text) > _LONGEST_TEXT:
            raise ValueError(f"a period is at most P{LONGEST_YEARS}Y")
        years, months, weeks, days = (int(part or 0) for part in match.groups())
        period = cls(months=12 * years + months, days=7 * weeks + days)
        if period.months / 12 + period.days / 365 > LONGEST_YEARS:
            raise ValueError(f"a period is at most P{LONGEST_YEARS}Y")
        return period

    def after(self, day: date) -> date:
        """The day this period after ``day``; date.max when the calendar ends before."""
        month = day.year * 12 + day.month - 1 + self.months
        year, month = divmod(month, 12)
        if year > date.max.year:
            return date.max
        last = calendar.monthrange(year, month + 1)[1]
        try:
            return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)
        except OverflowError:
            return date.max

    @property
    def is_zero(self) -> bool:
        """Whether nothing is added."""
        return not self.months and not self.days

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        parts = [(years, "Y"), (months, "M"), (self.days, "D")]
        return "P" + ("".join(f"{n}{unit}" for n, unit in parts if n) or "0D")

    def __repr__(self) -> str:
        return f"Period({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.months, self.days) == (other.months, other.days)

    def __hash__(self) -> int:
        return hash((self.months, self.days))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(
            cls.parse, core_schema.str_schema(strict=True)
        )
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), from_text]
            ),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": r"^P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$",
            "examples": ["P3Y", "P13M", "P90D"],
        }


def _lasting(period: Period) -> Period:
    if period.is_zero:
        raise ValueError("longer than P0D")
    return period


#: A period where none at all would mean nothing.
Lasting = Annotated[Period, AfterValidator(_lasting)]
