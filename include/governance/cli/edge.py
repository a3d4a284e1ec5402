"""What every command shares: settings, the clock, exit codes and error output."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import IntEnum
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import click
import typer
from rich.console import Console
from rich.markup import escape

from include.governance.errors import ConfigurationError, GovernanceError
from include.governance.pipeline.workspace import (
    ConfigurationMistakes,
    Connect,
    Workspace,
    connections_from,
    open_store,
    open_workspace,
)
from include.governance.settings import ROOT, Settings, environment, language_from, load
from include.governance.wording import LANGUAGES, Language


class Exit(IntEnum):
    """What a command tells the caller."""

    CLEAN = 0
    FINDINGS = 1
    NOT_EVALUATED = 2
    BAD_CONFIGURATION = 3


def now() -> datetime:
    """The instant, read here at the edge only."""
    return datetime.now(UTC)


def today() -> date:
    """The day in Japan."""
    return now().astimezone(ZoneInfo("Asia/Tokyo")).date()


def language(chosen: str | None) -> Language:
    """``--lang``, else ``DAICHO_LANG`` or the locale."""
    if chosen is None:
        return language_from(environment())
    if chosen not in LANGUAGES:
        raise ConfigurationError(
            "language_unknown", found=chosen[:10], allowed=", ".join(LANGUAGES)
        )
    return chosen


def settings(chosen: str | None = None) -> Settings:
    """This installation's settings in the reader's language."""
    return load(environment()).model_copy(update={"language": language(chosen)})


def home() -> Path:
    """The folder in which an installation keeps what it makes."""
    return Path(environment().get("DAICHO_HOME") or ROOT / "var").resolve()


def lint_settings() -> tuple[Path, Path]:
    """Where policies and contracts lie; lint needs neither a key nor a store."""
    env, include = environment(), ROOT / "include"
    policies = Path(env.get("DAICHO_POLICIES") or include / "policies")
    contracts = Path(env.get("DAICHO_CONTRACTS") or include / "contracts")
    return policies.resolve(), contracts.resolve()


def connections() -> Connect:
    """Sources from the environment."""
    return connections_from(environment())


def workspace(own: Settings) -> Workspace:
    """Everything loaded, with the store brought up to date."""
    opened = open_workspace(own, connections_from(environment()))
    open_store(own.store_url)
    return opened


def console(*, error: bool = False) -> Console:
    """Standard output or standard error, without highlighting of numbers."""
    return Console(stderr=error, highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def handled(chosen: str | None) -> Iterator[None]:
    """Print a known error in the reader's language and leave with its exit code."""
    try:
        yield
    except ConfigurationMistakes as error:
        out = console(error=True)
        for mistake in error.mistakes:
            where = f"{mistake.file}:{mistake.line}: {mistake.path}".rstrip(": ")
            out.print(f"{escape(where)}: {escape(mistake.say(_quiet_language(chosen)))}")
        _fail(error, chosen, Exit.BAD_CONFIGURATION)
    except ConfigurationError as error:
        _fail(error, chosen, Exit.BAD_CONFIGURATION)
    except GovernanceError as error:
        _fail(error, chosen, Exit.NOT_EVALUATED)
    except (typer.Exit, typer.Abort, click.ClickException):
        raise
    except Exception as error:
        # Whatever nobody foresaw may quote a value, so only its kind and place are shown.
        _fail(_unforeseen(error), chosen, Exit.NOT_EVALUATED)


def _fail(error: GovernanceError, chosen: str | None, code: Exit) -> NoReturn:
    console(error=True).print(f"[bold red]{escape(error.say(_quiet_language(chosen)))}[/]")
    raise typer.Exit(code)


def _unforeseen(error: Exception) -> GovernanceError:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if str(ROOT) in f.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"
    return GovernanceError("unforeseen", kind=type(error).__name__, place=place)


def _quiet_language(chosen: str | None) -> Language:
    """The language for an error message, which must not fail itself."""
    match chosen:
        case "en" | "ja":
            return chosen
        case _:
            return language_from(environment())


def write_json(document: object, target: Path | None) -> None:
    """A document as JSON to a file, or to standard output for ``-``."""
    if target is None:
        return
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if str(target) == "-":
        sys.stdout.write(text)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
