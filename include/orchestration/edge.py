"""Errors as Airflow takes them: retried or not, in the reader's language, without any value."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from include.governance.errors import GovernanceError
from include.governance.settings import ROOT, environment, language_from
from include.governance.wording import Language, say

P = ParamSpec("P")
R = TypeVar("R")


def reader() -> Language:
    """The language in which tasks speak."""
    return language_from(environment())


def at_the_edge(work: Callable[P, R]) -> Callable[P, R]:
    """Let Airflow retry what may pass, and fail at once on what retrying cannot help.

    The message is ours. The text of anybody else's exception may quote values, so it is cut off:
    of an exception that nobody foresaw only the type and the places are told.
    """

    @wraps(work)
    def edge(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except GovernanceError as error:
            kind = AirflowException if error.retryable else AirflowFailException
            raise kind(error.say(reader())) from None
        except AirflowException:
            raise
        except Exception as error:
            raise AirflowException(unforeseen(error)) from None

    return edge


def unforeseen(error: Exception) -> str:
    """The type of an exception and the lines of ours that led to it, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT / "include")]
    places = (f"{Path(f.filename).relative_to(ROOT)}:{f.lineno}" for f in ours[1:])
    kind, where = type(error).__name__, " > ".join(places)
    return say("airflow.unforeseen", reader(), kind=kind, places=where)
