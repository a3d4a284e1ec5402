"""The verb report: everything a run concluded, as a compliance officer reads it."""
