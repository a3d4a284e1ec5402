"""The shop: members, orders, deliveries, payments and carts."""

from __future__ import annotations

from sqlalchemy import Column

from include.demo.columns import at, day, number, ref, text, words
from include.demo.metadata import SHOP, table

MEMBERS = table(
    SHOP,
    "shop_members",
    number("member_id", key=True),
    text("registration_site"),
    text("customer_category", 50),
    text("family_name"),
    text("given_name"),
    text("family_name_kana"),
    text("given_name_kana"),
    text("gender", 10),
    day("date_of_birth"),
    Column("email", words(254), index=True),
    text("postal_code", 20),
    text("prefecture", 50),
    text("city"),
    text("street", 200),
    text("phone", 50),
    number("mail_magazine_flag"),
    text("membership_rank", 50),
    at("registered_at"),
    at("last_login_at"),
    at("last_purchase_at"),
    at("withdrawn_at"),
    text("status", 50),
    text("password_hash", 200),
    text("acquisition_channel", 50),
    text("policy_version", 50),
    at("email_bounced_at"),
    at("updated_at"),
    at("use_suspended_at"),
)
ORDERS = table(
    SHOP,
    "shop_orders",
    number("order_id", key=True),
    ref("member_id", "shop_members.member_id"),
    text("order_no", 50),
    at("ordered_at"),
    text("status", 50),
    number("total_amount"),
    text("billing_name", 200),
    text("billing_email", 254),
    text("billing_phone", 50),
    at("anonymised_at"),
)
ORDER_ITEMS = table(
    SHOP,
    "shop_order_items",
    number("item_id", key=True),
    ref("order_id", "shop_orders.order_id"),
    text("sku", 50),
    text("product_name", 200),
    number("qty"),
    number("unit_price"),
)
DELIVERIES = table(
    SHOP,
    "shop_deliveries",
    number("delivery_id", key=True),
    ref("order_id", "shop_orders.order_id"),
    text("recipient_name", 200),
    text("postal_code", 20),
    text("prefecture", 50),
    text("street", 250),
    text("phone", 50),
    text("carrier_id", 50),
    at("shipped_at"),
    at("delivered_at"),
    text("returned_reason", 200),
    text("delivery_note", 500),
)
PAYMENTS = table(
    SHOP,
    "shop_payments",
    number("payment_id", key=True),
    ref("order_id", "shop_orders.order_id"),
    text("method", 50),
    text("psp_id", 50),
    text("card_token"),
    text("card_last4", 10),
    number("amount"),
    at("billed_at"),
    text("card_no_legacy", 50),
    text("security_code", 10),
)
PAYMENT_TOKENS = table(
    SHOP,
    "shop_payment_tokens",
    number("token_id", key=True),
    ref("member_id", "shop_members.member_id"),
    text("token"),
    text("card_last4", 10),
    day("expires_on", clock=True),
    at("created_at"),
    at("removed_at"),
)
CARTS = table(
    SHOP,
    "shop_carts",
    number("cart_id", key=True),
    ref("member_id", "shop_members.member_id"),
    at("updated_at"),
)
