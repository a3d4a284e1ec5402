"""Make one value of each sort that columns of real tables hold; the luck is the caller's."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

from benchmarks.detection.pools import POOLS
from include.governance.detect.checks import is_card, is_my_number

Value = object
Maker = Callable[[Random], Value]


def _digits(luck: Random, count: int) -> str:
    return "".join(luck.choices(string.digits, k=count))


def _day(luck: Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(days=luck.randrange(365 * (last - first)))


def _moment(luck: Random) -> datetime:
    return datetime(2024, 1, 1) + timedelta(seconds=luck.randrange(60_000_000))  # noqa: DTZ001


def _en_name(luck: Random) -> str:
    return f"{_word(luck, 'en_given')} {_word(luck, 'en_family')}"


def _ja_name(luck: Random) -> str:
    gap = luck.choice(("", " ", "\u3000"))
    return _word(luck, "ja_family") + gap + _word(luck, "ja_given")


def _user(luck: Random) -> str:
    given, family = _word(luck, "en_given"), _word(luck, "en_family")
    plain = "".join(c for c in f"{given}.{family}".lower() if c.isascii() and c not in "'-")
    return plain + str(luck.randrange(100))


def _host(luck: Random) -> str:
    return _word(luck, "words") + luck.choice((".example", ".example.com", ".co.jp", ".org"))


def _email(luck: Random) -> str:
    return f"{_user(luck)}@{_host(luck)}"


def _us_phone(luck: Random) -> str:
    area, middle, last = luck.randrange(201, 990), luck.randrange(200, 999), _digits(luck, 4)
    form = luck.choice(("{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "+1 {} {} {}", "1-{}-{}-{}"))
    return form.format(area, middle, last)


def _ja_phone(luck: Random) -> str:
    if luck.random() < 0.3:
        return f"0{luck.choice('36')}-{luck.randrange(2000, 9999)}-{_digits(luck, 4)}"
    parts = f"0{luck.choice('789')}0", str(luck.randrange(1000, 9999)), _digits(luck, 4)
    return luck.choice(("-", "", "-")).join(parts)


def _uk_phone(luck: Random) -> str:
    return f"+44 20 {luck.randrange(7000, 8999)} {_digits(luck, 4)}"


def _street(luck: Random) -> str:
    name, end = _word(luck, "en_streets"), _word(luck, "en_street_ends")
    return f"{luck.randrange(1, 12000)} {name} {end}"


def _us_address(luck: Random) -> str:
    place = f"{_word(luck, 'en_cities')}, {_word(luck, 'us_states')}"
    return f"{_street(luck)}, {place} {luck.randrange(10000, 99999)}"


def _ja_address(luck: Random) -> str:
    numbers = "-".join(str(luck.randrange(1, 30)) for _ in range(3))
    room = luck.choice(("", f" メゾン{_word(luck, 'ja_family')}{luck.randrange(101, 999)}"))
    return _word(luck, "ja_towns").replace("/", "") + numbers + room


def _card(luck: Random) -> str:
    while True:
        head = luck.choice(("4", "51", "52", "3530", "34", "37"))
        body = head + _digits(luck, (15 if head[:2] in ("34", "37") else 16) - len(head) - 1)
        for last in string.digits:
            if is_card(body + last):
                return body + last


def _spaced(number: str) -> str:
    cuts = (4, 10) if len(number) == 15 else (4, 8, 12)
    return " ".join(number[a:b] for a, b in pairwise((0, *cuts, len(number))))


def _my_number(luck: Random) -> str:
    body = _digits(luck, 11)
    return next((body + d for d in string.digits if is_my_number(body + d)), body + "0")


def _ssn(luck: Random) -> str:
    return f"{luck.randrange(1, 665):03d}-{luck.randrange(1, 99):02d}-{luck.randrange(1, 9999):04d}"


def _iban(luck: Random) -> str:
    body = _digits(luck, 18)
    check = 98 - int(body + "131400") % 97
    return f"DE{check:02d}{body}"


def _vin(luck: Random) -> str:
    return "".join(luck.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=17))


def _hexes(luck: Random, count: int) -> str:
    return f"{luck.getrandbits(4 * count):0{count}x}"


def _uuid(luck: Random) -> str:
    return "-".join(_hexes(luck, count) for count in (8, 4, 4, 4, 12))


def _ip(luck: Random) -> str:
    return ".".join(str(luck.randrange(1, 255)) for _ in range(4))


def _ip6(luck: Random) -> str:
    return "2001:db8:" + ":".join(_hexes(luck, 4) for _ in range(6))


def _wareki(luck: Random) -> str:
    return f"昭和{luck.randrange(20, 63)}年{luck.randrange(1, 12)}月{luck.randrange(1, 28)}日"


def _text(luck: Random, pool: str) -> str:
    return " ".join(luck.sample(POOLS[pool], 2))


def _contact_text(luck: Random) -> str:
    said = _text(luck, "en_sentences")
    return f"{said} Call {_us_phone(luck)} or {_email(luck)}." if luck.random() < 0.2 else said


def _ja_contact_text(luck: Random) -> str:
    said = _text(luck, "ja_sentences")
    return f"{said}{_ja_name(luck)}です。{_ja_phone(luck)}へ" if luck.random() < 0.2 else said


def _contact_json(luck: Random) -> str:
    return json.dumps({"lang": "ja", "contact": {"mail": _email(luck)}, "n": luck.randrange(9)})


def _word(luck: Random, pool: str) -> str:
    return luck.choice(POOLS[pool])


def _of(pool: str) -> Maker:
    return lambda luck: _word(luck, pool)


def _choice(words: tuple[str, ...]) -> Maker:
    return lambda luck: luck.choice(words)


MAKERS: dict[str, Maker] = {
    "age": lambda luck: luck.randrange(18, 90),
    "amount": lambda luck: round(luck.uniform(1, 900), 2),
    "bic": lambda luck: "".join(luck.choices(string.ascii_uppercase, k=4)) + "DEFF",
    "bool": lambda luck: luck.random() < 0.5,
    "brand": _of("brands"),
    "card": _card,
    "card_spaced": lambda luck: _spaced(_card(luck)),
    "card_masked": lambda luck: f"**** **** **** {_digits(luck, 4)}",
    "card_brand": _choice(("visa", "mastercard", "amex", "jcb")),
    "category": _choice(("Kitchen", "Garden", "Women", "Men", "Kids", "Outlet")),
    "city": _of("en_cities"),
    "colour": _choice(("Olive", "Rose", "Amber", "Navy", "Violet", "Ruby", "Sienna", "Black")),
    "company": _of("companies"),
    "contact_json": _contact_json,
    "contact_text": _contact_text,
    "country": _of("countries"),
    "currency": _choice(("USD", "JPY", "EUR", "GBP")),
    "cvv": lambda luck: _digits(luck, 3),
    "date": lambda luck: _day(luck, 2022, 2026).isoformat(),
    "department": _choice(("Sales", "Engineering", "Finance", "Legal", "Support")),
    "dob": lambda luck: _day(luck, 1940, 2008).isoformat(),
    "dob_date": lambda luck: _day(luck, 1940, 2008),
    "dob_jp": lambda luck: f"{_day(luck, 1940, 2008):%Y年%m月%d日}",
    "dob_slash": lambda luck: f"{_day(luck, 1940, 2008):%Y/%m/%d}",
    "dob_us": lambda luck: f"{_day(luck, 1940, 2008):%m/%d/%Y}",
    "dob_wareki": _wareki,
    "domain": _host,
    "email": _email,
    "en_family": _of("en_family"),
    "en_given": _of("en_given"),
    "en_name": _en_name,
    "en_name_comma": lambda luck: ", ".join(reversed(_en_name(luck).split(" ", 1))),
    "en_name_upper": lambda luck: _en_name(luck).upper(),
    "en_product": _of("en_products"),
    "en_text": lambda luck: _text(luck, "en_sentences"),
    "epoch_ms": lambda luck: 1_690_000_000_000 + luck.randrange(10**11),
    "event": _choice(("page_view", "add_to_cart", "purchase", "login", "logout")),
    "file": lambda luck: f"/var/data/{_word(luck, 'words')}_{luck.randrange(99)}.csv",
    "flag": lambda luck: luck.randrange(2),
    "gender": _choice(("M", "F")),
    "hash": lambda luck: _hexes(luck, 64),
    "host": lambda luck: f"{_word(luck, 'words')}-{luck.randrange(9)}.prod.internal",
    "iban": _iban,
    "initial": lambda luck: luck.choice(string.ascii_uppercase),
    "ip": _ip,
    "ip6": _ip6,
    "ja_address": _ja_address,
    "ja_brand": _of("ja_brands"),
    "ja_city": lambda luck: _word(luck, "ja_towns").split("/")[1],
    "ja_company": _of("ja_companies"),
    "ja_contact_text": _ja_contact_text,
    "ja_family": _of("ja_family"),
    "ja_given": _of("ja_given"),
    "ja_job": _of("ja_jobs"),
    "ja_name": _ja_name,
    "ja_phone": _ja_phone,
    "ja_phone_int": lambda luck: int(f"{luck.choice('789')}0{_digits(luck, 8)}"),
    "ja_prefecture": lambda luck: _word(luck, "ja_towns").split("/")[0],
    "ja_product": _of("ja_products"),
    "ja_status": _choice(("受付中", "発送済", "完了", "取消")),
    "ja_subject": _choice(("サイズ交換", "返品について", "ポイントについて", "配送状況")),
    "ja_text": lambda luck: _text(luck, "ja_sentences"),
    "ja_zip": lambda luck: f"{_digits(luck, 3)}-{_digits(luck, 4)}",
    "ja_zip_bare": lambda luck: _digits(luck, 7),
    "jan": lambda luck: f"49{_digits(luck, 11)}",
    "job": _of("jobs"),
    "kana_name": lambda luck: f"{_word(luck, 'kana_family')} {_word(luck, 'kana_given')}",
    "last4": lambda luck: _digits(luck, 4),
    "latitude": lambda luck: round(luck.uniform(-90, 90), 6),
    "locale": _choice(("en-US", "ja-JP", "de-DE", "fr-FR")),
    "log_plain": lambda luck: f"GET /items/{luck.randrange(9999)} 200 {luck.randrange(900)}ms",
    "log_email": lambda luck: f"login failed for {_email(luck)} from {_ip(luck)}",
    "mac": lambda luck: ":".join(_hexes(luck, 2) for _ in range(6)),
    "moment": lambda luck: _moment(luck).isoformat(" "),
    "my_number": _my_number,
    "office_phone": lambda luck: f"0120-{_digits(luck, 3)}-{_digits(luck, 3)}",
    "order12": lambda luck: f"25{luck.randrange(1, 12):02d}{_digits(luck, 8)}",
    "passport_jp": lambda luck: f"T{luck.choice('RKZ')}{_digits(luck, 7)}",
    "percent": lambda luck: f"{luck.randrange(100)}%",
    "phone_ext": lambda luck: _digits(luck, 4),
    "plant": _of("plants"),
    "quantity": lambda luck: luck.randrange(1, 20),
    "rank": _choice(("GOLD", "SILVER", "REGULAR")),
    "serial": lambda luck: luck.randrange(1, 900_000),
    "size": _choice(("S", "M", "L", "XL")),
    "sku": lambda luck: f"{luck.choice(('HCB', 'TR', 'WJ'))}-{_digits(luck, 4)}-BLK",
    "sku_passport": lambda luck: f"TR{_digits(luck, 7)}",
    "ssn": _ssn,
    "state": _of("us_states"),
    "status": _choice(("active", "pending", "closed")),
    "street": _street,
    "team": _of("teams"),
    "token": lambda luck: f"tok_{_hexes(luck, 16)}",
    "tracking12": lambda luck: _digits(luck, 12),
    "tracking16": lambda luck: "4" + _digits(luck, 15),
    "uk_phone": _uk_phone,
    "url": lambda luck: f"https://{_host(luck)}/{_word(luck, 'words')}?id={luck.randrange(999)}",
    "us_address": _us_address,
    "us_phone": _us_phone,
    "us_phone_bare": lambda luck: (
        f"{luck.randrange(201, 990)}{luck.randrange(200, 999)}" + _digits(luck, 4)
    ),
    "us_zip": lambda luck: f"{luck.randrange(501, 99950):05d}",
    "user": _user,
    "user_agent": _choice(
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5)", "Mozilla/5.0 (X11) Chrome/120.0.0.0")
    ),
    "uuid": _uuid,
    "version": lambda luck: ".".join(str(luck.randrange(20)) for _ in range(4)),
    "vin": _vin,
    "wallet": lambda luck: "0x" + _hexes(luck, 40),
    "word": _of("words"),
    "year": lambda luck: luck.randrange(1990, 2026),
}
