"""Open an installation's disposals: a workspace with its ledger and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from random import SystemRandom

from pydantic import SecretBytes

from include.governance.disposal.desk import Desk
from include.governance.disposal.telling import Evidence
from include.governance.erasure.pseudonym import PseudonymKey
from include.governance.installation import approval_place
from include.governance.installation.ledger_place import opened_ledger
from include.governance.pipeline.workspace import Workspace
from include.governance.secret import key_from
from include.governance.settings import environment


def desk_of(opened: Workspace, clock: Callable[[], datetime]) -> Desk:
    """The disposals of a workspace, with ledger and keys of this installation."""
    return Desk(
        workspace=opened,
        clock=clock,
        random=SystemRandom(),
        evidence=cache(lambda: Evidence(opened_ledger)),
        signing=cache(approval_place.signing),
        trusted=cache(approval_place.trusted),
        quarantine_key=cache(_quarantine_key),
        pseudonym_key=_pseudonym_key(),
    )


def _quarantine_key() -> SecretBytes:
    """What the keys of kept rows are wrapped with."""
    return SecretBytes(key_from(environment(), "DAICHO_QUARANTINE_KEY"))


def _pseudonym_key() -> PseudonymKey | None:
    env, name = environment(), "DAICHO_PSEUDONYM_KEY"
    return PseudonymKey(SecretBytes(key_from(env, name))) if env.get(name) else None
