"""Measure erasure on one engine and print each figure beside its target.

    python -m benchmarks.erasure                                   # PostgreSQL, small, minutes
    python -m benchmarks.erasure --engine sqlite --only graph
    python -m benchmarks.erasure --rows 2800000 --pairs 5 --json   # full size, an hour or so

Needs the servers of `make services`; ``--url`` names another one on this machine. Theirs have
little memory, so figures of full size need one with more, which nobody else uses meanwhile.
Exit 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import URL, make_url

from benchmarks.erasure import anonymise, graph, leaf, naive, shop, writer
from benchmarks.erasure.databases import Server
from benchmarks.erasure.timing import Figure

ADDRESSES = Path(__file__).resolve().parents[2] / "var" / "services" / "env"
PARTS = ("graph", "leaf", "anonymise", "writer", "naive")


def main() -> int:
    """Fill, measure, print, remove."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.erasure", description=__doc__)
    options.add_argument("--engine", choices=("postgres", "sqlite", "mariadb"), default="postgres")
    options.add_argument("--rows", type=int, default=140_000, help="rows that are erased")
    options.add_argument("--pairs", type=int, default=3, help="repetitions; medians are printed")
    options.add_argument("--only", choices=PARTS, action="append")
    options.add_argument("--url", help="a server of your own")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="daicho-erasure-") as folder:
        server = Server(given.engine, address(given.engine, given.url), Path(folder))
        found = []
        for figure in figures(server, given.rows, given.pairs, given.only or PARTS):
            found.append(figure)
            if not given.json:
                print(figure.line(), flush=True)
    if given.json:
        print(json.dumps([asdict(each) | {"good": each.good} for each in found], indent=1))
    return 0 if all(each.good for each in found) else 1


def address(engine: str, url: str | None) -> URL | None:
    """Where the engine's server listens; nowhere for SQLite."""
    if engine == "sqlite":
        return None
    if url is None:
        lines = dict(line.split("=", 1) for line in ADDRESSES.read_text().splitlines())
        url = lines[f"DAICHO_TEST_{engine.upper()}"]
    return make_url(url)


def figures(server: Server, rows: int, pairs: int, parts: Sequence[str]) -> Iterator[Figure]:
    """Every part in turn, each with databases of its own."""
    if set(parts) - {"leaf"}:
        contents = shop.rows(shop.customers_for(rows))
        with server.filled("graph", shop.tables(), contents):
            if "graph" in parts:
                yield from graph.measured(server, pairs, rows)
            if "anonymise" in parts and server.engine == "postgres":
                yield from anonymise.measured(server, pairs)
            if "writer" in parts and server.engine != "sqlite":
                yield from writer.measured(server, pairs)
            if "naive" in parts:
                yield from naive.measured(server)
    if "leaf" in parts:
        yield from leaf.measured(server, pairs, rows)


if __name__ == "__main__":
    sys.exit(main())
