"""The tables of the demo company, one metadata per source."""

from __future__ import annotations

from sqlalchemy import MetaData

from include.demo.metadata import CRM, DWH, GOV, OPS, SHOP, SUPPORT, UNDECLARED
from include.demo.registers import (
    DATA_MAP,
    DELETIONS,
    DSR,
    HOLDS,
    INCIDENTS,
    JOINT_ITEMS,
    POLICY_DOC,
    POLICY_VERSIONS,
    PROVISION_RECORDS,
    PURPOSE_CATEGORIES,
    PURPOSE_SERVICES,
    RECIPIENTS,
    REVIEWS,
    TRAINING,
)
from include.demo.shop_tables import (
    CARTS,
    DELIVERIES,
    MEMBERS,
    ORDER_ITEMS,
    ORDERS,
    PAYMENT_TOKENS,
    PAYMENTS,
)
from include.demo.side_tables import (
    ACCESS_GRANTS,
    APP_LOGS,
    CAMPAIGN_ENTRIES,
    CAMPAIGNS,
    CONSENTS,
    INQUIRIES,
    JOBS,
    MAIL_EVENTS,
    MEMBER_FEATURES,
    MEMBERS_PSEUDO,
    PURCHASES_ANON,
    SURVEYS,
    TRANSFERS,
    VIP_LIST,
    WEB_EVENTS,
)

SOURCES: dict[str, MetaData] = {
    "shop": SHOP,
    "crm": CRM,
    "support": SUPPORT,
    "dwh": DWH,
    "ops": OPS,
    "gov": GOV,
}

__all__ = [
    "ACCESS_GRANTS",
    "APP_LOGS",
    "CAMPAIGNS",
    "CAMPAIGN_ENTRIES",
    "CARTS",
    "CONSENTS",
    "DATA_MAP",
    "DELETIONS",
    "DELIVERIES",
    "DSR",
    "HOLDS",
    "INCIDENTS",
    "INQUIRIES",
    "JOBS",
    "JOINT_ITEMS",
    "MAIL_EVENTS",
    "MEMBERS",
    "MEMBERS_PSEUDO",
    "MEMBER_FEATURES",
    "ORDERS",
    "ORDER_ITEMS",
    "PAYMENTS",
    "PAYMENT_TOKENS",
    "POLICY_DOC",
    "POLICY_VERSIONS",
    "PROVISION_RECORDS",
    "PURCHASES_ANON",
    "PURPOSE_CATEGORIES",
    "PURPOSE_SERVICES",
    "RECIPIENTS",
    "REVIEWS",
    "SOURCES",
    "SURVEYS",
    "TRAINING",
    "TRANSFERS",
    "UNDECLARED",
    "VIP_LIST",
    "WEB_EVENTS",
]
