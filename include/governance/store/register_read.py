"""Values of files and other databases as fields of a register."""

from __future__ import annotations

import json
from datetime import date, datetime, tzinfo
from decimal import Decimal

from include.governance.model.reference import key_text
from include.governance.model.register_row import FieldKind

_YES = {"1", "true", "t", "yes", "y"}
_NO = {"0", "false", "f", "no", "n"}


def read_value(kind: FieldKind, value: object, zone: tzinfo) -> object:
    """``value`` as a field of this kind; None and empty text are None.

    Moments with a zone become local time in ``zone``. Raises ValueError when it cannot be read.
    """
    if isinstance(value, str) and not value.strip():
        return None
    match kind, value:
        case _, None:
            return None
        case FieldKind.DAY, _:
            return _day(value, zone)
        case FieldKind.MOMENT, _:
            return _moment(value, zone)
        case FieldKind.NUMBER, _:
            return _number(value)
        case FieldKind.FLAG, _:
            return _flag(value)
        case FieldKind.WORDS, _:
            return _words(value)
        case _:
            return key_text((value,))


def _day(value: object, zone: tzinfo) -> date:
    match value:
        case datetime():
            return _local(value, zone).date()
        case date():
            return value
        case str():
            return _local(datetime.fromisoformat(value.strip().replace("/", "-")), zone).date()
    raise ValueError("not a day")


def _moment(value: object, zone: tzinfo) -> datetime:
    match value:
        case datetime():
            return _local(value, zone)
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 local time
        case str():
            return _local(datetime.fromisoformat(value.strip().replace("/", "-")), zone)
    raise ValueError("not a moment")


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _number(value: object) -> int:
    match value:
        case bool():
            raise ValueError("not a number")
        case int():
            return value
        case Decimal() | float() if value == int(value):
            return int(value)
        case str():
            return int(value)
    raise ValueError("not a whole number")


def _flag(value: object) -> bool:
    match value:
        case bool():
            return value
        case int() | Decimal() | float() if value in (0, 1):
            return bool(value)
        case str() if value.strip().lower() in _YES | _NO:
            return value.strip().lower() in _YES
    raise ValueError("not yes or no")


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = json.loads(value)
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
        return tuple(word.strip() for word in value if word.strip())
    raise ValueError("not a list of words")
