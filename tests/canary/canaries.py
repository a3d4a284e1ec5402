"""Values that exist nowhere else, planted in every text column, and the search for them."""

from __future__ import annotations

import base64
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

LATIN = "zq7kan"
KANJI = "鵺獺"
PHONE = "090-7319-4862"

#: What is searched for, in lower case; a value may come as text, as JSON or as part of an address.
SIGNS: dict[str, re.Pattern[bytes]] = {
    "latin": re.compile(LATIN.encode()),
    "kanji": re.compile(
        b"|".join(
            re.escape(form)
            for form in (
                KANJI.encode(),
                KANJI.encode("utf-16-le"),
                KANJI.encode("cp932"),
                b"".join(b"\\u%04x" % ord(letter) for letter in KANJI),
                b"".join(b"%%%02x" % byte for byte in KANJI.encode()),
                b"".join(b"\\x%02x" % byte for byte in KANJI.encode()),
            )
        )
    ),
    "phone": re.compile(rb"90[-\s/]?7319[-\s]?4862"),
}
WORDS = re.compile(
    r"name|street|city|address|note|answer|subject|body|message|evidence|url|payload|reason"
    r"|representative|principal|value|document_ref|password_hash|cookie|token|forwarded|items"
)

#: What must be a day for anything to be judged; `damage` puts canaries there as well.
DAYS = re.compile(r"_(at|on|due|end|from)$|^(review|next)_due$")


def plant(database: Path, own: Iterable[str] = ()) -> int:
    """Put canaries into every text column of every table; how many columns.

    Words, addresses and numbers in every row, so that a leak of any row shows; codes and keys in
    one row per column, so that the rest still means what it meant.
    """
    columns = 0
    with closing(sqlite3.connect(database)) as connection, connection:
        for (table,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            if table in own or table.startswith("sqlite_"):
                continue
            info = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            texts = [name for _, name, kind, *_ in info if re.search("CHAR|TEXT", kind.upper())]
            for number, name in enumerate(texts):
                if not DAYS.search(name):
                    connection.execute(statement(table, name, number))
                    columns += 1
    return columns


def statement(table: str, name: str, number: int) -> str:
    """How one column gets its canary."""
    target = f'UPDATE OR IGNORE "{table}" SET "{name}" ='
    if table == "gov_holds" and name in ("table_name", "subject_ref"):  # open ones must be clear
        return f"{target} '{LATIN}-{name}' WHERE released_at IS NOT NULL"
    if table == "gov_holds" and name == "reason":
        return f"{target} 'legal_hold: {LATIN}{KANJI} {LATIN}@example.jp {PHONE}'"
    if name == "payload":  # it stays what a request asks for
        return f"{target} replace(\"payload\", '\"}}', ' {LATIN}{KANJI} {PHONE}\"}}')"
    if "email" in name:
        return f"{target} replace(\"{name}\", '@', '.{LATIN}@{LATIN}.')"
    if "phone" in name:
        return f"{target} '{PHONE}' WHERE \"{name}\" IS NOT NULL"
    if WORDS.search(name) and "table" not in name and "column" not in name:
        return f"{target} \"{name}\" || ' {LATIN}{KANJI} {LATIN}@example.jp {PHONE}'"
    row = f'(SELECT rowid FROM "{table}" LIMIT 1 OFFSET {number})'
    return f"{target} '{LATIN}-{name}' WHERE rowid = {row}"


def damage(folder: Path) -> None:
    """Make sources that raise errors: wrong types, broken text, a missing table, a broken file."""
    change(
        folder / "shop.db",
        f"UPDATE shop_members SET date_of_birth = '{LATIN}{KANJI}' WHERE rowid % 5 = 0",
        f"UPDATE shop_members SET last_login_at = '{LATIN} 25:61' WHERE rowid % 7 = 0",
        f"UPDATE shop_orders SET ordered_at = '{LATIN}' WHERE rowid % 9 = 0",
        f"UPDATE shop_deliveries SET delivery_note = CAST(x'{LATIN.encode().hex()}ff80fe' AS TEXT)",
        f"UPDATE shop_deliveries SET phone = CAST('{PHONE}' AS BLOB) WHERE rowid % 2 = 0",
    )
    change(
        folder / "support.db",
        "ALTER TABLE support_inquiries RENAME COLUMN body TO something_else",
        f"UPDATE support_inquiries SET email = x'{LATIN.encode().hex()}00ff'",
    )
    change(folder / "ops.db", "ALTER TABLE ops_app_logs RENAME TO another_table")
    change(folder / "dwh.db", f"CREATE VIEW broken AS SELECT '{LATIN}' FROM nowhere")
    whole = (folder / "crm.db").read_bytes()
    broken = LATIN.encode() * len(whole)
    (folder / "crm.db").write_bytes(whole[:4096] + broken[4096 : len(whole)])


def change(database: Path, *statements: str) -> None:
    """Run statements that the schema would not like."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for each in statements:
            connection.execute(each)


def found(raw: bytes) -> set[str]:
    """The canaries in some bytes."""
    lower = raw.lower()
    return {name for name, sign in SIGNS.items() if sign.search(lower)}


def search(folders: Iterable[Path], but: Iterable[Path] = ()) -> dict[str, set[str]]:
    """Where below the folders any canary is: files by their bytes, databases cell by cell."""
    left_out = set(but)
    leaks: dict[str, set[str]] = {}
    for file in sorted(f for folder in folders for f in folder.rglob("*") if f.is_file()):
        if file in left_out or file.name.removesuffix("-wal").removesuffix("-shm") in {
            f.name for f in left_out if f.parent == file.parent
        }:
            continue
        for place, raw in [(str(file), file.read_bytes()), *_cells(file)]:
            if signs := found(raw) | found(place.encode()):
                leaks[place] = signs
    return leaks


def _cells(file: Path) -> Iterator[tuple[str, bytes]]:
    """Every value of every table of a database, also as what it may hide."""
    with file.open("rb") as opened:
        if opened.read(15) != b"SQLite format 3":
            return
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        for (raw,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            table = raw.decode()
            for number, row in enumerate(connection.execute(f'SELECT * FROM "{table}"')):
                for value in row:
                    for form in _forms(value):
                        yield f"{file}:{table}:{number}", form


def _forms(value: object) -> Iterator[bytes]:
    if not isinstance(value, bytes | str):
        return
    raw = value.encode() if isinstance(value, str) else value
    yield raw
    with suppress(zlib.error):
        yield zlib.decompress(raw)
    with suppress(zlib.error):
        yield zlib.decompress(raw, wbits=31)
    with suppress(ValueError):
        yield base64.b64decode(raw, validate=True)
