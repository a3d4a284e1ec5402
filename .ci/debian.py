"""Install Debian's database packages without letting them start or change any server."""
# ruff: noqa: S603, S607 (fixed commands)

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from native import ServiceError

POLICY = Path("/usr/sbin/policy-rc.d")
SAVED = Path("/usr/sbin/policy-rc.d.before-daicho")
CLUSTERS = Path("/etc/postgresql-common/createcluster.d/daicho.conf")
UNITS = {
    "postgresql": "postgresql.service",
    "mariadb-server": "mariadb.service",
    "redis-server": "redis-server.service",
}


def can_install() -> bool:
    """Whether this is root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install the packages; never remove one, start a service or create a default cluster."""
    if not packages:
        return
    if not can_install():
        raise ServiceError(f"run as root: apt-get install {' '.join(packages)}")
    print(f"services: installing {', '.join(packages)} with apt-get", flush=True)
    with nothing_starts():
        _apt("update", must=False)  # an old list of packages may still do
        # --no-remove: mariadb-server would otherwise take the place of an installed MySQL
        _apt("install", "-y", "--no-install-recommends", "--no-remove", *packages)
    if Path("/run/systemd/system").is_dir():
        units = [UNITS[package] for package in packages]
        subprocess.run(["systemctl", "disable", "--quiet", *units], check=False)


def _apt(*arguments: str, must: bool = True) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *arguments]
    done = subprocess.run(
        command, env=env, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode and must:
        raise ServiceError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")


@contextmanager
def nothing_starts() -> Iterator[None]:
    """Forbid starts and restarts by package scripts, then put the machine's own rule back."""
    if POLICY.exists() and not SAVED.exists():  # SAVED exists: an earlier run was interrupted
        POLICY.rename(SAVED)
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    CLUSTERS.parent.mkdir(parents=True, exist_ok=True)
    CLUSTERS.write_text("create_main_cluster = false\n")
    try:
        yield
    finally:
        CLUSTERS.unlink(missing_ok=True)
        POLICY.unlink(missing_ok=True)
        if SAVED.exists():
            SAVED.rename(POLICY)
