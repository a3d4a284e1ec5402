"""What verification can find, each with its place and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from include.governance.model.base import Model
from include.governance.wording import Language, say

Code = Literal[
    # entries
    "entry_unreadable",
    "entries_missing",
    "entry_out_of_place",
    "entry_link",
    "entries_altered",
    "entries_cut",
    "entries_unsigned",
    "line_torn",
    # checkpoints
    "no_checkpoint",
    "checkpoint_unreadable",
    "checkpoint_order",
    "checkpoint_origin",
    "checkpoint_root",
    "checkpoint_signature",
    "checkpoint_key",
    # keys
    "key_untrusted",
    "key_missing",
    "rotation_break",
    "rotation_signature",
    # anchors
    "anchor_unreadable",
    "anchor_origin",
    "anchor_signature",
    "anchor_ahead",
    "fork",
    # exports
    "export_file_missing",
    "export_file_unknown",
    "export_file_altered",
]


class Problem(Model):
    """One thing that is not as it should be.

    ``entry`` counts from 0 and ``checkpoint`` from 1, both by their place in the file; ``anchor``
    is where an anchored checkpoint was read. ``facts`` fill the sentence.
    """

    code: Code
    entry: int | None = None
    checkpoint: int | None = None
    anchor: str | None = None
    facts: Mapping[str, int | str] = Field(default_factory=dict)

    def say(self, language: Language) -> str:
        """The finding in the reader's language."""
        where = {"entry": self.entry, "checkpoint": self.checkpoint, "anchor": self.anchor}
        return say(f"ledger.{self.code}", language, **where, **self.facts)


class Verification(Model):
    """What a verification looked at and found; ``problems`` stand in the order of the files."""

    origin: str
    entries: int
    root: str
    checkpoints: int
    anchors: int
    keys: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.problems
