"""Open what a disposal needs from the environment: workspace, ledger, keys, who is asking."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import SystemRandom

from pydantic import SecretBytes

from include.governance.cli.edge import home, now, settings, workspace
from include.governance.cli.ledger_place import opened_ledger, secret
from include.governance.disposal.desk import Desk
from include.governance.disposal.telling import Evidence
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.errors import ConfigurationError
from include.governance.ledger.keys import stored_key, trusted_keys
from include.governance.ledger.note import SigningKey, VerifierKey
from include.governance.pipeline.workspace import Workspace
from include.governance.secret import key_from
from include.governance.settings import environment
from include.governance.wording import Language


def open_desk(lang: str | None) -> tuple[Desk, Language]:
    """One installation's disposals and the reader's language."""
    own = settings(lang)
    return desk_of(workspace(own)), own.language


def desk_of(opened: Workspace) -> Desk:
    """The disposals of a workspace, with ledger and keys of this installation."""
    return Desk(
        workspace=opened,
        clock=now,
        random=SystemRandom(),
        evidence=cache(lambda: Evidence(opened_ledger)),
        signing=cache(_signing),
        trusted=cache(approval_keys),
        quarantine_key=cache(_quarantine_key),
        pseudonym_key=_pseudonym_key(),
    )


def approval_folder() -> Path:
    """Where private keys for decisions lie."""
    return home() / "approval-keys"


def approval_public() -> Path:
    """The public keys for decisions, the current one last."""
    return home() / "approval.pub"


def passphrase() -> bytes | None:
    """What the private key for decisions is locked with."""
    return secret("DAICHO_APPROVAL_PASSPHRASE")


def approval_keys() -> tuple[VerifierKey, ...]:
    """The keys that decisions must be signed with: DAICHO_APPROVAL_PUB, else this home's."""
    given = environment().get("DAICHO_APPROVAL_PUB")
    if given:
        return trusted_keys([given])
    if not approval_public().is_file():
        raise ConfigurationError("approval_key_none", path=str(approval_public()))
    return trusted_keys([str(approval_public())])


def _signing() -> SigningKey:
    public = approval_keys()[-1]
    return stored_key(
        public.name, public.key_id, secret("DAICHO_APPROVAL_KEY"), approval_folder(), passphrase()
    )


def _quarantine_key() -> SecretBytes:
    """What the keys of kept rows are wrapped with."""
    return SecretBytes(key_from(environment(), "DAICHO_QUARANTINE_KEY"))


def _pseudonym_key() -> PseudonymKey | None:
    env, name = environment(), "DAICHO_PSEUDONYM_KEY"
    return PseudonymKey(SecretBytes(key_from(env, name))) if env.get(name) else None
