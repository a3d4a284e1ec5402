"""Where this installation keeps the keys that sign decisions."""

from __future__ import annotations

from pathlib import Path

from include.governance.errors import ConfigurationError
from include.governance.installation.ledger_place import secret
from include.governance.ledger.keys import stored_key, trusted_keys
from include.governance.ledger.note import SigningKey, VerifierKey
from include.governance.settings import environment, home


def key_folder() -> Path:
    """Where private keys for decisions lie."""
    return home() / "approval-keys"


def public_file() -> Path:
    """The public keys for decisions, the current one last."""
    return home() / "approval.pub"


def passphrase() -> bytes | None:
    """What the private key for decisions is locked with."""
    return secret("DAICHO_APPROVAL_PASSPHRASE")


def trusted() -> tuple[VerifierKey, ...]:
    """The keys that decisions must be signed with: DAICHO_APPROVAL_PUB, else this home's."""
    given = environment().get("DAICHO_APPROVAL_PUB")
    if given:
        return trusted_keys([given])
    if not public_file().is_file():
        raise ConfigurationError("approval_key_none", path=str(public_file()))
    return trusted_keys([str(public_file())])


def signing() -> SigningKey:
    """The private key of the current one of these."""
    public, given = trusted()[-1], secret("DAICHO_APPROVAL_KEY")
    return stored_key(public.name, public.key_id, given, key_folder(), passphrase())
