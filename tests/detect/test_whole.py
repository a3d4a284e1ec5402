"""The short cut for plain values gives Presidio's answer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from include.governance.detect.hit import Hit
from include.governance.detect.values import ALL, _analyse, _cut, _resolve
from include.governance.detect.whole import whole_hit

label = st.from_regex(r"[a-z0-9](?:[a-z0-9\-]{0,10}[a-z0-9])?", fullmatch=True)
emails = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._\-]{0,20}", fullmatch=True),
    label,
    st.sampled_from(["jp", "co.jp", "example", "com"]),
)
numbers = st.from_regex(r"[0-9]{1,20}|0[5-9]0[0-9]{8}|4[0-9]{15}", fullmatch=True)
phones = st.from_regex(r"0[5-9]0-[0-9]{4}-[0-9]{4}", fullmatch=True)
addresses = st.ip_addresses(v=4).map(str)


@settings(max_examples=300, deadline=None)
@given(st.one_of(emails, numbers, phones, addresses))
def test_the_short_cut_agrees_with_the_recognisers(text: str) -> None:
    short = whole_hit(text)
    if short is None:
        return
    (piece,) = _cut(0, text)
    full: tuple[Hit, ...] = _resolve(list(_analyse(piece, sorted(ALL - {"CARD_SECURITY_CODE"}))))
    assert full == ((short,) if short else ())
