"""A made-up Japanese shop of any size, with every piece of personal data that it holds.

Three tables (customers, orders, inquiries) of 42 columns: 100,000 rows are 1.51 million cells. The
same seed gives the same shop.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from benchmarks.detection.shop_draw import Draw, Spans
from include.governance.detect import checks

Row = dict[str, Any]


class Gold(NamedTuple):
    """A true span of personal data in one cell."""

    column: str
    row: int
    start: int
    end: int
    kind: str


@dataclass
class Table:
    """A table with its rows and what is personal in them."""

    name: str
    rows: list[Row] = field(default_factory=list)
    gold: list[Gold] = field(default_factory=list)

    def whole(self, row: int, column: str, kind: str) -> None:
        """The whole cell is personal, when it holds anything."""
        value = self.rows[row][column]
        if value:
            self.gold.append(Gold(column, row, 0, len(value), kind))


def shop(rows: int, seed: int = 20_261_123) -> tuple[Table, Table, Table]:
    """Customers, orders and inquiries: three, five and two of ten rows."""
    return _Maker(random.Random(seed)).tables(rows)


class _Maker(Draw):
    """Puts rows together from what is drawn."""

    def tables(self, rows: int) -> tuple[Table, Table, Table]:
        customers = Table("customers")
        for number in range(rows * 3 // 10):
            self.customer(customers, number)
        orders = Table("orders")
        for number in range(rows * 5 // 10):
            self.order(orders, number, customers)
        inquiries = Table("inquiries")
        for number in range(rows * 2 // 10):
            self.inquiry(inquiries, number, len(customers.rows))
        return customers, orders, inquiries

    def customer(self, table: Table, n: int) -> None:
        c = self.c
        name, kana = self.english_pair() if c.random() < 0.06 else self.pair()
        memo, memo_gold = self.text(0.6) if c.random() < 0.25 else (None, [])
        profile, profile_gold = self.profile()
        table.rows.append({
            "customer_id": 100_000 + n,
            "氏名": name,
            "name_kana": kana,
            "email": self.email(),
            "電話番号": self.phone() if c.random() < 0.93 else None,
            "postal_code": self.postal(),
            "住所": self.address(),
            "birth_date": self.birth() if c.random() < 0.9 else None,
            "gender": c.choice(("回答しない", "女性", "男性", "F", "M")),
            "rank": c.choice(("REGULAR", "SILVER", "GOLD", "PLATINUM")),
            "newsletter": c.random() < 0.5,
            "registered_at": self.moment(),
            "last_ip": self.ip(),
            "profile_json": profile,
            "備考": memo,
            "legacy_no": self.legacy(),
        })  # fmt: skip
        for column, kind in (
            ("氏名", "PERSON"), ("name_kana", "PERSON"), ("email", "EMAIL_ADDRESS"),
            ("電話番号", "PHONE_NUMBER"), ("postal_code", "JP_POSTAL_CODE"), ("住所", "ADDRESS"),
            ("birth_date", "DATE_OF_BIRTH"), ("last_ip", "IP_ADDRESS"),
        ):  # fmt: skip
            table.whole(n, column, kind)
        if checks.is_my_number(str(table.rows[n]["legacy_no"])):
            table.whole(n, "legacy_no", "JP_MY_NUMBER")
        self.note(table, n, "profile_json", profile_gold)
        self.note(table, n, "備考", memo_gold)

    def order(self, table: Table, n: int, customers: Table) -> None:
        c = self.c
        buyer = c.randrange(len(customers.rows))
        own = customers.rows[buyer]
        gift, gift_gold = self.gift() if c.random() < 0.08 else (None, [])
        same = c.random() < 0.7
        brand = c.choice(self.w.brands)
        table.rows.append({
            "order_id": f"{c.randint(23, 26)}{c.randint(1, 12):02d}{c.randint(1, 28):02d}"
            f"{c.randrange(10**6):06d}",
            "customer_id": 100_000 + buyer,
            "ordered_at": self.moment(),
            "sku": self.sku(),
            "jan": self.jan(),
            "product_name": f"{brand} {c.choice(self.w.goods)}／{c.choice(self.w.colours)}",
            "qty": c.randint(1, 4),
            "price": c.randint(10, 800) * 100,
            "ship_name": own["氏名"] if same else self.pair()[0],
            "ship_address": own["住所"] if same else self.address(),
            "ship_phone": (own["電話番号"] if same else self.phone()),
            "payment": c.choice(("credit", "amazonpay", "cod", "paypay", "konbini")),
            "card_masked": f"**** **** **** {c.randrange(10**4):04d}" if c.random() < 0.2 else None,
            "tracking_no": str(c.randrange(10**11, 10**12)),
            "status": c.choice(("ordered", "shipped", "delivered", "returned", "cancelled")),
            "gift_message": gift,
            "session": self.uuid(),
        })  # fmt: skip
        for column, kind in (
            ("ship_name", "PERSON"), ("ship_address", "ADDRESS"), ("ship_phone", "PHONE_NUMBER"),
        ):  # fmt: skip
            table.whole(n, column, kind)
        self.note(table, n, "gift_message", gift_gold)

    def inquiry(self, table: Table, n: int, customers: int) -> None:
        c = self.c
        body, body_gold = self.text(0.5)
        reply, reply_gold = self.text(0.3) if c.random() < 0.7 else (None, [])
        head = "ご連絡ありがとうございます。\n"
        log, log_gold = self.log()
        table.rows.append({
            "inquiry_id": 500_000 + n,
            "customer_id": 100_000 + c.randrange(customers),
            "created_at": self.moment(),
            "channel": c.choice(("tel", "line", "chat", "mail")),
            "subject": c.choice(("ポイントについて", "サイズ交換", "会員情報の変更", "その他")),
            "body": body,
            "reply": head + reply if reply else None,
            "agent": c.choice(self.w.family)[0],
            "raw_log": log,
        })  # fmt: skip
        table.whole(n, "agent", "PERSON")
        self.note(table, n, "body", body_gold)
        shifted = [(start + len(head), end + len(head), kind) for start, end, kind in reply_gold]
        self.note(table, n, "reply", shifted)
        self.note(table, n, "raw_log", log_gold)

    def note(self, table: Table, row: int, column: str, spans: Spans) -> None:
        table.gold.extend(Gold(column, row, *span) for span in spans)

    def text(self, personal: float) -> tuple[str, Spans]:
        """One to three sentences and the spans of what is personal in them."""
        text = ""
        spans: Spans = []
        for number in range(self.c.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3))):
            chosen = self.w.personal if self.c.random() < personal else self.w.plain
            more, found = self.filled(self.c.choice(chosen))
            offset = len(text) + (number > 0)
            text = f"{text}\n{more}" if number else more
            spans.extend((start + offset, end + offset, kind) for start, end, kind in found)
        return text, spans

    def gift(self) -> tuple[str, Spans]:
        return self.filled(self.c.choice(self.w.gifts + self.w.plain_gifts))

    def profile(self) -> tuple[str, Spans]:
        c = self.c
        if c.random() < 0.42:
            return '{"lang": "ja", "size": "L"}', []
        parts: dict[str, Any] = {"lang": "ja", "sns_id": self.login()}
        kinds: dict[str, str] = {}
        for key, kind, make in (
            ("sub_mail", "EMAIL_ADDRESS", self.email),
            ("emergency_tel", "PHONE_NUMBER", self.phone),
            ("family_name", "PERSON", lambda: "".join(self.name_parts()[:2])),
        ):
            if c.random() < 0.45:
                parts[key] = make()
                kinds[key] = kind
        parts |= {"size": "M", "fav": [c.randrange(10**6, 10**7) for _ in range(3)]}
        text = json.dumps(parts, ensure_ascii=False)
        spans = []
        for key, kind in kinds.items():
            start = text.index(f'"{key}": "') + len(key) + 5
            spans.append((start, start + len(parts[key]), kind))
        return text, spans

    def log(self) -> tuple[str, Spans]:
        c = self.c
        parts: dict[str, Any] = {
            "ua": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)",
            "ip": self.ip(),
            "req": self.uuid(),
            "ts": c.randrange(1_670_000_000_000, 1_760_000_000_000),
        }
        if c.random() < 0.3:
            parts["login"] = self.email()
        text = json.dumps(parts, separators=(",", ":"))
        spans = []
        for key, kind in (("ip", "IP_ADDRESS"), ("login", "EMAIL_ADDRESS")):
            if key in parts:
                start = text.index(f'"{key}":"') + len(key) + 4
                spans.append((start, start + len(parts[key]), kind))
        return text, spans
