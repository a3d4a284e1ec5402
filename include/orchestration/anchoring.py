"""What the task about anchors does: what is recorded lies out of its operator's reach too."""

from __future__ import annotations

from include.governance.errors import ConfigurationError
from include.governance.installation.anchor import anchor_if_set
from include.governance.installation.ledger_place import ledger_folder
from include.governance.ledger.folder import CHECKPOINTS
from include.governance.ledger.log import Ledger
from include.orchestration.edge import at_the_edge


@at_the_edge
def refuse_if_not_anchored() -> dict[str, int]:
    """Anchor what is not yet; fails when something is recorded and no place is set."""
    put = anchor_if_set()
    if put is None and _something_is_recorded():
        raise ConfigurationError("ledger_anchor_nowhere")
    return {"anchored": int(put or 0)}


def _something_is_recorded() -> bool:
    folder = ledger_folder()
    return (folder / CHECKPOINTS).is_file() and Ledger(folder).latest().size > 0
