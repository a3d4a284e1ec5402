"""Who does what a command does, and why: ``--as``, ``--reason`` and ``--ticket``."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from include.governance.store.officer_text import require_login

As = Annotated[
    str | None, typer.Option("--as", metavar="LOGIN", help="Who does it / 実施者 (login).")
]
Reason = Annotated[
    str,
    typer.Option("--reason", metavar="CODE", help="Of the policy's list / ポリシーの理由コード."),
]
Ticket = Annotated[str, typer.Option("--ticket", metavar="REF", help="Like OPS-12 / チケット番号.")]


def actor(given: str | None) -> str:
    """A login name; an e-mail address or a long number is refused, for it names a person,
    and so are signs that nobody sees.
    """
    return require_login("--as", given if given is not None else getpass.getuser())
