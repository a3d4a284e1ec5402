"""A command line that cannot be read is a bad configuration, said in the reader's language."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, get_args

from typer import Abort
from typer.core import TyperGroup
from typer.exceptions import TyperException

from include.governance.cli.edge import Exit, tell
from include.governance.errors import ConfigurationError
from include.governance.refusal import did_you_mean


class Commands(TyperGroup):
    """The root of all commands: what the parser refuses leaves with the code of bad settings."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **how: Any) -> Any:
        """Run a command line and leave with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(words, *rest, **{**how, "standalone_mode": False})
        except TyperException as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                error.show()  # type: ignore[attr-defined]  # the help, which is what was asked for
            else:
                tell(usage_error(error), _language(words))
            code = Exit.BAD_CONFIGURATION
        except ConfigurationError as error:  # an option that was tried while it was read
            tell(error, _language(words))
            code = Exit.BAD_CONFIGURATION
        except Abort:
            code = Exit.NOT_EVALUATED
        sys.exit(code)


def usage_error(error: TyperException) -> ConfigurationError:
    """What the parser refused; what was written there is not repeated, for it may be anything."""
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context else "daicho"
    match type(error).__name__:
        case "NoSuchOption":
            name = str(getattr(error, "option_name", ""))
            known = [option for each in context.command.params for option in each.opts]
            if near := did_you_mean(name, known):
                return ConfigurationError(
                    "usage_option_near", name=name, near=near, command=command
                )
            return ConfigurationError("usage_option", name=name, command=command)
        case "BadOptionUsage":
            name = str(getattr(error, "option_name", ""))
            return ConfigurationError("usage_no_value", name=name, command=command)
        case "MissingParameter":
            return ConfigurationError("usage_missing", name=_name(error), command=command)
        case "BadParameter":
            allowed = _allowed(getattr(error, "param", None))
            return ConfigurationError(
                "usage_value", name=_name(error), allowed=allowed, command=command
            )
    if isinstance(context.command, TyperGroup):
        allowed = ", ".join(context.command.list_commands(context))
        return ConfigurationError("usage_command", allowed=allowed, command=command)
    return ConfigurationError("usage_argument", command=command)


def _name(error: TyperException) -> str:
    parameter: Any = getattr(error, "param", None)
    if parameter is None:
        return "-"
    options = [option for option in parameter.opts if option.startswith("--")]
    return str(options[0] if options else parameter.name.upper())


def _allowed(parameter: Any) -> str:
    """The values of a choice, the ends of a range, or the form that the help shows."""
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is not None:
        return f"{least} – {most}" if most is not None else f"≥ {least}"
    if metavar := getattr(parameter, "metavar", None):
        return str(metavar)
    described = getattr(parameter, "type_descriptor", None)
    return ", ".join(map(str, get_args(getattr(described, "annotation", None)))) or "-"


def _language(words: Sequence[str]) -> str | None:
    """The language asked for on a command line that could not be read as a whole."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang" or word.startswith("--lang="):
            return word.partition("=")[2] or following
    return None
