"""Scan a stored shop in a process of its own, and say what that took."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL

from benchmarks.detection.scanning import only_read, scanned
from include.governance.detect.values import Detector
from include.governance.settings import ROOT
from include.governance.source.database import Source


class Took(NamedTuple):
    """Cells, seconds of the processor for reading alone and with scanning, megabytes at most."""

    cells: int
    reading: float
    scanning: float
    megabytes: int


def apart(path: Path, analyzer: str = "") -> Took:
    """What a scan of every table of a SQLite file takes, with that as ``analyzer.yaml``."""
    with tempfile.TemporaryDirectory() as policies:
        (Path(policies) / "analyzer.yaml").write_text(analyzer or "{}\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.detection.apart", str(path)],
            env={**os.environ, "DAICHO_POLICIES": policies},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
    return Took(*json.loads(done.stdout))


def main() -> None:
    """Read, then scan; print the figures."""
    source = Source("shop", URL.create("sqlite", database=sys.argv[1]))
    Detector().find(["山田太郎様 Dear John Smith, a@b.example"])
    began = time.process_time()
    cells = sum(only_read(source, name) for name in source.table_names())
    reading = time.process_time() - began
    began = time.process_time()
    for name in source.table_names():
        assert not scanned(source, name).unsettled
    scanning = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(Took(cells, reading, scanning, peak)))


if __name__ == "__main__":
    main()
