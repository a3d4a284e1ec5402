"""Who does what a command does: ``--as``, else the login of the operating system."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from include.governance.errors import StoreError
from include.governance.store.officer_text import personal, require_name

As = Annotated[
    str | None, typer.Option("--as", metavar="LOGIN", help="Who does it / 実施者 (login).")
]


def actor(given: str | None) -> str:
    """A login name; an e-mail address or a long number is refused, for it names a person."""
    name = require_name("--as", given if given is not None else getpass.getuser())
    if kind := personal(name):
        raise StoreError(f"text_with_{kind}", field="--as")
    return name
