"""The clean company as a stream of table parts, never more than a chunk of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from sqlalchemy import Table

from include.demo import analytics, contacts, evidence, office, sales, schema
from include.demo.company import Company
from include.demo.members import CHUNK, ORDERS_PER_SCALE
from include.demo.rows import Row

Part = tuple[Table, Iterable[Row]]
Generate = Callable[[Company, Iterable[int]], Iterator[Row]]

# Tables that tell about the same ids are made chunk by chunk side by side, so that each
# member and each order is drawn once for all of them.
_GROUPS: tuple[tuple[str, int, tuple[tuple[Table, Generate], ...]], ...] = (
    (
        *("member", 300),
        (
            (schema.MEMBERS, sales.members),
            (schema.CONSENTS, contacts.consents),
            (schema.MAIL_EVENTS, contacts.mail_events),
            (schema.MEMBER_FEATURES, analytics.member_features),
            (schema.MEMBERS_PSEUDO, analytics.members_pseudo),
        ),
    ),
    (
        *("order", ORDERS_PER_SCALE),
        (
            (schema.ORDERS, sales.orders),
            (schema.ORDER_ITEMS, sales.order_items),
            (schema.DELIVERIES, sales.deliveries),
            (schema.PAYMENTS, sales.payments),
        ),
    ),
    (
        *("member", 60),
        (
            (schema.PAYMENT_TOKENS, sales.payment_tokens),
            (schema.CARTS, sales.carts),
            (schema.SURVEYS, contacts.surveys),
            (schema.INQUIRIES, contacts.inquiries),
        ),
    ),
    ("entry", 60, ((schema.CAMPAIGN_ENTRIES, contacts.campaign_entries),)),
    ("log", 60, ((schema.APP_LOGS, analytics.app_logs),)),
    ("web", 299, ((schema.WEB_EVENTS, analytics.web_events),)),
    ("anonymised", 400, ((schema.PURCHASES_ANON, analytics.purchases_anon),)),
)


def base(company: Company) -> Iterator[Part]:
    """All parts of all tables, parents before children."""
    campaigns = (schema.CAMPAIGNS, contacts.campaigns(company))
    return chain(
        _generated(company), [campaigns], evidence.evidence(company), office.registers(company)
    )


def _generated(company: Company) -> Iterator[Part]:
    for kind, per_scale, tables in _GROUPS:
        ids = company.ids(kind, per_scale)
        while chunk := list(islice(ids, CHUNK)):
            for table, generate in tables:
                yield table, generate(company, chunk)
