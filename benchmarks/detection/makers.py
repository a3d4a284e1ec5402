"""What makes the values of a column of each sort, by its name in ``columns.txt``."""

from __future__ import annotations

import string
from collections.abc import Callable
from random import Random

from benchmarks.detection import values

Value = object
Maker = Callable[[Random], Value]


def _of(pool: str) -> Maker:
    return lambda luck: values.word(luck, pool)


def _choice(words: tuple[str, ...]) -> Maker:
    return lambda luck: luck.choice(words)


MAKERS: dict[str, Maker] = {
    "account7": lambda luck: values.digits(luck, 7),
    "age": lambda luck: luck.randrange(18, 90),
    "allergies": _of("allergies"),
    "amount": lambda luck: round(luck.uniform(1, 900), 2),
    "animal": _of("animals"),
    "bic": lambda luck: "".join(luck.choices(string.ascii_uppercase, k=4)) + "DEFF",
    "bool": lambda luck: luck.random() < 0.5,
    "brand": _of("brands"),
    "car": _of("cars"),
    "card": values.card,
    "card_brand": _choice(("visa", "mastercard", "amex", "jcb")),
    "card_masked": lambda luck: f"**** **** **** {values.digits(luck, 4)}",
    "card_spaced": lambda luck: values.spaced(values.card(luck)),
    "category": _choice(("Kitchen", "Garden", "Women", "Men", "Kids", "Outlet")),
    "city": _of("en_cities"),
    "city_state": lambda luck: (
        f"{values.word(luck, 'en_cities')}, {values.word(luck, 'us_states')}"
    ),
    "colour": _choice(("Olive", "Rose", "Amber", "Navy", "Violet", "Ruby", "Sienna", "Black")),
    "company": _of("companies"),
    "contact_json": values.contact_json,
    "contact_text": values.contact_text,
    "corporate": lambda luck: f"{luck.randrange(1, 9)}{values.digits(luck, 12)}",
    "country": _of("countries"),
    "currency": _choice(("USD", "JPY", "EUR", "GBP")),
    "cvv": lambda luck: values.digits(luck, 3),
    "date": lambda luck: values.day(luck, 2022, 2026).isoformat(),
    "day_long": lambda luck: f"{values.day(luck, 2015, 2026):%B %d, %Y}",
    "department": _choice(("Sales", "Engineering", "Finance", "Legal", "Support")),
    "disabilities": _of("disabilities"),
    "dob": lambda luck: values.day(luck, 1940, 2008).isoformat(),
    "dob_date": lambda luck: values.day(luck, 1940, 2008),
    "dob_day_first": lambda luck: f"{values.day(luck, 1940, 2008):%d %b %Y}",
    "dob_jp": lambda luck: f"{values.day(luck, 1940, 2008):%Y年%m月%d日}",
    "dob_month_first": lambda luck: f"{values.day(luck, 1940, 2008):%b %d, %Y}",
    "dob_slash": lambda luck: f"{values.day(luck, 1940, 2008):%Y/%m/%d}",
    "dob_us": lambda luck: f"{values.day(luck, 1940, 2008):%m/%d/%Y}",
    "dob_us_short": lambda luck: (
        f"{(day := values.day(luck, 1940, 2008)).month}/{day.day}/{day.year}"
    ),
    "dob_wareki": values.wareki,
    "domain": values.host,
    "email": values.email,
    "en_cast": lambda luck: ", ".join(values.en_name(luck) for _ in range(3)),
    "en_family": _of("en_family"),
    "en_given": _of("en_given"),
    "en_name": values.en_name,
    "en_name_comma": lambda luck: ", ".join(reversed(values.en_name(luck).split(" ", 1))),
    "en_name_titled": values.titled,
    "en_name_upper": lambda luck: values.en_name(luck).upper(),
    "en_product": _of("en_products"),
    "en_text": lambda luck: values.text(luck, "en_sentences"),
    "epoch_ms": lambda luck: 1_690_000_000_000 + luck.randrange(10**11),
    "epoch_s": lambda luck: 1_690_000_000 + luck.randrange(10**7),
    "event": _choice(("page_view", "add_to_cart", "purchase", "login", "logout")),
    "file": lambda luck: f"/var/data/{values.word(luck, 'words')}_{luck.randrange(99)}.csv",
    "flag": lambda luck: luck.randrange(2),
    "gender": _choice(("M", "F")),
    "hash": lambda luck: values.hexes(luck, 64),
    "host": lambda luck: f"{values.word(luck, 'words')}-{luck.randrange(9)}.prod.internal",
    "iban": values.iban,
    "in_address": lambda luck: f"Flat {luck.randrange(1, 900)}, {values.word(luck, 'in_areas')}",
    "initial": lambda luck: luck.choice(string.ascii_uppercase),
    "insured": lambda luck: f"{values.digits(luck, 4)}-{values.digits(luck, 4)}",
    "invoice_number": lambda luck: f"T{luck.randrange(1, 9)}{values.digits(luck, 12)}",
    "ip": values.ip,
    "ip6": values.ip6,
    "ja_account": values.ja_account,
    "ja_address": values.ja_address,
    "ja_brand": _of("ja_brands"),
    "ja_city": lambda luck: values.word(luck, "ja_towns").split("/")[1],
    "ja_company": _of("ja_companies"),
    "ja_contact_text": values.ja_contact_text,
    "ja_disabilities": _of("ja_disabilities"),
    "ja_family": _of("ja_family"),
    "ja_given": _of("ja_given"),
    "ja_job": _of("ja_jobs"),
    "ja_kanji_address": values.ja_kanji_address,
    "ja_medical": _of("ja_medical"),
    "ja_name": values.ja_name,
    "ja_phone": values.ja_phone,
    "ja_phone_int": lambda luck: int(f"{luck.choice('789')}0{values.digits(luck, 8)}"),
    "ja_prefecture": lambda luck: values.word(luck, "ja_towns").split("/")[0],
    "ja_product": _of("ja_products"),
    "ja_status": _choice(("受付中", "発送済", "完了", "取消")),
    "ja_subject": _choice(("サイズ交換", "返品について", "ポイントについて", "配送状況")),
    "ja_text": lambda luck: values.text(luck, "ja_sentences"),
    "ja_ward_address": lambda luck: (
        f"{values.word(luck, 'ja_wards')}{luck.randrange(1, 9)}丁目{luck.randrange(1, 30)}番"
    ),
    "ja_zip": lambda luck: f"{values.digits(luck, 3)}-{values.digits(luck, 4)}",
    "ja_zip_bare": lambda luck: values.digits(luck, 7),
    "jan": lambda luck: f"49{values.digits(luck, 11)}",
    "job": _of("jobs"),
    "kana_name": lambda luck: (
        f"{values.word(luck, 'kana_family')} {values.word(luck, 'kana_given')}"
    ),
    "last4": lambda luck: values.digits(luck, 4),
    "latitude": lambda luck: round(luck.uniform(-90, 90), 6),
    "line_address": _of("streets_alone"),
    "locale": _choice(("en-US", "ja-JP", "de-DE", "fr-FR")),
    "log_email": lambda luck: f"login failed for {values.email(luck)} from {values.ip(luck)}",
    "log_plain": lambda luck: f"GET /items/{luck.randrange(9999)} 200 {luck.randrange(900)}ms",
    "mac": lambda luck: ":".join(values.hexes(luck, 2) for _ in range(6)),
    "medical": _of("medical"),
    "mixed_address": values.mixed_address,
    "moment": lambda luck: values.moment(luck).isoformat(" "),
    "my_number": values.my_number,
    "office_phone": lambda luck: f"0120-{values.digits(luck, 3)}-{values.digits(luck, 3)}",
    "order12": lambda luck: f"25{luck.randrange(1, 12):02d}{values.digits(luck, 8)}",
    "passport_jp": lambda luck: f"T{luck.choice('RKZ')}{values.digits(luck, 7)}",
    "percent": lambda luck: f"{luck.randrange(100)}%",
    "phone_ext": lambda luck: values.digits(luck, 4),
    "phone_memo": lambda luck: f"{values.text(luck, 'en_sentences')} Call {values.us_phone(luck)}",
    "place": _of("places"),
    "plant": _of("plants"),
    "private_ip": lambda luck: f"10.0.{luck.randrange(9)}.{luck.randrange(1, 255)}",
    "quantity": lambda luck: luck.randrange(1, 20),
    "rank": _choice(("GOLD", "SILVER", "REGULAR")),
    "romaji_address": lambda luck: (
        f"{luck.randrange(1, 9)}-{luck.randrange(1, 30)}-{luck.randrange(1, 20)} "
        + values.word(luck, "romaji_towns")
    ),
    "serial": lambda luck: luck.randrange(1, 900_000),
    "size": _choice(("S", "M", "L", "XL")),
    "sku": lambda luck: f"{luck.choice(('HCB', 'TR', 'WJ'))}-{values.digits(luck, 4)}-BLK",
    "sku_passport": lambda luck: f"TR{values.digits(luck, 7)}",
    "song": _of("songs"),
    "ssn": values.ssn,
    "ssn_bare": lambda luck: values.ssn(luck).replace("-", ""),
    "state": _of("us_states"),
    "status": _choice(("active", "pending", "closed")),
    "street": values.street,
    "street_city": lambda luck: (
        f"{values.word(luck, 'en_cities')}, {values.word(luck, 'us_states')}, US"
    ),
    "street_only": lambda luck: f"{values.word(luck, 'en_streets')} AVENUE".upper(),
    "street_upper": lambda luck: values.street(luck).upper(),
    "team": _of("teams"),
    "ticket": lambda luck: f"{luck.choice('ACPS')}/{values.digits(luck, 5)}",
    "token": lambda luck: f"tok_{values.hexes(luck, 16)}",
    "tracking12": lambda luck: values.digits(luck, 12),
    "tracking16": lambda luck: "4" + values.digits(luck, 15),
    "uk_address": lambda luck: f"{values.street(luck)}, {values.word(luck, 'uk_towns')}",
    "uk_phone": values.uk_phone,
    "uk_postcode": values.uk_postcode,
    "url": lambda luck: (
        f"https://{values.host(luck)}/{values.word(luck, 'words')}?id={luck.randrange(999)}"
    ),
    "us_address": values.us_address,
    "us_phone": values.us_phone,
    "us_phone_bare": lambda luck: (
        f"{luck.randrange(201, 990)}{luck.randrange(200, 999)}" + values.digits(luck, 4)
    ),
    "us_zip": lambda luck: f"{luck.randrange(501, 99950):05d}",
    "us_zip_long": lambda luck: f"{luck.randrange(501, 99950):05d}-{values.digits(luck, 4)}",
    "user": values.user,
    "user_agent": _choice(
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5)", "Mozilla/5.0 (X11) Chrome/120.0.0.0")
    ),
    "uuid": values.uuid,
    "version": lambda luck: ".".join(str(luck.randrange(20)) for _ in range(4)),
    "vin": values.vin,
    "wallet": lambda luck: "0x" + values.hexes(luck, 40),
    "word": _of("words"),
    "world_name": values.world_name,
    "year": lambda luck: luck.randrange(1990, 2026),
    "yucho": lambda luck: f"1{values.digits(luck, 3)}0-{values.digits(luck, 7)}1",
}
