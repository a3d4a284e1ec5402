"""The time of all controls that a database answers, beside hand-written SQL."""
