"""What was searched is remembered by keyed hash, and forgotten when it no longer holds."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from include.governance.detect import memory as remembered
from include.governance.detect import search
from include.governance.detect.adjudicate import Question
from include.governance.detect.entities import Entity
from include.governance.detect.memory import Memory
from include.governance.detect.memory_file import forget_all, opened
from include.governance.detect.values import ALL, Detector

TEXTS = [
    "山田太郎様 090-1234-5678",
    "渋谷店の営業時間を教えてください。",
    "a@b.example へ ｶﾞｽ 佐藤様",
]


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is searched."""
    seen: list[str] = []
    judged = search._judged

    def note(text: str, folded: str, asked: Sequence[Question]) -> tuple[search.Hit, ...]:
        seen.append(text)
        return judged(text, folded, asked)

    monkeypatch.setattr(search, "_judged", note)
    return seen


def test_a_second_run_searches_only_what_is_new(tmp_path: Path, searched: list[str]) -> None:
    path = tmp_path / "scan" / "memory.db"
    first = Detector(Memory(path, b"key")).find(TEXTS)
    searched.clear()
    again = Detector(Memory(path, b"key")).find([*TEXTS, "木村様へ"])
    assert again[:3] == first == Detector().find(TEXTS)
    assert searched[0] == "木村様へ"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("change", "texts"), [("key", 3), ("recognisers", 3), ("kinds", 2)])
def test_what_may_have_changed_is_searched_again(
    tmp_path: Path,
    searched: list[str],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    texts: int,
) -> None:
    path = tmp_path / "memory.db"
    Detector(Memory(path, b"key")).find(TEXTS)
    searched.clear()
    if change == "recognisers":
        monkeypatch.setattr(remembered, "recognisers_digest", lambda: "others")
    other = Detector(Memory(path, b"other" if change == "key" else b"key"))
    other.find(TEXTS, entities=frozenset({Entity.PERSON}) if change == "kinds" else ALL)
    assert len(searched) == texts


def test_the_file_holds_no_value_and_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    Detector(Memory(path, b"key", most=10)).find([f"{TEXTS[0]} {n}" for n in range(40)])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM found").fetchone() == (10,)
    content = path.read_bytes()
    assert not any(part.encode() in content for part in ("山田", "090-1234", "5678"))


@pytest.mark.parametrize("state", ["no database", "a folder"])
def test_a_file_that_cannot_be_used_only_costs_time(tmp_path: Path, state: str) -> None:
    path = tmp_path / "memory.db"
    if state == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"no database" * 100)
    assert Detector(Memory(path, b"key")).find(TEXTS) == Detector().find(TEXTS)


def test_a_scan_that_began_before_an_erasure_remembers_nothing_after_it(
    tmp_path: Path, searched: list[str]
) -> None:
    path = tmp_path / "memory.db"
    early = Detector(Memory(path, b"key"))
    early.find(TEXTS[:1])
    forget_all(path)
    assert not path.exists()
    early.find(TEXTS)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM found").fetchone() == (0,)
    late = Detector(Memory(path, b"key"))
    late.find(TEXTS)
    searched.clear()
    late.find(TEXTS)
    assert searched == []


def test_emptying_waits_for_who_writes_and_nobody_writes_after_it(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    memory = Memory(path, b"key")
    connection = opened(path)
    connection.execute("BEGIN IMMEDIATE")
    emptying = threading.Thread(target=forget_all, args=(path,))
    emptying.start()
    emptying.join(0.3)
    assert emptying.is_alive(), "who writes is not disturbed"
    connection.execute("COMMIT")
    connection.close()
    emptying.join()
    memory.keep({b"a hash": ()})
    assert memory.known([b"a hash"]) == {}


@pytest.mark.parametrize("content", [None, b"no database"])
def test_a_file_that_is_none_is_emptied_as_well(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "memory.db"
    if content:
        path.write_bytes(content)
    forget_all(path)
    assert not path.exists()
