"""Great Expectations and the row references agree; an error is never a pass; no value leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from include.governance.errors import SourceUnavailable
from include.governance.expectations.check import check
from include.governance.expectations.suites import Expectation, ExpectationMeta, Suite, SuiteMeta
from include.governance.model.contract import Column, Dataset
from include.governance.model.result import RuleResult
from include.governance.source.database import Source
from tests.expectations.test_suites import SUITES
from tests.source import tables
from tests.source.tables import AS_OF, HASHING

KINDS = {
    "email": "email",
    "postal": "postal_code",
    "phone": "phone",
    "pref": "prefecture",
    "status": "status",
    "flag": "mail_flag",
    "birth": "date_of_birth",
    "birth_text": "date_of_birth",
}
MEMBERS = tables.dataset(
    "members",
    [
        Column(name="id", logical_type="integer"),
        *(
            Column(
                name=n,
                logical_type="integer" if n == "flag" else "string",
                category=c,
                allowed=("active", "withdrawn") if n == "status" else (),
            )
            for n, c in KINDS.items()
        ),
        Column(name="bounced", clocks=("email_bounced",)),
    ],
    kind="subject_master",
)
TABLE = sa.table("members", *(sa.column(c.name) for c in MEMBERS.columns))

EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+")
CANARY = "canary-5f1e@leak"


def _create(url: URL, **types: str) -> Source:
    kinds = dict.fromkeys(KINDS, "VARCHAR(60)") | {"flag": "INTEGER", "birth": "DATE"} | types
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    tables.run(url, f"CREATE TABLE members (id INTEGER PRIMARY KEY, {columns}, bounced DATE)")
    return Source("shop", url)


def _load(url: URL, rows: Sequence[dict[str, Any]]) -> None:
    blank: dict[str, Any] = dict.fromkeys((*KINDS, "bounced"))
    with tables.writing(url) as connection:
        connection.execute(TABLE.delete())
        if rows:
            numbered = [{"id": n, **blank, **row} for n, row in enumerate(rows)]
            connection.execute(TABLE.insert(), numbered)


def _results(
    source: Source, dataset: Dataset = MEMBERS, suites: Sequence[Suite] = SUITES
) -> list[RuleResult]:
    return [r for _, found in check(source, [dataset], suites, AS_OF, HASHING) for r in found]


emails = st.one_of(
    st.none(),
    st.sampled_from(
        ["a@b.example", "A@B.example", "a@b.example\n", "c@d.example", "c@d..example", "no", ""]
    ),
    st.sampled_from([" a@b.example", "x@@y.z", "a'b@c.d", "%s@x.y", "会員@例.jp", "a@b", CANARY]),
)
postals = st.sampled_from(
    [None, "100-0001", "900-0001", "1000001", "000-0000", "１00-0001", "", "-"]
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "email": emails,
            "postal": postals,
            "phone": st.sampled_from([None, "03-1234-5678", "090-1234-5678", "12", "0" * 12, "x"]),
            "pref": st.sampled_from([None, "東京都", "沖縄県", "nowhere"]),
            "status": st.sampled_from([None, "active", "withdrawn", "有効"]),
            "flag": st.sampled_from([None, 0, 1]),
            "birth": st.sampled_from(
                [
                    None,
                    date(1900, 1, 1),
                    date(1899, 12, 31),
                    AS_OF,
                    date(2026, 12, 1),
                    date(1980, 2, 29),
                ]
            ),
            "birth_text": st.sampled_from(
                [
                    None,
                    "1980-01-01",
                    "1899-12-31",
                    "2026-11-30",
                    "2026-11-30T23:59:59",
                    "2026-12-01",
                    "1985-13-45",
                    "1990-02-31",
                    "19900101",
                    "1990/02/01",
                ]
            ),
            "bounced": st.sampled_from([None, AS_OF]),
        }
    ),
    max_size=25,
)


def _broken(row: dict[str, Any], everyone: list[dict[str, Any]]) -> set[str]:
    """The reference: the rules that a row breaks."""
    found = set()
    email, postal, pref = row["email"], row["postal"], row["pref"]
    if email is not None and not EMAIL.fullmatch(email):
        found.add("email_is_an_address(email)")
    if email is not None and ".." in email:
        found.add("email_has_no_empty_label(email)")
    if postal is not None and not re.fullmatch(r"[0-9]{3}-[0-9]{4}", postal):
        found.add("postal_code_is_nnn_nnnn(postal)")
    if row["phone"] is not None and not re.fullmatch(r"-*0(-*[0-9]){9,10}-*", row["phone"]):
        found.add("phone_has_ten_or_eleven_digits(phone)")
    for name in ("birth", "birth_text"):
        if row[name] is not None and not "1900-01-01" <= str(row[name])[:10] <= "2026-11-30":
            found.add(f"date_of_birth_is_possible({name})")
    if row["birth_text"] in ("1985-13-45", "1990-02-31", "19900101", "1990/02/01"):
        found.add("date_of_birth_is_possible(birth_text)")
    right = {"100": "東京都", "900": "沖縄県"}
    if postal is not None and pref is not None and right.get(postal[:3], pref) != pref:
        found.add("postal_code_lies_in_prefecture(postal, pref)")
    if row["bounced"] is not None and row["flag"] == 1:
        found.add("bounced_address_is_not_used(bounced, flag)")
    if email is not None and row["status"] in ("active", "有効"):
        twins = [
            r
            for r in everyone
            if r["status"] in ("active", "有効")
            and r["email"] is not None
            and r["email"].lower() == email.lower()
        ]
        if len(twins) > 1:
            found.add("person_is_registered_once(email, status)")
    return found


@pytest.fixture
def members(any_database: URL) -> Source:
    """An empty table of members."""
    return _create(any_database)


@settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_rows=rows)
def test_the_library_the_row_references_and_plain_python_agree(
    members: Source, given_rows: list[dict[str, Any]]
) -> None:
    if members.dialect == "sqlite":
        _load(
            members.url,
            [
                {**r, **{n: r[n] and r[n].isoformat() for n in ("birth", "bounced")}}
                for r in given_rows
            ],
        )
    else:
        _load(members.url, given_rows)
    found = {r.rule: r for r in _results(members)}
    assert {r.status for r in found.values()} <= {"pass", "fail"}
    broken = [_broken(row, given_rows) for row in given_rows]
    for rule, result in found.items():
        mine = [n for n, rules in enumerate(broken) if rule in rules]
        if members.dialect == "mysql":  # its collation reads １ as 1
            mine = [
                n for n in mine if "postal" not in rule or given_rows[n]["postal"] != "１00-0001"
            ]
            if "postal" in rule and any(r["postal"] == "１00-0001" for r in given_rows):
                continue
        refs = {HASHING.ref("shop", "members", (n,)) for n in mine}
        assert set(result.row_refs) == refs, rule
        if "registered_once" in rule:  # one of each group is not too many
            groups = {given_rows[n]["email"].lower() for n in mine}
            assert result.rows == len(mine) - len(groups)
        else:
            assert result.rows == len(mine), rule


TYPES = {
    "postgresql": {"email": "INTEGER", "birth": "BOOLEAN", "postal": "BYTEA"},
    "mysql": {"email": "INTEGER", "birth": "INTEGER", "postal": "BLOB"},
    "sqlite": {"email": "BLOB", "birth": "INTEGER", "postal": "BLOB"},
}


def test_a_column_of_another_type_is_never_a_silent_pass(
    any_database: URL, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = TYPES[any_database.get_backend_name()]
    source = _create(any_database, **kinds)
    raw = CANARY.encode()
    email: Any = raw if any_database.get_backend_name() == "sqlite" else 5
    birth = True if any_database.get_backend_name() == "postgresql" else 1
    _load(any_database, [{"email": email, "birth": birth, "postal": raw, "phone": CANARY}])
    with caplog.at_level("DEBUG"):
        found = {r.rule: r for r in _results(source)}
    assert found["email_is_an_address(email)"].status in ("error", "fail")
    assert found["postal_code_is_nnn_nnnn(postal)"].status in ("error", "fail")
    assert found["phone_has_ten_or_eleven_digits(phone)"].status == "fail"
    for result in found.values():
        assert (result.status == "error") == (result.reason is not None)
        assert CANARY not in result.model_dump_json()
    assert CANARY not in caplog.text


def test_no_value_is_in_a_result_or_in_a_log(
    members: Source, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    _load(
        members.url,
        [
            {
                "email": CANARY,
                "phone": CANARY,
                "postal": CANARY,
                "pref": "東京都",
                "status": "active",
            },
            {"email": CANARY, "status": "active", "birth_text": CANARY, "flag": 1},
        ],
    )
    with caplog.at_level("DEBUG"):
        found = _results(members)
    assert {r.status for r in found} == {"pass", "fail"}
    out = capfd.readouterr()
    for text in (caplog.text, out.out, out.err, *(r.model_dump_json() for r in found)):
        assert CANARY not in text


@pytest.mark.filterwarnings("error")
def test_an_exception_inside_the_library_is_an_error(
    members: Source, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(Batch, "validate", fail)
    found = _results(members)
    assert {(r.status, r.reason) for r in found} == {("error", "expectation_not_evaluated")}
    assert CANARY not in caplog.text


def _suite(kind: str, **kwargs: Any) -> Suite:
    line = Expectation(type=kind, kwargs=kwargs, meta=ExpectationMeta(control="S6-01", id="x"))
    return Suite(
        name="t",
        meta=SuiteMeta(clause="6", dataset_kinds=("subject_master",)),
        expectations=(line,),
    )


STATUS = [
    ("expect_column_values_to_not_be_null", {"column": "{email.string}"}, "fail", {2}),
    ("expect_column_values_to_be_unique", {"column": "{email.string}"}, "fail", {0, 1}),
    ("expect_column_values_to_be_in_set", {"column": "{status}", "value_set": ["on"]}, "fail", {1}),
    ("expect_column_values_to_be_between", {"column": "{mail_flag}", "min_value": 1}, "fail", {0}),
    ("expect_column_values_to_be_between", {"column": "{mail_flag}", "max_value": 1}, "fail", {1}),
    (
        "expect_column_values_to_be_between",
        {"column": "{mail_flag}", "min_value": 0, "max_value": 2},
        "pass",
        set(),
    ),
    ("expect_column_values_to_be_between", {"column": "{mail_flag}"}, "error", set()),
    (
        "expect_column_values_to_not_match_regex",
        {"column": "{email.string}", "regex": "^a"},
        "fail",
        {0, 1},
    ),
    (
        "expect_column_values_to_match_regex",
        {"column": "{email.string}", "regex": "("},
        "error",
        set(),
    ),
    ("expect_column_values_to_match_regex", {"column": "nowhere", "regex": "."}, "error", set()),
    (
        "expect_column_values_to_match_regex",
        {"column": "undeclared", "regex": "^$"},
        "error",
        set(),
    ),
]


def test_every_type_of_expectation_ends_as_it_should(
    members: Source, subtests: pytest.Subtests
) -> None:
    tables.run(members.url, "ALTER TABLE members ADD undeclared VARCHAR(20)")
    _load(
        members.url,
        [{"email": "a", "status": "on", "flag": 0}, {"email": "a", "status": "off", "flag": 2}, {}],
    )
    tables.run(members.url, "UPDATE members SET undeclared = 'x'")
    for kind, kwargs, status, ids in STATUS:
        with subtests.test(kind=kind, kwargs=str(kwargs)):
            [result] = _results(members, suites=[_suite(kind, **kwargs)])
            assert result.status == status
            assert set(result.row_refs) == {HASHING.ref("shop", "members", (n,)) for n in ids}
            assert (result.reason is not None) == (status == "error")


def test_another_key_than_the_declared_one_is_an_error_of_each_expectation(
    members: Source,
) -> None:
    other = MEMBERS.model_copy(update={"primary_key": ("email",)})
    found = _results(members, other)
    assert {(r.status, r.reason) for r in found} == {("error", "key_disagrees")}


def test_a_table_that_is_gone_gives_an_error_for_each_expectation(members: Source) -> None:
    tables.run(members.url, "DROP TABLE members")
    found = _results(members)
    assert {(r.status, r.reason) for r in found} == {("error", "table_missing")}
    assert len(found) >= 8


def test_a_column_that_is_gone_gives_an_error_for_what_looks_at_it(members: Source) -> None:
    tables.run(members.url, "ALTER TABLE members RENAME COLUMN phone TO tel")
    by_status: dict[str, set[str]] = {}
    for result in _results(members):
        by_status.setdefault(result.status, set()).add(result.rule)
    assert by_status["error"] == {"phone_has_ten_or_eleven_digits(phone)"}


def test_an_empty_table_passes(members: Source) -> None:
    assert {r.status for r in _results(members)} == {"pass"}


FLAG = "bounced_address_is_not_used(bounced, flag)"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Y", "fail"),
        ("true", "fail"),
        ("有", "fail"),
        ("No", "pass"),
        ("無", "pass"),
        ("x", "error"),
    ],
)
def test_a_flag_is_read_as_a_word_or_not_at_all(
    sqlite_database: URL, word: str, status: str
) -> None:
    source = _create(sqlite_database, flag="VARCHAR(8)")
    _load(sqlite_database, [{"flag": word, "bounced": "2026-01-01"}, {"flag": "?"}])
    [found] = [r for r in _results(source) if r.rule == FLAG]
    assert (found.status, found.reason) == (
        status,
        "flag_not_understood" if status == "error" else None,
    )


def test_flags_of_text_are_read_on_every_engine(any_database: URL) -> None:
    source = _create(any_database, flag="VARCHAR(8)")
    _load(any_database, [{"flag": word, "bounced": AS_OF.isoformat()} for word in ("Y", "n")])
    [found] = [r for r in _results(source) if r.rule == FLAG]
    assert (found.status, found.rows) == ("fail", 1)


def test_a_suite_that_names_no_status_of_the_contract_is_an_error(sqlite_database: URL) -> None:
    source = _create(sqlite_database)
    columns = [
        c.model_copy(update={"allowed": ("有効", "退会")}) if c.name == "status" else c
        for c in MEMBERS.columns
    ]
    found = _results(source, MEMBERS.model_copy(update={"columns": tuple(columns)}))
    assert [r.rule for r in found if r.reason == "active_word_undeclared"] == [
        "person_is_registered_once(email, status)"
    ]


def test_a_table_without_a_key_is_counted(members: Source) -> None:
    _load(members.url, [{"email": "no"}, {"email": "no"}])
    nameless = MEMBERS.model_copy(update={"primary_key": ()})
    found = {r.rule: r for r in _results(members, nameless)}
    assert (
        found["email_is_an_address(email)"].rows,
        found["email_is_an_address(email)"].row_refs,
    ) == (2, ())


def test_two_columns_that_differ_in_case_only_are_never_confused(postgres_database: URL) -> None:
    tables.run(
        postgres_database,
        'CREATE TABLE members (id INTEGER PRIMARY KEY, "Email" VARCHAR(40), email VARCHAR(40))',
        "INSERT INTO members VALUES (1, 'no', 'a@b.example')",
    )
    dataset = tables.dataset(
        "members",
        [
            "id",
            *(Column(name=n, logical_type="string", category="email") for n in ("Email", "email")),
        ],
        kind="subject_master",
    )
    found = _results(Source("shop", postgres_database), dataset)
    assert {r.status for r in found} <= {"error", "skip"}


def test_tables_in_another_schema_are_found(postgres_database: URL) -> None:
    tables.run(
        postgres_database,
        "CREATE SCHEMA 顧客",
        "CREATE TABLE 顧客.members (id INTEGER PRIMARY KEY, email VARCHAR(40))",
        "CREATE TABLE public.members (id INTEGER PRIMARY KEY, email VARCHAR(40))",
        "INSERT INTO 顧客.members VALUES (1, 'no'), (2, 'a@b.example')",
    )
    columns = ["id", Column(name="email", logical_type="string", category="email")]
    dataset = tables.dataset("members", columns, kind="subject_master", schema_name="顧客")
    found = {r.rule: r for r in _results(Source("shop", postgres_database), dataset)}
    assert found["email_is_an_address(email)"].rows == 1


def test_a_password_of_any_characters_opens_the_library_too(postgres_database: URL) -> None:
    login, password = f"p_{str(postgres_database.database)[-6:]}", "a$b${HOME}%24 /@:?#"
    escaped = password.replace("%", "%%")
    tables.run(postgres_database, f"CREATE ROLE {login} LOGIN SUPERUSER PASSWORD '{escaped}'")
    try:
        source = _create(postgres_database.set(username=login, password=password))
        assert {r.status for r in _results(source)} == {"pass"}
    finally:
        tables.run(postgres_database, f"DROP OWNED BY {login} CASCADE", f"DROP ROLE {login}")


def test_a_library_whose_connection_was_lost_gets_another(
    postgres_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.governance.expectations.session import Session

    source = _create(postgres_database)
    run, lost = Session._results, []

    def lose(self: Session, *given: Any) -> Any:
        if not lost:
            lost.append(self._source.get_engine())
            with lost[0].connect():
                tables.run(
                    postgres_database,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
                )
        return run(self, *given)

    monkeypatch.setattr(Session, "_results", lose)
    assert {r.status for r in _results(source)} == {"pass"}
    assert lost


def test_a_server_that_is_gone_is_tried_again_later(tmp_path: Any) -> None:
    url = URL.create("postgresql+psycopg", "u", "p", "127.0.0.1", 9, "d")
    with pytest.raises(SourceUnavailable):
        _results(Source("shop", url))
