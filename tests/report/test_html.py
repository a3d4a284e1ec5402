"""One file that needs nothing else, runs nothing, and stays whole whatever a table is called."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.governance.report.compose import compose
from include.governance.report.given import ReportInput, TableScan
from include.governance.report.html import Beside, render
from include.governance.wording import LANGUAGES, Language
from tests.report.given import (
    REFS,
    classification,
    controls,
    dataset,
    emails,
    report_input,
    result,
    with_history,
)
from tests.report.markup import Markup, Tag

HOSTILE = (
    '"><script>alert(1)</script>',
    "{{7*7}}",
    "{% include 'x' %}",
    "' onload=x '",
    "</style>",
)


def shown(language: Language, given: ReportInput | None = None) -> Markup:
    return Markup(render(compose(given or with_history(report_input())), language))


def named(table: str, column: str) -> ReportInput:
    """A run over one declared table of that name with one column of that name."""
    return report_input(
        datasets=(dataset(table, columns=({"name": column},)),),
        results=(
            result("S6-01", table, "fail", columns=(column,), rows=1, row_refs=REFS[:1]),
            result("S6-13", table, "error", reason=column, facts={"kind": table}),
        ),
        scanned=(TableScan(source="shop", table=table, rows=1),),
        classifications=(emails(table, column),),
        plan=None,
        mistakes=(),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_tags_balance_and_the_language_is_said(language: Language) -> None:
    assert ("html", "lang", language) in shown(language).attributes


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_loaded_and_nothing_runs(language: Language) -> None:
    page = shown(language)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form"}
    assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert all(target.startswith("#") for target in page.of("href"))
    assert not re.search(r"url\(|@import|http", "".join(page.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_identifiers_are_unique_and_every_reference_has_a_target(language: Language) -> None:
    page = shown(language)
    ids = page.of("id")
    assert len(ids) == len(set(ids))
    wanted = {target[1:] for target in page.of("href")} | set(page.of("aria-labelledby"))
    assert wanted <= set(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_caption_and_headings_step_down_one_at_a_time(language: Language) -> None:
    tags = [tag for tag, _ in shown(language).tags]
    assert tags.count("table") == tags.count("caption")
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_other_language_is_linked_only_when_it_is_there() -> None:
    report = compose(report_input())
    beside = Beside(other_language="report-2026-11-30.en.html", csv_file="f.csv")
    assert "report-2026-11-30.en.html" in Markup(render(report, "ja", beside)).of("href")
    assert "English version" not in render(report, "ja")


def tags_of(table: str, column: str) -> list[Tag]:
    return shown("en", named(table, column)).tags


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_and_does_nothing(name: str) -> None:
    page = shown("en", named(name, name))
    assert page.tags == tags_of("orders", "email")
    assert name in "".join(page.text)
    assert "49" not in [text.strip() for text in page.text]


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_no_name_changes_the_structure(table: str, column: str) -> None:
    assert tags_of(table, column) == tags_of("orders", "email")


@pytest.mark.parametrize("language", LANGUAGES)
def test_row_references_are_three_and_short(language: Language) -> None:
    html = render(compose(report_input()), language)
    assert REFS[2][:12] in html
    assert REFS[2][:13] not in html
    assert REFS[3][:12] not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_contact_addresses_of_the_policy_are_not_printed(language: Language) -> None:
    assert "@shop.example" not in "".join(shown(language).text)


def test_an_empty_run_renders_and_is_not_green() -> None:
    nothing = report_input(
        results=(), classifications=(), scanned=(), plan=None, runs=(), mistakes=()
    )
    page = "".join(shown("en", nothing).text)
    assert "Could not be fully evaluated" in page
    assert "Complete" not in page


def test_a_contradicted_decision_shows_what_the_person_saw() -> None:
    verdict = {
        "kinds": ("EMAIL_ADDRESS",),
        "hits": 1,
        "rows": 2000,
        "by": "DO",
        "day": date(2026, 11, 20),
        "reason": "x",
    }
    own = dataset("orders", columns=({"name": "id", "category": "none", "verdict": verdict},))
    found = emails("orders", "id").model_copy(update={"standing": "contradicted"})
    page = "".join(shown("en", report_input(classifications=(found,), datasets=(own,))).text)
    assert "decision contradicted" in page
    assert "Data owner decided on 2026-11-20, having seen 1 in 2,000 rows." in page


def test_a_column_outside_every_contract_is_in_the_data_map() -> None:
    extra = report_input(classifications=(classification("orders", "zzz"),), controls=controls())
    assert "zzz" in "".join(shown("en", extra).text)
