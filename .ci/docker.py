"""Run the three test servers by Docker Compose, where the machine cannot run them itself."""
# ruff: noqa: S603, S607 (fixed commands)

import hashlib
import json
import os
import re
import secrets
import subprocess
from pathlib import Path

from native import ServiceError, free_port

SERVICES = ("test-postgres", "test-mariadb", "test-redis")
PORTS = {"POSTGRES": 54329, "MARIADB": 33069, "REDIS": 63799}


def answers() -> bool:
    """Whether a Docker engine (not only its client) is there."""
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def was_used(home: Path) -> bool:
    """Whether the servers of this folder run in Docker."""
    return (home / "docker.json").exists()


def start(root: Path, home: Path) -> list[str]:
    """Start the servers and wait until they are healthy; give the lines for the tests."""
    values = _values(home)
    _compose(root, values, "up", "--detach", "--wait", "--quiet-pull", *SERVICES)
    password = values["DAICHO_TEST_PASSWORD"]
    port = {name: values[f"DAICHO_TEST_{name}_PORT"] for name in PORTS}
    postgres = f"postgres:{password}@127.0.0.1:{port['POSTGRES']}/postgres"
    mariadb = f"root:{password}@127.0.0.1:{port['MARIADB']}/?charset=utf8mb4"
    return [
        f"DAICHO_TEST_POSTGRES=postgresql+psycopg://{postgres}",
        f"DAICHO_TEST_MARIADB=mysql+pymysql://{mariadb}",
        f"DAICHO_TEST_REDIS=redis://:{password}@127.0.0.1:{port['REDIS']}/0",
    ]


def stop(root: Path, home: Path) -> None:
    """Stop the servers, keep their data."""
    _compose(root, _values(home), "stop", *SERVICES)


def status(root: Path, home: Path) -> int:
    """Print what runs; 0 when all of them do."""
    done = _compose(root, _values(home), "ps", "--services", "--status", "running")
    running = set(done.split())
    for service in SERVICES:
        print(f"services: {service} {'runs' if service in running else 'is stopped'} in Docker")
    return 0 if running >= set(SERVICES) else 1


def remove(root: Path, home: Path) -> None:
    """Delete the servers and their data."""
    _compose(root, _values(home), "rm", "--force", "--volumes", *SERVICES)
    (home / "docker.json").unlink()


def _values(home: Path) -> dict[str, str]:
    """The ports and the random password, made once and remembered."""
    remembered = home / "docker.json"
    if remembered.exists():
        known: dict[str, str] = json.loads(remembered.read_text())
        return known
    values = {f"DAICHO_TEST_{name}_PORT": str(free_port(port)) for name, port in PORTS.items()}
    values["DAICHO_TEST_PASSWORD"] = secrets.token_hex(16)
    with os.fdopen(os.open(remembered, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(values, file)
    return values


def _compose(root: Path, values: dict[str, str], *arguments: str) -> str:
    """Run Docker Compose under a project name of this folder's own."""
    file = root / "docker-compose.yaml"
    # Compose reads the whole file, so the deployment's secrets want a value that is never used.
    required = re.findall(r"(?<!\$)\$\{(\w+):\?", file.read_text())
    env = {**dict.fromkeys(required, "unused"), **os.environ, **values}
    name = f"daicho-tests-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"
    command = ["docker", "compose", "--project-name", name, "--file", str(file)]
    done = subprocess.run(
        [*command, "--profile", "services", *arguments],
        env=env, cwd=root, text=True, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        raise ServiceError(f"docker compose {arguments[0]} failed:\n{done.stderr[-3000:]}")
    return done.stdout
