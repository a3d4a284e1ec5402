"""Check digits agree with python-stdnum and with the papers' own examples."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata
from stdnum import luhn as stdnum_luhn
from stdnum.jp import cn as stdnum_corporate_number
from stdnum.jp import in_ as stdnum_my_number

from include.governance.detect import checks

numbers = st.text(alphabet="0123456789", min_size=1, max_size=19)
twelve = st.text(alphabet="0123456789", min_size=12, max_size=12)


@given(numbers)
def test_luhn_agrees_with_stdnum(number: str) -> None:
    assert checks.luhn(number) == stdnum_luhn.is_valid(number)


@given(twelve)
def test_my_number_agrees_with_stdnum(number: str) -> None:
    if len(set(number)) > 1:
        assert checks.is_my_number(number) == stdnum_my_number.is_valid(number)


@given(st.text(alphabet="0123456789", min_size=11, max_size=11))
def test_exactly_one_check_digit_makes_a_my_number(body: str) -> None:
    valid = [digit for digit in "0123456789" if checks.is_my_number(body + digit)]
    assert len(valid) == 1 or len(set(body)) == 1


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(1, 9))
def test_corporate_number_agrees_with_stdnum(body: str, first: int) -> None:
    number = f"{first}{body}"
    if len(set(number)) > 1:
        assert checks.is_corporate_number(number) == stdnum_corporate_number.is_valid(number)


PLAN = PhoneMetadata.metadata_for_region("JP")


@pytest.mark.parametrize(
    ("national", "is_of_kind"),
    [
        (PLAN.fixed_line.national_number_pattern, checks.is_personal_phone),
        (PLAN.mobile.national_number_pattern, checks.is_personal_phone),
        (PLAN.voip.national_number_pattern, checks.is_personal_phone),
        (PLAN.uan.national_number_pattern, checks.is_business_phone),
        (PLAN.premium_rate.national_number_pattern, checks.is_business_phone),
    ],
    ids=["fixed line", "mobile", "voice over IP", "navi-dial", "premium rate"],
)
@given(data=st.data())
def test_the_plan_knows_every_number_of_phonenumbers(
    national: str, is_of_kind: Callable[[str], bool], data: st.DataObject
) -> None:
    number = data.draw(st.from_regex(re.compile(national, re.ASCII), fullmatch=True))
    assert is_of_kind("0" + number)


@given(st.text())
def test_no_check_raises_on_any_text(text: str) -> None:
    for check in (
        checks.luhn,
        checks.is_my_number,
        checks.is_card,
        checks.is_labelled_card,
        checks.is_article_number,
        checks.is_corporate_number,
        checks.is_business_phone,
        checks.is_driver_licence,
        checks.is_health_insurer,
        checks.is_personal_phone,
        checks.names_a_host,
    ):
        assert check(text) in (True, False)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("4111111111111111", True),
        ("2223003122003222", True),
        ("3530111333300000", True),
        ("378282246310005", True),
        ("6200000000000005", True),
        ("180045984582343", True),
        ("4901234567894", False),
        ("9111111111111111", False),
        ("4111111111111112", False),
        ("0000000000000000", False),
    ],
)
def test_a_card_needs_issuer_length_and_luhn(number: str, expected: bool) -> None:
    assert checks.is_card(number) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("09012345678", True),
        ("0334567890", True),
        ("09002345678", False),
        ("0120123456", False),
        ("08001234567", False),
        ("0570012345", False),
        ("1234567890", False),
    ],
)
def test_a_personal_phone_is_in_the_numbering_plan(number: str, expected: bool) -> None:
    assert checks.is_personal_phone(number) is expected


@pytest.mark.parametrize(
    ("field", "expected"), [("L898902C36", True), ("L898902C35", False), ("TR12345672", True)]
)
def test_a_machine_readable_field_ends_in_its_check_digit(field: str, expected: bool) -> None:
    assert checks.is_machine_readable(field) is expected
