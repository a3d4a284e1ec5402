"""Where this installation keeps its ledger and the keys that sign it."""

from __future__ import annotations

from pathlib import Path

from include.governance.ledger import keys
from include.governance.ledger.folder import CHECKPOINTS
from include.governance.ledger.log import Ledger
from include.governance.ledger.note import SigningKey
from include.governance.settings import LEDGER, environment, home


def ledger_folder(given: Path | None = None) -> Path:
    """``--ledger``, else a folder of the home."""
    return given or home() / LEDGER


def key_folder(given: Path | None = None) -> Path:
    """``--keys``, else a folder of the home."""
    return given or home() / "ledger-keys"


def public_file() -> Path:
    """The public keys this installation made; an auditor brings their own with ``--key``."""
    return home() / "ledger.pub"


def given_key() -> bytes | None:
    """The private key in the environment, which wins over the folder."""
    return secret("DAICHO_LEDGER_KEY")


def passphrase() -> bytes | None:
    """What the private keys are locked with."""
    return secret("DAICHO_LEDGER_PASSPHRASE")


def secret(name: str) -> bytes | None:
    """A secret of the environment, byte by byte as it stands there."""
    return environment().get(name, "").encode("utf-8", "surrogateescape") or None


def begun_ledger() -> tuple[Ledger, SigningKey] | None:
    """The ledger and the key that signs it now; None where no ledger was begun.

    Raises ConfigurationError when there is a ledger and its key is missing.
    """
    if not (ledger_folder() / CHECKPOINTS).is_file():
        return None
    return opened_ledger()


def opened_ledger() -> tuple[Ledger, SigningKey]:
    """The ledger and the key that signs it now; raises ConfigurationError without the key."""
    ledger = Ledger(ledger_folder())
    return ledger, keys.current_key(ledger.latest(), given_key(), key_folder(), passphrase())
