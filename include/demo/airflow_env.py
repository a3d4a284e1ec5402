"""The environment in which Airflow runs inside the project folder and nowhere else."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: The last two are those whom the policy lets approve, one for each stage.
USERS = {"engineer": "admin", "operator": "op", "owner.ec": "user", "cpo": "user"}


def environment(home: Path, settings: Mapping[str, str], port: int) -> dict[str, str]:
    """The process environment for Airflow, with the demo's connections."""
    airflow = home / "airflow"
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")}
    address = f"http://127.0.0.1:{port}"
    return {
        **settings,
        **inherited,
        "AIRFLOW_HOME": str(airflow),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "DAICHO_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Tokyo",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # a finished task frees its place at once
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{u}:{r}" for u, r in USERS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(airflow / "logs"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(airflow / "jwt_secret"),
        "AIRFLOW__CORE__FERNET_KEY": _fernet(airflow / "fernet_key"),
        **_connections(settings),
    }


def passwords(home: Path) -> dict[str, str]:
    """The passwords of the demo's users, made once and kept with mode 0600."""
    file = home / "airflow" / "passwords.json"
    found: dict[str, str] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if missing := [user for user in USERS if user not in found]:
        found |= {user: secrets.token_urlsafe(12) for user in missing}
        _write(file, json.dumps(found))
    return found


def _connections(settings: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in settings.items() if k.startswith("AIRFLOW_CONN_")}


def _secret(file: Path) -> str:
    if not file.is_file():
        _write(file, secrets.token_urlsafe(48))
    return file.read_text("utf-8")


def _fernet(file: Path) -> str:
    if not file.is_file():
        from cryptography.fernet import Fernet

        _write(file, Fernet.generate_key().decode())
    return file.read_text("utf-8")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
