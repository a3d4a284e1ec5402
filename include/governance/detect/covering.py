"""Which controls a scan judges, and on which tables; kept apart, for a scan loads Presidio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from include.governance.model.contract import Dataset
from include.governance.model.control import Control


def scan_controls(controls: Mapping[str, Control]) -> dict[str, Control]:
    """The controls of the catalogue that a scan judges."""
    return {name: control for name, control in controls.items() if control.scan is not None}


def covering(
    dataset: Dataset | None, controls: Mapping[str, Control]
) -> Iterator[tuple[str, Control]]:
    """The row-level scan controls that look at a dataset of this kind.

    None is a table that no contract declares: it is of no kind that lets a control pass it by.
    """
    for name, control in controls.items():
        if control.scan is None or control.scan.undeclared:
            continue
        kinds = control.scan.kinds
        if control.scan.covers(dataset.kind) if dataset else not kinds:
            yield name, control


def undeclared_control(controls: Mapping[str, Control]) -> str:
    """The control of personal data that no contract declares."""
    return next(name for name, c in controls.items() if c.scan and c.scan.undeclared)
