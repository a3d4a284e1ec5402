"""Lines of a given file come as they are written."""

from __future__ import annotations

from pathlib import Path

from include.governance.cli.given_file import read_lines


def test_only_line_feeds_end_a_line_and_nothing_is_trimmed(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_bytes(" a\u2028b\u0085c\f\r\n\nd \r\r\n".encode())
    assert read_lines(file) == [" a\u2028b\u0085c\f", "", "d \r", ""]
