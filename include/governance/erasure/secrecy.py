"""Whether a PostgreSQL server would write the pseudonym key, a bound parameter, into its log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from include.governance.erasure.target import Kind
from include.governance.errors import PlanError
from include.governance.model.schedule import Action

#: What each setting must read so that no parameter is written; absent ones are not loaded.
#: Without a length nothing of a parameter is written by the server itself, whatever it logs.
_NO_LENGTH = {"log_parameter_max_length": ("0",)}
_NOTHING_LOGGED = {
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
}
#: Each writes parameters by itself: with errors, in plans, in parse trees, into an audit trail.
_ALWAYS = {
    "log_parameter_max_length_on_error": ("0",),
    "debug_print_parse": ("off",),
    "debug_print_rewritten": ("off",),
    "debug_print_plan": ("off",),
    "auto_explain.log_min_duration": ("-1",),
    "pgaudit.log_parameter": ("off",),
}
_SETTINGS = text(
    "SELECT name, current_setting(name, true) AS value FROM unnest(CAST(:names AS text[])) AS name"
)


def key_in_logs(
    connection: Connection, kind: Kind, actions: Mapping[str, Action]
) -> Iterator[PlanError]:
    """Every setting under which the key would stand in the server's log."""
    if kind != "postgresql" or "pseudonymise" not in actions.values():
        return
    names = [*_NO_LENGTH, *_NOTHING_LOGGED, *_ALWAYS]
    found = {row.name: row.value for row in connection.execute(_SETTINGS, {"names": names})}
    shown = _wrong(found, _NOTHING_LOGGED) if _wrong(found, _NO_LENGTH) else []
    for name in (*shown, *_wrong(found, _ALWAYS)):
        yield PlanError("erasure_secret_logged", name=name)


def _wrong(found: Mapping[str, str | None], wanted: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Settings that do not read as they must; one that the server does not know is right."""
    return [name for name in wanted if found[name] and found[name] not in wanted[name]]
