"""kill -9 of the database server itself: what it has receipts for is gone, nothing else is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from include.governance.erasure.pace import Pace
from include.governance.errors import SourceUnavailable
from tests.erasure.kills import kills
from tests.erasure.own_server import own_server
from tests.erasure.shop import shop
from tests.erasure.test_kill import accounted, work

pytestmark = [pytest.mark.faults, pytest.mark.server]

#: A worker has more to do with every second of them than it can before its server dies.
CUSTOMERS = 24
#: Longer than any server takes to recover.
PATIENT = Pace(tries=300, longest_pause=0.2)


@pytest.mark.parametrize("name", ["postgres", "mariadb"])
def test_a_server_that_dies_takes_up_where_its_receipts_end(name: str, tmp_path: Path) -> None:
    with own_server(name, tmp_path) as (server, url):
        number, random = kills("server", url), Random(7)
        bench = shop(url, CUSTOMERS * (number + 1))
        before = {t.name: len(bench.keys(t.name)) for t in bench.metadata.sorted_tables}
        plan = bench.plan(chunk_roots=1)
        for _ in range(number):
            with struck(server, partial(work, url, plan, None), random) as worker:
                assert isinstance(worker.exception(60), SourceUnavailable)
            server.start()
            accounted(bench, before)
        with struck(server, partial(work, url, plan, None, pace=PATIENT), random) as worker:
            server.start()
            assert worker.result(60).retries
        accounted(bench, before)
        assert bench.verify(plan).holds
        assert bench.keys("customers") == list(range(1, CUSTOMERS * (number + 1), 2))


@contextmanager
def struck(
    server: Any, apply: Callable[[threading.Event], Any], random: Random
) -> Iterator[Future[Any]]:
    """A worker whose server is killed a moment after it began."""
    started = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(apply, started)
        assert started.wait(60)
        time.sleep(random.uniform(0, 0.1))
        server.crash()
        yield worker
