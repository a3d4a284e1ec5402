"""Bad files: every one is a mistake with a place, and none is a crash or a long wait."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from include.governance import yamlfile
from include.governance.model.base import Model
from include.governance.model.period import Period


class Inner(Model):
    count: int
    period: Period | None = None


class Outer(Model):
    name: str
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = {}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: 1\n\tb: 2\n", 2, "broken_yaml"),
        ("a: 1\nb: [\n", 3, "broken_yaml"),
        ("a: 1\nb: 'x\n", 3, "broken_yaml"),
        ("a: *nobody\n", 1, "broken_yaml"),
        ("a: 1\n---\nb: 2\n", 2, "broken_yaml"),
        ("a: \x07\n", 1, "broken_yaml"),
        ("a: 1\nb: 2\na: 3\n", 3, "repeated_key"),
        ("a:\n  b: 1\n  b: 2\n", 3, "repeated_key"),
        ("a:\n  - {b: 1, b: 2}\n", 2, "repeated_key"),
        ("", 1, "empty_file"),
        ("# only a comment\n", 1, "empty_file"),
        ("- a\n- b\n", 1, "not_a_mapping"),
        ("just text\n", 1, "not_a_mapping"),
        ("a: 1\non: 2\n", 2, "key_not_text"),
        ("a: 1\n7: 2\n", 2, "key_not_text"),
        ("? [a, b]\n: 1\n", 1, "key_not_text"),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", 2, "tag_not_allowed"),
        ("a: !!set {b, c}\n", 1, "tag_not_allowed"),
        ("a: !secret x\n", 1, "tag_not_allowed"),
        (BOMB, 1, "file_too_much"),
        ("a: &a [*a]\n", 1, "file_too_much"),
        ("a: &a {b: *a}\n", 1, "file_too_much"),
        ("a: " + "[" * 5000 + "\n", 1, "nested_too_deep"),
        ("a: " + "[" * 70 + "]" * 70 + "\n", 1, "file_too_much"),
        ("- " * 5000 + "\n", 1, "nested_too_deep"),
        ("a: " + "1" * 5000 + "\n", 1, "broken_yaml"),
    ],
)
def test_a_bad_file_is_a_mistake_at_its_line(text: str, line: int, code: str) -> None:
    started = time.monotonic()
    document, mistakes = yamlfile.parse(text, "f.yaml")
    assert time.monotonic() - started < 5
    assert [(m.file, m.code) for m in mistakes] == [("f.yaml", code)]
    if code != "file_too_much" or text is not BOMB:
        assert mistakes[0].line == line
    assert document is None or code == "repeated_key"


@pytest.mark.parametrize(
    ("raw", "line", "code"),
    [
        (b"a: 1\nb: \xff\xfe\n", 2, "not_utf8"),
        ("a: 会員\n".encode("cp932"), 1, "not_utf8"),
        ("a: 1\n".encode("utf-16"), 1, "not_utf8"),
        (b"a: " + b"x" * 10_000_000, 1, "file_too_big"),
    ],
)
def test_bad_bytes_are_a_mistake(raw: bytes, line: int, code: str, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(raw)
    started = time.monotonic()
    document, mistakes = yamlfile.read(tmp_path / "f.yaml", "f.yaml")
    assert time.monotonic() - started < 2
    assert document is None
    assert [(m.line, m.code) for m in mistakes] == [(line, code)]


def test_a_missing_file_and_a_folder_are_mistakes(tmp_path: Path) -> None:
    assert [m.code for m in yamlfile.read(tmp_path / "none.yaml")[1]] == ["file_missing"]
    assert [m.code for m in yamlfile.read(tmp_path)[1]] == ["file_unreadable"]


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_bytes(b"\xef\xbb\xbfname: x\n")
    document, mistakes = yamlfile.read(tmp_path / "f.yaml")
    assert mistakes == []
    assert document is not None
    assert document.data == {"name": "x"}


def test_dates_stay_text_and_anchors_are_resolved() -> None:
    document, _ = yamlfile.parse("a: &a {x: 2026-04-01}\nb: {<<: *a, y: 1}\n", "f.yaml")
    assert document is not None
    assert document.data["b"] == {"x": "2026-04-01", "y": 1}
    assert document.line(("b", "y")) == 2


@pytest.mark.parametrize(
    ("text", "line", "path", "code"),
    [
        ("nmae: x\nname: y\n", 1, "nmae", "unknown_key_near"),
        ("name: y\nzodiac: 1\n", 2, "zodiac", "unknown_key"),
        ("inner: {count: 1}\n", 1, "name", "missing_key"),
        ("name: 7\n", 1, "name", "not_text"),
        ("name: x\ninner:\n  count: many\n", 3, "inner.count", "not_whole_number"),
        ("name: x\ninner: 7\n", 2, "inner", "not_block"),
        ("name: x\nmany: {a: 1}\n", 2, "many", "not_list"),
        ("name: x\nmany:\n  - count: 1\n  - count: 1\n    coutn: 2\n", 5, "many[1].coutn",
         "unknown_key_near"),
        ("name: x\nby_name:\n  a:\n    count: 1\n    period: 3 years\n", 5, "by_name.a.period",
         "not_period"),
        ("name: x\nby_name:\n  a: {zodiac: 1, count: 1}\n", 3, "by_name.a.zodiac", "unknown_key"),
    ],
)  # fmt: skip
def test_a_refused_value_is_said_at_its_line(text: str, line: int, path: str, code: str) -> None:
    document, _ = yamlfile.parse(text, "f.yaml")
    assert document is not None
    found, mistakes = yamlfile.validate(document, Outer)
    assert found is None
    assert [(m.line, m.path, m.code) for m in mistakes] == [(line, path, code)]
    assert mistakes[0].say("en")
    assert mistakes[0].say("ja")


def test_all_refused_values_are_said_at_once() -> None:
    document, _ = yamlfile.parse("nmae: 1\ninner: {count: x, zodiac: 1}\n", "f.yaml")
    assert document is not None
    _, mistakes = yamlfile.validate(document, Outer)
    assert sorted(m.code for m in mistakes) == [
        "missing_key",
        "not_whole_number",
        "unknown_key",
        "unknown_key_near",
    ]
