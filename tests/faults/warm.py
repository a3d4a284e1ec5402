"""Run `daicho` again and again without paying its imports each time: one fork per command.

With ``--debug`` every logger of every library says all it can say, on standard error.

Reads a JSON object per line: home, arguments, and the file for what the command prints; or a list
of them, to run at once. Answers with the process ids, then with the exit statuses. The first
command runs here, which warms up all.
"""

from __future__ import annotations

import json
import logging
import os
import sys


def main() -> None:
    """Serve commands until standard input ends."""
    if "--debug" in sys.argv:
        logging.basicConfig(level=logging.DEBUG)
    answer = os.fdopen(os.dup(1), "w", buffering=1)
    _redirect("/dev/null")
    for number, line in enumerate(sys.stdin):
        given = json.loads(line)
        if number == 0:
            answer.write(f"0\n{_daicho(given)}\n")
            continue
        pids = [_fork(command) for command in (given if isinstance(given, list) else [given])]
        answer.writelines(f"{pid}\n" for pid in pids)
        for pid in pids:
            _, status = os.waitpid(pid, 0)
            answer.write(f"{os.waitstatus_to_exitcode(status)}\n")


def _fork(command: dict[str, str]) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(_daicho(command))
    return pid


def _daicho(command: dict[str, str]) -> int:
    from include.governance.cli.app import app

    os.environ |= command["env"]
    _redirect(command["output"])
    try:
        app(command["arguments"])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _redirect(path: str) -> None:
    sys.stdout.flush()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)


if __name__ == "__main__":
    main()
