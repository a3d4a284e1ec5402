"""Kill appends with SIGKILL, at random moments or at every call to the disk, and look what is left.

    python -m tests.ledger.killing random|points FOLDER

A process of its own, because it forks: the tests' process may have threads.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from include.governance.errors import LedgerError
from include.governance.ledger import folder as files
from include.governance.ledger.log import Ledger
from tests.ledger import made
from tests.ledger.made import AT, check, chunks, key

ROUNDS = 60
Action = Callable[[Path], Any]


def in_a_child(action: Callable[[], Any]) -> int:
    """Run in a fork that never returns; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        action()
        os._exit(0)
    finally:
        os._exit(1)


def at_random_moments(folder: Path) -> int:
    """Kill a process that appends as fast as it can; every acknowledged entry must be there."""
    acknowledged = folder.with_name("acknowledged")
    made.ledger(folder)
    moments = random.Random(20261122)
    for _ in range(ROUNDS):
        pid = in_a_child(lambda: append_for_ever(folder, acknowledged))
        time.sleep(moments.uniform(0.005, 0.03))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        entries = [record.entry for record in Ledger(folder).records()]
        told = int(acknowledged.read_text().split()[-1]) if acknowledged.exists() else 0
        assert entries == chunks(len(entries)), "an entry is lost, doubled or moved"
        assert len(entries) >= told, "an acknowledged entry is lost"
        survives(folder)
    assert check(folder).entries > ROUNDS, "the processes were killed before they did anything"
    return ROUNDS


def append_for_ever(folder: Path, acknowledged: Path) -> None:
    ledger = Ledger(folder)
    while True:
        done = ledger.append(chunks(3, ledger.latest().size), key())
        with acknowledged.open("a") as stream:
            stream.write(f"{done.checkpoint.size}\n")


def survives(folder: Path) -> None:
    """The next append works, and then everything verifies."""
    ledger = Ledger(folder)
    ledger.append(chunks(1, ledger.latest().size), key())
    assert check(folder).holds, check(folder).problems


def at_every_point(folder: Path, prepare: Action, action: Action, after: Action) -> int:
    """Kill before and in the middle of every call to the disk, until the action gets through."""
    for point in count():
        shutil.rmtree(folder, ignore_errors=True)
        prepare(folder)

        def dying(point: int = point) -> None:
            die_at(point)
            action(folder)

        _, status = os.waitpid(in_a_child(dying), 0)
        after(folder)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return point
    raise AssertionError


def die_at(point: int) -> None:
    """Let this process die at the call number ``point``; a write gets half way first."""
    calls = count()

    def deadly(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            if next(calls) == point:
                if name == "write":
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for name in ("write", "fsync", "ftruncate", "open", "close"):
        setattr(os, name, deadly(name))


def nothing(folder: Path) -> None:
    """No ledger yet."""


def four(folder: Path) -> None:
    made.ledger(folder, 3, 1)


def four_and_a_torn_append(folder: Path) -> None:
    made.ledger(folder, 3, 1, 2)
    files.cut(folder / files.CHECKPOINTS, (folder / files.CHECKPOINTS).stat().st_size - 9)


def begin(folder: Path) -> None:
    Ledger.begin(folder, key())


def begin_again(folder: Path) -> None:
    try:
        Ledger.refuse_if_begun(folder)
    except LedgerError:
        pass
    else:
        begin(folder)
    survives(folder)


def append(folder: Path) -> None:
    Ledger(folder).append(chunks(2, 4), key())


def kept_four(folder: Path) -> None:
    entries = [record.entry for record in Ledger(folder).records()]
    assert entries in (chunks(4), chunks(6))
    survives(folder)


def rotate(folder: Path) -> None:
    Ledger(folder).rotate(key(1), key(2), AT)


def one_key_appends(folder: Path) -> None:
    ledger = Ledger(folder)
    current = 2 if ledger.latest().size == 5 else 1
    ledger.append(chunks(1), key(current))
    assert check(folder).holds


def main() -> None:
    """Print the number of kills."""
    mode, folder = sys.argv[1], Path(sys.argv[2]) / "ledger"
    if mode == "random":
        print(at_random_moments(folder))
        return
    kills = at_every_point(folder, nothing, begin, begin_again)
    kills += at_every_point(folder, four, append, kept_four)
    kills += at_every_point(folder, four_and_a_torn_append, append, kept_four)
    kills += at_every_point(folder, four, rotate, one_key_appends)
    print(kills)


if __name__ == "__main__":
    main()
