"""What people build without much thought, on a sample: rows a second.

The way with presidio-anonymizer is measured where that package is installed.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pandas
import sqlalchemy as sa
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session

from benchmarks.erasure import shop
from benchmarks.erasure.databases import Server
from benchmarks.erasure.graph import subject
from benchmarks.erasure.timing import Figure

SAMPLE = 300
TEXTS = ("email", "family_name", "given_name", "phone", "postal_code", "address")
UPDATE = "UPDATE customers SET " + ", ".join(f"{name} = :{name}" for name in TEXTS)


def measured(server: Server) -> Iterator[Figure]:
    """Each way on a copy of its own."""
    ways: dict[str, Callable[[sa.Engine, Sequence[int]], int]] = {
        "objects loaded and deleted, row by row": _objects,
        "one UPDATE and commit for each row, as Fides does": _each,
        "pandas, cell by cell, and rows written back": partial(_cells, hidden=_hidden),
    }
    if find_spec("presidio_anonymizer"):
        ways["pandas, presidio-anonymizer, rows written back"] = partial(_cells, hidden=_masked())
    for name, way in ways.items():
        with server.copy("graph", shop.tables()) as url:
            governed = subject(url)
            keys = next(iter(governed.chunks(governed.plan()).values()))[:SAMPLE]
            engine = sa.create_engine(url, poolclass=sa.NullPool)
            began = time.perf_counter()
            rows = way(engine, keys)
            yield Figure(f"naive: {name}", rows / (time.perf_counter() - began), unit="rows/s")


def _objects(engine: sa.Engine, keys: Sequence[int]) -> int:
    base = automap_base()
    base.prepare(autoload_with=engine)
    rows = 0
    with Session(engine) as session:
        for key in keys:
            rows += _delete(session, session.get(base.classes.customers, key))
            session.flush()
        session.commit()
    return rows


def _delete(session: Session, found: Any) -> int:
    rows = 1
    for name in ("order_items_collection", "inquiries_collection", "orders_collection",
                 "mail_events_collection", "consents_collection"):  # fmt: skip
        for below in getattr(found, name, ()):
            if below not in session.deleted:
                rows += _delete(session, below)
    session.delete(found)
    return rows


def _each(engine: sa.Engine, keys: Sequence[int]) -> int:
    with engine.connect() as connection:
        for key in keys:
            values = {name: _hidden(f"{name}{key}") for name in TEXTS}
            connection.execute(
                sa.text(f"{UPDATE} WHERE customers_id = :key"), values | {"key": key}
            )
            connection.commit()
    return len(keys)


def _cells(engine: sa.Engine, keys: Sequence[int], hidden: Callable[[str], str]) -> int:
    with engine.begin() as connection:
        query = sa.text("SELECT * FROM customers WHERE customers_id <= :last")
        frame = pandas.read_sql(query, connection, params={"last": max(keys)})
        for name in TEXTS:
            frame[name] = frame[name].map(hidden)
        for row in frame.to_dict("records"):
            connection.execute(sa.text(f"{UPDATE} WHERE customers_id = :customers_id"), row)
    return len(frame)


def _hidden(text: str) -> str:
    return hmac.new(b"key", text.encode(), hashlib.sha256).hexdigest()[:32]


def _masked() -> Callable[[str], str]:
    """Presidio's own engine, told that a whole cell is personal."""
    anonymizer, entities = (
        import_module(f"presidio_anonymizer{part}") for part in ("", ".entities")
    )
    engine = anonymizer.AnonymizerEngine()
    operators = {"DEFAULT": entities.OperatorConfig("hash", {"salt": b"of a benchmark!!"})}

    def masked(text: str) -> str:
        found = entities.RecognizerResult("PERSON", 0, len(text), 1.0)
        done = engine.anonymize(text=text, analyzer_results=[found], operators=operators)
        return str(done.text)[:32]

    return masked
