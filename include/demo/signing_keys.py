"""The demo's keys: one that decisions are signed with, and one that begins the ledger."""

from __future__ import annotations

import secrets
from pathlib import Path

from include.governance.ledger.folder import CHECKPOINTS
from include.governance.ledger.keys import SEED_BYTES, make_key, save_key
from include.governance.ledger.log import Ledger

APPROVALS, LEDGER = "demo.yukimidori.example/approvals", "demo.yukimidori.example/daicho"


def make_keys(home: Path) -> None:
    """Make what is missing below ``home``; what is there stays as it is."""
    if not (home / "approval.pub").is_file():
        made = make_key(APPROVALS, secrets.token_bytes(SEED_BYTES))
        save_key(made, home / "approval-keys")
        (home / "approval.pub").write_text(f"{made.public.vkey}\n", "utf-8")
    if not (home / "ledger" / CHECKPOINTS).is_file():
        made = make_key(LEDGER, secrets.token_bytes(SEED_BYTES))
        save_key(made, home / "ledger-keys")
        Ledger.begin(home / "ledger", made)
        (home / "ledger.pub").write_text(f"{made.public.vkey}\n", "utf-8")
