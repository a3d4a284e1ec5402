"""Time what a newcomer waits for: `make demo` from a fresh clone with an empty home, then again.

    python benchmarks/demo_time.py            # package caches of pip and uv stay warm
    python benchmarks/demo_time.py --cold     # with empty caches too

Prints one line per run: seconds and the target.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"first": 150.0, "second": 45.0}


def main() -> int:
    """Exit 1 when a run fails or misses its target."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cold", action="store_true", help="use empty package caches")
    cold = options.parse_args().cold
    with tempfile.TemporaryDirectory(prefix="daicho-demo-") as folder:
        clone, home = Path(folder) / "daicho", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        env = environment(home, cold=cold)
        return max(run(name, clone, env) for name in TARGETS)


def environment(home: Path, *, cold: bool) -> dict[str, str]:
    """The caller's environment with an empty home, and its package caches unless ``cold``."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "DAICHO"))}
    env["HOME"] = str(home)
    if not cold:
        caches = Path.home() / ".cache"
        env["UV_CACHE_DIR"] = os.environ.get("UV_CACHE_DIR", str(caches / "uv"))
        env["PIP_CACHE_DIR"] = os.environ.get("PIP_CACHE_DIR", str(caches / "pip"))
    return env


def run(name: str, clone: Path, env: dict[str, str]) -> int:
    """0 when `make demo` succeeded within its target."""
    started = time.monotonic()
    done = subprocess.run(["make", "demo"], cwd=clone, env=env, capture_output=True, text=True)
    seconds = time.monotonic() - started
    target = TARGETS[name]
    good = done.returncode == 0 and seconds <= target
    print(f"{name:6} {seconds:6.1f} s  (target {target:.0f} s)  {'ok' if good else 'MISSED'}")
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
