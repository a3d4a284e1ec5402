"""What every command shares: settings, the clock, exit codes and error output."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import IntEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from typer.exceptions import TyperException

from include.governance.cli.terminal import Terminal, plain
from include.governance.errors import ConfigurationError, GovernanceError
from include.governance.pipeline.workspace import (
    ConfigurationMistakes,
    Connect,
    SourcesMisconfigured,
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
    reader = language(chosen)
    return load(environment()).model_copy(update={"language": reader})


def lint_settings() -> tuple[Path, Path, Path]:
    """Where policies, contracts and suites lie; lint needs neither a key nor a store."""
    env, include = environment(), ROOT / "include"
    policies = Path(env.get("DAICHO_POLICIES") or include / "policies")
    contracts = Path(env.get("DAICHO_CONTRACTS") or include / "contracts")
    expectations = Path(env.get("DAICHO_EXPECTATIONS") or ROOT / "expectations")
    return policies.resolve(), contracts.resolve(), expectations.resolve()


def connections() -> Connect:
    """Sources from the environment."""
    return connections_from(environment())


def workspace(own: Settings) -> Workspace:
    """Everything loaded, with the store brought up to date."""
    opened = open_workspace(own, connections_from(environment()))
    open_store(own.store_url)
    return opened


def console(*, error: bool = False) -> Terminal:
    """Standard output or standard error."""
    return Terminal(error=error)


@contextmanager
def handled(chosen: str | None) -> Iterator[None]:
    """Print a known error in the reader's language and leave with its exit code."""
    try:
        yield
    except ConfigurationError as error:
        tell(error, chosen)
        raise typer.Exit(Exit.BAD_CONFIGURATION) from None
    except GovernanceError as error:
        tell(error, chosen)
        raise typer.Exit(Exit.NOT_EVALUATED) from None
    except (typer.Exit, typer.Abort, TyperException):
        raise
    except BrokenPipeError:
        # The reader of our output has gone, and with it whoever could be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise typer.Exit(Exit.NOT_EVALUATED) from None
    except Exception as error:
        refused = _refused(error)
        tell(refused, chosen)
        bad = isinstance(refused, ConfigurationError)
        raise typer.Exit(Exit.BAD_CONFIGURATION if bad else Exit.NOT_EVALUATED) from None


def tell(error: GovernanceError, chosen: str | None) -> None:
    """An error on standard error, each of its parts on a line."""
    out, reader = console(error=True), _quiet_language(chosen)
    if isinstance(error, ConfigurationMistakes):
        for mistake in error.mistakes:
            where = f"{mistake.file}:{mistake.line}: {mistake.path}".rstrip(": ")
            out.print(f"{plain(where)}: {plain(mistake.say(reader))}")
    if isinstance(error, SourcesMisconfigured):
        for each in error.errors:
            out.print(plain(each.say(reader)))
    for line in error.say(reader).splitlines():
        out.print(f"[bold red]{plain(line)}[/]")


def _refused(error: Exception) -> GovernanceError:
    """What the operating system refused by name; anything else quotes who knows what."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return GovernanceError("disk_full")
    if isinstance(error, OSError) and isinstance(error.filename, str):
        return ConfigurationError("path_refused", path=error.filename, kind=type(error).__name__)
    return _unforeseen(error)


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
            return language_from(os.environ)
