"""The governance store: what the runs found, what people decided, what the plans say."""

from __future__ import annotations

from include.governance.store.findings import Findings
from include.governance.store.incidents import Incidents
from include.governance.store.plans import Plans
from include.governance.store.results import Results
from include.governance.store.runs import Runs


class Store(Runs, Results, Findings, Incidents, Plans):
    """One installation's evidence; it holds counts and keyed hashes, never a person's value.

    Opened with the URL of a database that ``migrate.upgrade`` prepared. Every method is one
    transaction: it is done whole or not at all, whenever the process is killed.
    """
