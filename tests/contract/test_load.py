"""Folders of contracts, and files that are not contracts at all."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from include.governance.contract.load import load_file, load_folder
from include.governance.model.contract import DataContract
from include.governance.model.mistake import Mistake
from tests.contract.texts import HEAD, column, read

VALID = column(
    "logicalType: timestamp\nprimaryKey: true\ncustomProperties:\n"
    "  - {property: dataCategory, value: email, vendor: daicho}\n"
    "  - {property: clock, value: [closed], vendor: daicho}\n"
    "relationships:\n  - {to: t.a}\nquality:\n  - {metric: nullValues, mustBe: 0}"
).replace(
    "  - name: t\n",
    "  - name: t\n    customProperties:\n"
    "      - {property: datasetKind, value: log, vendor: daicho}\n"
    "      - {property: recordClasses, value: [{record_class: x}], vendor: daicho}\n",
) + ("slaProperties:\n  - {property: retention, value: 3, unit: y, element: t.a}\n")


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    contracts, mistakes = load_folder(tmp_path / "none", tmp_path)
    assert (contracts, [(m.file, m.code) for m in mistakes]) == ((), [("none", "no_contracts")])


def test_a_table_promised_twice_is_said_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text(VALID, "utf-8")
    (tmp_path / "b.odcs.yaml").write_text(VALID.replace("id: small", "id: other"), "utf-8")
    _, mistakes = load_folder(tmp_path, tmp_path)
    assert [(m.file, m.line, m.code, m.facts["other"]) for m in mistakes] == [
        ("b.odcs.yaml", 9, "table_twice", "a.odcs.yaml:9")
    ]


def test_one_name_in_two_schemas_is_refused_with_both_places(tmp_path: Path) -> None:
    for name in ("tokyo", "osaka"):
        text = VALID.replace("id: small", f"id: {name}")
        text = text.replace("type: custom}", f"type: custom, schema: {name}}}", 1)
        (tmp_path / f"{name}.odcs.yaml").write_text(text, "utf-8")
    _, mistakes = load_folder(tmp_path, tmp_path)
    [found] = mistakes
    assert (found.file, found.line, found.code) == ("tokyo.odcs.yaml", 9, "table_in_two_schemas")
    assert found.facts["other"] == "osaka.odcs.yaml:9"
    assert (found.facts["schema"], found.facts["there"]) == ("tokyo", "osaka")


def test_two_contracts_with_one_id_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text(VALID, "utf-8")
    (tmp_path / "b.odcs.yaml").write_text(VALID.replace("name: t\n", "name: u\n", 1), "utf-8")
    _, mistakes = load_folder(tmp_path, tmp_path)
    assert [(m.file, m.code) for m in mistakes] == [("b.odcs.yaml", "contract_id_twice")]


def test_one_wrong_file_does_not_hide_the_mistakes_of_another(tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text("a: [", "utf-8")
    (tmp_path / "b.odcs.yaml").write_text(VALID, "utf-8")
    (tmp_path / "c.odcs.yaml").write_text(HEAD + "zodiac: 1\n", "utf-8")
    contracts, mistakes = load_folder(tmp_path, tmp_path)
    assert [contract.file for contract in contracts] == ["b.odcs.yaml"]
    assert [(m.file, m.code) for m in mistakes] == [
        ("a.odcs.yaml", "broken_yaml"),
        ("c.odcs.yaml", "not_in_standard"),
    ]


def test_a_repeated_key_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text(HEAD + "zodiac: 1\nstatus: x\n", "utf-8")
    contract, mistakes = load_file(tmp_path / "a.odcs.yaml", tmp_path)
    assert contract is None
    assert [(m.line, m.code) for m in mistakes] == [(9, "repeated_key"), (8, "not_in_standard")]


def test_the_same_contract_has_the_same_hash_whatever_its_layout() -> None:
    one, _ = read(VALID)
    other, _ = read("# a comment\n" + VALID.replace("  - {to: t.a}", "  - to: 't.a'"))
    assert one is not None
    assert other is not None
    assert one.sha256 == other.sha256
    changed, _ = read(VALID.replace("value: 3", "value: 4"))
    assert changed is not None
    assert changed.sha256 != one.sha256


PIECES = ["", " ", "\n", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!!set ", "null", "\t", "'",
          '"', "7", "true", "名", "vendor: daicho", "property: purposes",
          "<<: *a", "? ", "|\n", "\x00",
          "2022-01-01", ".nan", "1e999", "0x1F", "💥"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, len(VALID)), st.integers(0, 25), st.sampled_from(PIECES)),
        min_size=1,
        max_size=4,
    )
)
def test_no_mutation_of_a_contract_raises_anything(cuts: list[tuple[int, int, str]]) -> None:
    text = VALID
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    contract, mistakes = read(text)
    assert isinstance(contract, DataContract) or mistakes
    for mistake in mistakes:
        assert isinstance(mistake, Mistake)
        assert mistake.say("en")
        assert mistake.say("ja")
        assert 1 <= mistake.line <= text.count("\n") + 2


LINES = VALID.splitlines(keepends=True)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(range(len(LINES))), min_size=1, max_size=len(LINES)))
def test_no_shuffle_of_lines_raises_anything(order: list[int]) -> None:
    contract, mistakes = read("".join(LINES[at] for at in order))
    assert isinstance(contract, DataContract) or mistakes


def test_a_refused_file_says_nothing_of_the_values_in_it() -> None:
    canary = "canary-taro@mail.example"
    texts = [
        HEAD.replace("v3.2.0", canary),
        HEAD.replace("kind: DataContract", f"kind: {canary}"),
        column(f"logicalType: {canary}"),
        column(f"deprecated: {canary}"),
        column(
            f"customProperties:\n  - {{property: datasetKind, value: {canary}, vendor: daicho}}"
        ),
        HEAD + f"x: '{canary}\n",
        HEAD + f"x: !{canary} 1\n",
        HEAD + f"slaProperties: {canary}\n",
    ]
    for text in texts:
        _, mistakes = read(text)
        assert mistakes
        assert canary not in "".join(f"{m} {m.say('ja')} {m.model_dump_json()}" for m in mistakes)
