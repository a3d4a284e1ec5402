"""Which controls a scan judges, and on which datasets; kept apart, for a scan loads Presidio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from include.governance.model.contract import Dataset
from include.governance.model.control import Control


def scan_controls(controls: Mapping[str, Control]) -> dict[str, Control]:
    """The controls of the catalogue that a scan judges."""
    return {name: control for name, control in controls.items() if control.scan is not None}


def covering(dataset: Dataset, controls: Mapping[str, Control]) -> Iterator[tuple[str, Control]]:
    """The row-level scan controls that look at datasets of this kind."""
    for name, control in controls.items():
        if control.scan and not control.scan.undeclared and control.scan.covers(dataset.kind):
            yield name, control
