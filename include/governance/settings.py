"""What differs between installations; the only place of the engine that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretBytes

from include.governance.errors import ConfigurationError
from include.governance.model.base import Model
from include.governance.secret import key_from
from include.governance.wording import Language

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
ROOT = Path(__file__).resolve().parents[2]
#: Rows of a part of a large table, about; a smaller table is read in one piece.
PART_ROWS = 2_000_000
#: The folder of the ledger in a home.
LEDGER = "ledger"


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
    part_rows: int = PART_ROWS

    @property
    def reports(self) -> Path:
        """The folder reports are written to."""
        return self.home / "reports"

    @property
    def scan_memory(self) -> Path:
        """The file in which scans remember, by keyed hash, what they have searched."""
        return self.home / "scan" / "memory.db"

    @property
    def ledger(self) -> Path:
        """The folder of the ledger, which is not there before it is begun."""
        return self.home / LEDGER


def home_from(env: Mapping[str, str]) -> Path:
    """The folder in which an installation keeps what it makes: ``DAICHO_HOME``."""
    return Path(env.get("DAICHO_HOME") or ROOT / "var").resolve()


def home() -> Path:
    """The home of this process's environment."""
    return home_from(environment())


def demo_file(home: Path) -> Path:
    """Where the demo keeps its own settings: its random key and its connections."""
    return home / "demo" / "demo.env"


def environment(overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """The process environment over the demo's own settings, if a demo was built here.

    The demo's key names the demo's rows only: who points anything at a database or file of their
    own needs a key of their own.
    """
    own = dict(os.environ if overrides is None else overrides)
    demo = read_env_file(demo_file(home_from(own)))
    theirs = {"DAICHO_CONTRACTS", "DAICHO_POLICIES"} & set(own)
    changed = {n for n, value in demo.items() if n != "DAICHO_KEY" and own.get(n, value) != value}
    if theirs or changed:
        demo.pop("DAICHO_KEY", None)
    return {**demo, **own}


def read_env_file(path: Path) -> dict[str, str]:
    """``NAME=value`` lines and ``#`` comments; a missing file is empty.

    Raises ConfigurationError with the line that is neither, or not UTF-8, and for what is no file.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(
            "path_refused", path=str(path), kind=type(error).__name__
        ) from None
    pairs: dict[str, str] = {}
    for number, raw in enumerate(lines, 1):
        try:
            line = raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            line = "?"
        name, given, value = line.partition("=")
        if not line or line.startswith("#"):
            continue
        if not given or not _NAME.fullmatch(name.strip()) or "\0" in value:
            raise ConfigurationError("env_file", path=str(path), line=number)
        pairs[name.strip()] = value.strip()
    return pairs


def load(env: Mapping[str, str]) -> Settings:
    """Settings from an environment; raises ConfigurationError naming the variable."""
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
        home=home_from(env),
        store_url=store_url(env),
        key=SecretBytes(key_from(env)),
        language=language_from(env),
        part_rows=_part_rows(env),
        **folders,
    )


def _part_rows(env: Mapping[str, str]) -> int:
    given = env.get("DAICHO_PART_ROWS") or str(PART_ROWS)
    if not (given.isascii() and given.isdecimal() and int(given)):
        raise ConfigurationError("part_rows", variable="DAICHO_PART_ROWS", usual=PART_ROWS)
    return int(given)


def store_url(env: Mapping[str, str]) -> str:
    """Where the governance store is: ``DAICHO_STORE``, else a file in the home folder."""
    return env.get("DAICHO_STORE") or f"sqlite:///{home_from(env) / 'governance.db'}"


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
