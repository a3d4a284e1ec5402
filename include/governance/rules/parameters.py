"""The values that a rule compares with: days before the run, and settings of the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, model_validator

from include.governance.model.base import Model
from include.governance.model.legal_days import latest_overdue
from include.governance.model.period import Period
from include.governance.model.policy import PrivacyPolicy
from include.governance.refusal import did_you_mean
from include.governance.rules.query import AS_OF, Problem
from include.governance.rules.relation import CellKind


class Parameter(Model):
    """One value, in exactly one of these ways; a path names a setting of the policy.

    ``ago``: the day that lies a period before the run. ``overdue_after``: the latest day on which a
    term of so many days, counted as the law counts them, began that is over before the run.
    ``value``: a setting as it stands.
    """

    ago: str | None = None
    overdue_after: str | None = None
    value: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Parameter:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name one of ago, overdue_after and value")
        return self

    @property
    def kind(self) -> CellKind | None:
        """What it may be compared with; None with anything."""
        return CellKind.DAY if self.value is None else None


def kinds(parameters: Mapping[str, Parameter]) -> Mapping[str, CellKind | None]:
    """All parameters of a rule, the day of the run among them."""
    return {AS_OF: CellKind.DAY} | {name: each.kind for name, each in parameters.items()}


def problems(parameters: Mapping[str, Parameter], policy: PrivacyPolicy) -> Iterator[Problem]:
    """What no policy can answer."""
    for name, each in parameters.items():
        try:
            _value(each, policy, policy.effective_from)
        except LookupError as error:
            yield _no_setting(error, ("params", name))
        except ValueError:
            yield Problem("rule_period", {"name": name}, ("params", name))


def unknown_settings(settings: Mapping[str, str | int], policy: PrivacyPolicy) -> Iterator[Problem]:
    """Those that no policy has, or that hold neither text nor a number."""
    for path in settings:
        try:
            _value(Parameter(value=path), policy, policy.effective_from)
        except LookupError as error:
            yield _no_setting(error, ("policy", path))
        except ValueError:
            yield Problem("rule_period", {"name": path}, ("policy", path))


def stand(settings: Mapping[str, str | int], policy: PrivacyPolicy) -> bool:
    """Whether settings of the policy stand so."""
    today = policy.effective_from
    return all(_value(Parameter(value=path), policy, today) == v for path, v in settings.items())


def _no_setting(error: LookupError, at: tuple[str, str]) -> Problem:
    path, known = error.args
    near = did_you_mean(path, known) or ", ".join(known)
    return Problem("rule_setting", {"path": path, "allowed": near or "-"}, at)


def values(
    parameters: Mapping[str, Parameter], policy: PrivacyPolicy, as_of: date
) -> Mapping[str, str | int]:
    """The value of each parameter on a day."""
    found = {name: _value(each, policy, as_of) for name, each in parameters.items()}
    return {AS_OF: as_of.isoformat(), **found}


def _value(parameter: Parameter, policy: PrivacyPolicy, as_of: date) -> str | int:
    if parameter.ago is not None:
        return before(_period(parameter.ago, policy), as_of).isoformat()
    if parameter.overdue_after is not None:
        period = _period(parameter.overdue_after, policy)
        if period.months or period.is_zero:
            raise ValueError("not whole days")
        return latest_overdue(as_of, period.days).isoformat()
    found = _setting(parameter.value or "", policy)
    if isinstance(found, bool | int):
        return int(found)
    if isinstance(found, str):
        return found
    raise ValueError("neither text nor number")


def _period(text: str, policy: PrivacyPolicy) -> Period:
    found = Period.parse(text) if text.startswith("P") else _setting(text, policy)
    if not isinstance(found, Period):
        raise ValueError("not a period")
    return found


def _setting(path: str, policy: PrivacyPolicy) -> Any:
    """What stands at ``requests.clocks.decide``; LookupError with the path and what there is."""
    found: Any = policy
    for name in path.split("."):
        known = type(found).model_fields if isinstance(found, BaseModel) else found
        if not isinstance(known, Mapping) or name not in known:
            raise LookupError(path, tuple(known) if isinstance(known, Mapping) else ())
        found = found[name] if isinstance(found, Mapping) else getattr(found, name)
    return found


def before(period: Period, day: date) -> date:
    """The last day whose period ended on ``day`` or earlier, so an earlier one is overdue.

    Months have no fixed length, so it is the latest day that the period does not carry past.
    """
    found = day - timedelta(days=period.days + 31 * period.months)
    while period.after(found + timedelta(days=1)) <= day:
        found += timedelta(days=1)
    return found
