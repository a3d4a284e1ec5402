"""Sections 7 and 8: provision to third parties, abroad, and data about devices."""

from __future__ import annotations

from collections.abc import Iterator

from include.demo import schema
from include.demo.company import Company
from include.demo.moment import Moment
from include.demo.plants.plant import Plant, added, changed
from include.demo.rows import Row, provision, recipient, transfers

_TRANSFERS = """
T50 9 shop_members email 100 R-ADNET third P4 - - - - 20 1
T51 9 shop_members email 100 R-OUTSIDE third P4 consent - - - 21 1
T52 9 shop_members email 1 R-ADNET third P4 consent 15 - - 22 1
T53 9 shop_members email 1 R-ADNET third P4 consent 16 - - 23 1
T54 9 shop_orders name 1 R-POLICE authority P1 27-1-1 - - CPO 24 1
T55 9 shop_orders name 1 R-POLICE authority P1 policy-7-4 - memo - 25 1
T56 9 shop_orders name,order 50 R-US entrustment P1 27-5-1 - - - - 1
T60 9 dwh_web_events usage 1000 R-DMP2 personal_related P5 - - - - - 1
"""


def provisions(company: Company) -> Iterator[Plant]:
    """Transfers without consent, record or approval, and addresses inside web events."""
    moment = company.moment
    abroad = recipient(
        *("R-US", "Umi Analytics Inc.", "subcontractor", "hosting"),
        country="US",
        nda_signed_at=moment.fixed(2024, 1, 1),
        contract_end=moment.fixed(2028, 1, 1),
        last_audit_at=moment.day(100),
    )
    linking = recipient("R-DMP2", "Hoshi DMP", "third", "ads", links_identity=1)
    yield added(schema.RECIPIENTS, [abroad, linking])
    yield added(schema.TRANSFERS, transfers(moment, _TRANSFERS))
    yield added(schema.PROVISION_RECORDS, _records(moment))
    yield changed(schema.WEB_EVENTS, [20, 21], page_url="/mypage?email=user0007%40mail2.example")


def _records(moment: Moment) -> list[Row]:
    on, long_ago = moment.day(9), moment.fixed(2021, 1, 10)
    return [
        *(_complete(moment, transfer_id) for transfer_id in ("T50", "T51")),
        provision(
            *("PR53", on),
            transfer_id="T53",
            kind="personal_data",
            recipient_name="Sora DMP",
            subject_ref="member:23",
            items="email",
            consent_ref="consent:16",
        ),
        provision(
            *("PROLD", long_ago),
            kind="personal_data",
            recipient_name="Furui Ads",
            recipient_address="大阪府1",
            representative="代表",
            subject_ref="m",
            items="email",
            consent_ref="c",
        ),
        provision(
            *("PR60", on),
            transfer_id="T60",
            kind="personal_related",
            recipient_name="Hoshi DMP",
            subject_ref="cookie",
        ),
    ]


def _complete(moment: Moment, transfer_id: str) -> Row:
    return provision(
        *(f"PR{transfer_id}", moment.day(9)),
        transfer_id=transfer_id,
        kind="personal_data",
        recipient_name="x",
        recipient_address="y",
        representative="z",
        subject_ref="m",
        items="email",
        consent_ref="-",
    )
