"""The demo's own settings file: its random key, its connections, and what was built."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL

from include.governance.settings import read_env_file

BUILT = "DAICHO_DEMO_BUILT"
_TYPES = {"sqlite": "sqlite", "postgresql": "postgres", "mysql": "mysql"}


def write(file: Path, urls: Mapping[str, URL], store: URL, built: str) -> dict[str, str]:
    """Write the settings, readable by their owner only; a key made before is kept."""
    key = read_env_file(file).get("DAICHO_KEY") or secrets.token_hex(32)
    settings = {
        "DAICHO_KEY": key,
        "DAICHO_STORE": store.render_as_string(hide_password=False),
        BUILT: built,
        **{f"AIRFLOW_CONN_{name.upper()}": connection(url) for name, url in urls.items()},
    }
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = "# Made by `daicho demo build`. Secret: it holds the demo's key and passwords.\n"
    text += "".join(f"{name}={value}\n" for name, value in settings.items())
    partial = file.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    partial.replace(file)
    return settings


def connection(url: URL) -> str:
    """A URL as an Airflow connection in JSON."""
    kind = _TYPES[url.get_backend_name()]
    if kind == "sqlite":
        return json.dumps({"conn_type": kind, "host": url.database})
    document = {
        "conn_type": kind,
        "host": url.host,
        "port": url.port,
        "login": url.username,
        "password": url.password,
        "schema": url.database,
    }
    return json.dumps({name: value for name, value in document.items() if value is not None})
