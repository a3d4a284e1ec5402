"""Section 6, requests: answers that came late, without reason, without identity, in part."""

from __future__ import annotations

import json
from collections.abc import Iterator

from include.demo import schema
from include.demo.company import Company
from include.demo.members import member
from include.demo.places import other_city
from include.demo.plants.plant import Plant, added, members
from include.demo.rows import requests

_REQUESTS = """
Q20 120 correction 20 19 granted 15 15 15 0 -
Q30 150 disclosure 20 18 - - - - 0 -
Q31 151 erasure 45 44 - - - - 0 -
Q32 152 disclosure 25 - granted 20 20 20 0 -
Q33 153 suspension 25 24 refused - - 20 0 -
Q34 154 suspension 70 69 granted 65 65 65 0 -
Q35 155 correction 25 24 granted 20 20 20 500 -
Q36 - complaint 300 299 granted 280 280 280 0 -
Q37 10 records_disclosure 20 19 granted 15 15 15 0 0
"""


def rights(company: Company) -> Iterator[Plant]:
    """The requests; member 154 has had mail after use was suspended."""
    city = other_city(member(company, 120).home.city)
    payloads = {"Q20": json.dumps({"city": city}, ensure_ascii=False), "Q35": "{}"}
    yield added(schema.DSR, requests(company.moment, _REQUESTS, payloads))
    yield members(154, use_suspended_at=company.moment.at(65))
