"""Keyed pseudonyms that the database computes itself, without the key in any SQL text."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from pydantic import SecretBytes
from sqlalchemy import ColumnElement, Connection, LargeBinary, Text, bindparam, cast, func

from include.governance.errors import PlanError

_BLOCK = 64
HEX_DIGITS = 32
FUNCTION = "daicho_pseudonym"


@dataclass(frozen=True)
class PseudonymKey:
    """A secret key and the name under which it is kept, for the certificate."""

    id: str
    secret: SecretBytes

    def pads(self) -> tuple[bytes, bytes]:
        """HMAC's outer and inner pads: two plain SHA-256 over them are an HMAC-SHA256."""
        key = self.secret.get_secret_value()
        if len(key) < HEX_DIGITS:
            raise PlanError("erasure_key_short", bytes=HEX_DIGITS)
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        return bytes(b ^ 0x5C for b in block), bytes(b ^ 0x36 for b in block)

    def of(self, text: str) -> str:
        """The pseudonym of a text, as every engine computes it."""
        digest = hmac.new(self.secret.get_secret_value(), text.encode(), "sha256")
        return digest.hexdigest()[:HEX_DIGITS]


def on_postgres(column: ColumnElement[object], key: PseudonymKey) -> ColumnElement[str]:
    """HMAC-SHA256 by the server's own functions; the pads travel as bound parameters."""
    outer, inner = key.pads()
    value = func.convert_to(cast(column, Text), "UTF8")
    inside = func.sha256(bindparam(None, inner, type_=LargeBinary).op("||")(value))
    whole = func.sha256(bindparam(None, outer, type_=LargeBinary).op("||")(inside))
    return func.left(func.encode(whole, "hex"), HEX_DIGITS, type_=Text)


def on_sqlite(column: ColumnElement[object]) -> ColumnElement[str]:
    """A function of this process, which SQLite calls for every value."""
    return func.daicho_pseudonym(column, type_=Text)


def teach_sqlite(connection: Connection, key: PseudonymKey) -> None:
    """Give a connection the function; NULL stays NULL."""

    def pseudonym(value: object) -> str | None:
        return None if value is None else key.of(str(value))

    raw = connection.connection.dbapi_connection
    if raw is not None:
        raw.create_function(FUNCTION, 1, pseudonym, deterministic=True)
