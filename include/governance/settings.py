"""What differs between installations; the only place of the engine that reads the environment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretBytes

from include.governance.errors import ConfigurationError
from include.governance.model.base import Model
from include.governance.wording import Language

ROOT = Path(__file__).resolve().parents[2]
MINIMUM_KEY_BYTES = 32
#: SHA-256 of keys that were ever printed in documentation; anybody could reproduce their hashes.
KNOWN_KEYS = frozenset(
    hashlib.sha256(key).hexdigest()
    for key in (
        b"change-me-change-me-change-me-change-me",
        b"0123456789abcdef0123456789abcdef",
        b"daicho-demo-key-daicho-demo-key-daicho",
    )
)


class Settings(Model):
    """One installation: where its files lie, which store it uses, and the key of its row hashes."""

    policies: Path = ROOT / "include" / "policies"
    contracts: Path = ROOT / "include" / "contracts"
    expectations: Path = ROOT / "expectations"
    home: Path = ROOT / "var"
    store_url: str
    key: SecretBytes
    language: Language = "en"
    max_row_refs: int = 100_000

    @property
    def reports(self) -> Path:
        """The folder reports are written to."""
        return self.home / "reports"


def demo_file(home: Path) -> Path:
    """Where the demo keeps its own settings: its random key and its connections."""
    return home / "demo" / "demo.env"


def environment(overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """The process environment over the demo's own settings, if a demo was built here.

    The demo's key names the demo's rows only: who points anything at a database or file of their
    own needs a key of their own.
    """
    own = dict(os.environ if overrides is None else overrides)
    home = Path(own.get("DAICHO_HOME") or ROOT / "var")
    demo = read_env_file(demo_file(home))
    theirs = {"DAICHO_CONTRACTS", "DAICHO_POLICIES"} & set(own)
    changed = {n for n, value in demo.items() if n != "DAICHO_KEY" and own.get(n, value) != value}
    if theirs or changed:
        demo.pop("DAICHO_KEY", None)
    return {**demo, **own}


def read_env_file(path: Path) -> dict[str, str]:
    """``NAME=value`` lines; a missing file is empty."""
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def load(env: Mapping[str, str]) -> Settings:
    """Settings from an environment; raises ConfigurationError naming the variable."""
    home = Path(env.get("DAICHO_HOME") or ROOT / "var").resolve()
    folders = {
        name: Path(env[variable]).resolve()
        for name, variable in (
            ("policies", "DAICHO_POLICIES"),
            ("contracts", "DAICHO_CONTRACTS"),
            ("expectations", "DAICHO_EXPECTATIONS"),
        )
        if env.get(variable)
    }
    return Settings(
        home=home,
        store_url=store_url(env),
        key=SecretBytes(key_from(env)),
        language=language_from(env),
        **folders,
    )


def store_url(env: Mapping[str, str]) -> str:
    """Where the governance store is: ``DAICHO_STORE``, else a file in the home folder."""
    home = Path(env.get("DAICHO_HOME") or ROOT / "var").resolve()
    return env.get("DAICHO_STORE") or f"sqlite:///{home / 'governance.db'}"


def key_from(env: Mapping[str, str]) -> bytes:
    """The key of the row hashes; refused when missing, short, repetitive or known."""
    key = env.get("DAICHO_KEY", "").strip().encode("utf-8", "surrogateescape")
    if not key:
        raise ConfigurationError("key_missing", bytes=MINIMUM_KEY_BYTES)
    if len(key) < MINIMUM_KEY_BYTES:
        raise ConfigurationError("key_short", found=len(key), bytes=MINIMUM_KEY_BYTES)
    repeated = key in (key + key)[1:-1]
    if hashlib.sha256(key).hexdigest() in KNOWN_KEYS or repeated or len(set(key)) < 8:
        raise ConfigurationError("key_known")
    return key


def language_from(env: Mapping[str, str]) -> Language:
    """The reader's language: ``DAICHO_LANG``, else the locale, else English."""
    wanted = (
        env.get("DAICHO_LANG")
        or env.get("LC_ALL")
        or env.get("LC_MESSAGES")
        or env.get("LANG")
        or ""
    )
    return "ja" if wanted.lower().startswith("ja") else "en"
