"""A source is an Airflow connection: read one from its text and build the SQLAlchemy URL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, SecretStr
from sqlalchemy import URL

from include.governance.errors import ConfigurationError
from include.governance.model.base import Model

#: Airflow connection type → SQLAlchemy driver. Others are taken as the dialect's own name, so a
#: warehouse works as soon as its SQLAlchemy dialect is installed.
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "gcpbigquery": "bigquery",
    "trino": "trino",
    "redshift": "redshift+psycopg2",
}


class ConnectionSpec(Model):
    """The parts of an Airflow connection; the password is never printed."""

    conn_id: str
    conn_type: str
    host: str | None = None
    login: str | None = None
    password: SecretStr | None = None
    schema_name: str | None = None
    port: int | None = None
    extra: dict[str, Any] = Field(default={}, repr=False)

    def url(self) -> URL:
        """The SQLAlchemy URL; raises ConfigurationError for a type without a driver."""
        kind = self.conn_type.lower()
        if kind == "sqlite":
            return URL.create("sqlite", database=self.host or self.schema_name)
        if kind not in DRIVERS:
            raise ConfigurationError(
                "connection_type", connection=self.conn_id, allowed=", ".join(sorted(DRIVERS))
            )
        return URL.create(
            DRIVERS[kind],
            self.login,
            self.password.get_secret_value() if self.password else None,
            self.host,
            self.port,
            self.schema_name,
            query={key: str(value) for key, value in self.extra.items()},
        )


def from_environment(env: Mapping[str, str], conn_id: str) -> ConnectionSpec:
    """The connection ``AIRFLOW_CONN_<ID>``; raises ConfigurationError when it is missing."""
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    text = env.get(variable)
    if not text:
        raise ConfigurationError("connection_missing", connection=conn_id, variable=variable)
    return parse(conn_id, text)


def parse(conn_id: str, text: str) -> ConnectionSpec:
    """An Airflow connection from its URI or JSON text, as Airflow reads it."""
    try:
        return (
            _from_json(conn_id, text) if text.lstrip().startswith("{") else _from_uri(conn_id, text)
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        # what Python says may quote the password
        raise ConfigurationError("connection_unreadable", connection=conn_id) from None


def _from_json(conn_id: str, text: str) -> ConnectionSpec:
    data = json.loads(text)
    extra = data.get("extra") or {}
    return ConnectionSpec(
        conn_id=conn_id,
        conn_type=data["conn_type"],
        host=data.get("host"),
        login=data.get("login"),
        password=SecretStr(data["password"]) if data.get("password") else None,
        schema_name=data.get("schema"),
        port=int(data["port"]) if data.get("port") else None,
        extra=json.loads(extra) if isinstance(extra, str) else extra,
    )


def _from_uri(conn_id: str, text: str) -> ConnectionSpec:
    parts = urlsplit(text)
    conn_type = parts.scheme.split("+")[0].replace("-", "_")
    extra: dict[str, Any] = dict(parse_qsl(parts.query))
    if "__extra__" in extra:
        extra = json.loads(extra["__extra__"])
    path = unquote(parts.path)
    if conn_type == "sqlite":
        host = _sqlite_path(unquote(parts.netloc) + path)
        return ConnectionSpec(conn_id=conn_id, conn_type=conn_type, host=host)
    return ConnectionSpec(
        conn_id=conn_id,
        conn_type=conn_type,
        host=unquote(parts.hostname) if parts.hostname else None,
        login=unquote(parts.username) if parts.username else None,
        password=SecretStr(unquote(parts.password)) if parts.password else None,
        schema_name=path.removeprefix("/") or None,
        port=parts.port,
        extra=extra,
    )


def _sqlite_path(text: str) -> str:
    """``//abs/path`` (SQLAlchemy's four slashes) and ``/abs/path`` are the same file."""
    return "/" + text.lstrip("/") if text.startswith("//") else text
