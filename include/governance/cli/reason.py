"""``--reason CODE`` of a decision against a plan: the ledger takes no other words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, get_args

import typer

from include.governance.model.quarantine import EndReason, RejectReason, UndoReason


def _one_of(codes: tuple[Any, ...]) -> Callable[[str], Any]:
    def reason(text: str) -> Any:
        if text in codes:
            return text
        raise typer.BadParameter(", ".join(codes))

    return reason


def _option(codes: tuple[Any, ...]) -> Any:
    return typer.Option(
        "--reason", parser=_one_of(codes), metavar="|".join(codes), help="Why / 理由."
    )


WhyUndo = Annotated[UndoReason, _option(get_args(UndoReason))]
WhyEnd = Annotated[EndReason, _option(get_args(EndReason))]
WhyReject = Annotated[RejectReason | None, _option(get_args(RejectReason))]
