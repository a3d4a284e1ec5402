"""Make values that have a form: names, numbers, addresses, days; the luck is the caller's."""

from __future__ import annotations

import json
import string
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

from benchmarks.detection.pools import POOLS
from include.governance.detect.checks import is_card, is_my_number


def digits(luck: Random, count: int) -> str:
    """So many random digits."""
    return "".join(luck.choices(string.digits, k=count))


def day(luck: Random, first: int, last: int) -> date:
    """A day from the first year up to the last."""
    return date(first, 1, 1) + timedelta(days=luck.randrange(365 * (last - first)))


def moment(luck: Random) -> datetime:
    """A point in time, to the second."""
    return datetime(2024, 1, 1) + timedelta(seconds=luck.randrange(60_000_000))  # noqa: DTZ001


def en_name(luck: Random) -> str:
    """Given and family name."""
    return f"{word(luck, 'en_given')} {word(luck, 'en_family')}"


def titled(luck: Random) -> str:
    """Family name, title and given names, as in a passenger list."""
    given = f"{word(luck, 'en_given')} {word(luck, 'en_given')}"
    return f"{word(luck, 'en_family')}, {word(luck, 'titles')} {given}"


def ja_name(luck: Random) -> str:
    """Family and given name in kanji, with or without a blank."""
    gap = luck.choice(("", " ", "\u3000"))
    return word(luck, "ja_family") + gap + word(luck, "ja_given")


def world_name(luck: Random) -> str:
    """A name of any origin."""
    return f"{word(luck, 'world_given')} {word(luck, 'world_family')}"


def user(luck: Random) -> str:
    """A login name."""
    given, family = word(luck, "en_given"), word(luck, "en_family")
    plain = "".join(c for c in f"{given}.{family}".lower() if c.isascii() and c not in "'-")
    return plain + str(luck.randrange(100))


def host(luck: Random) -> str:
    """A domain name of an example."""
    return word(luck, "words") + luck.choice((".example", ".example.com", ".co.jp", ".org"))


def email(luck: Random) -> str:
    """An e-mail address."""
    return f"{user(luck)}@{host(luck)}"


def us_phone(luck: Random) -> str:
    """An American number in one of the usual forms."""
    area, middle, last = luck.randrange(201, 990), luck.randrange(200, 999), digits(luck, 4)
    form = luck.choice(("{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "+1 {} {} {}", "1-{}-{}-{}"))
    return form.format(area, middle, last)


def ja_phone(luck: Random) -> str:
    """A Japanese mobile or fixed-line number."""
    if luck.random() < 0.3:
        return f"0{luck.choice('36')}-{luck.randrange(2000, 9999)}-{digits(luck, 4)}"
    parts = f"0{luck.choice('789')}0", str(luck.randrange(1000, 9999)), digits(luck, 4)
    return luck.choice(("-", "", "-")).join(parts)


def uk_phone(luck: Random) -> str:
    """A number in London."""
    return f"+44 20 {luck.randrange(7000, 8999)} {digits(luck, 4)}"


def street(luck: Random) -> str:
    """House number and street."""
    name, end = word(luck, "en_streets"), word(luck, "en_street_ends")
    return f"{luck.randrange(1, 12000)} {name} {end}"


def us_address(luck: Random) -> str:
    """An American address in one line."""
    place = f"{word(luck, 'en_cities')}, {word(luck, 'us_states')}"
    return f"{street(luck)}, {place} {luck.randrange(10000, 99999)}"


def ja_address(luck: Random) -> str:
    """A Japanese address, some with building and room."""
    numbers = "-".join(str(luck.randrange(1, 30)) for _ in range(3))
    room = luck.choice(("", f" メゾン{word(luck, 'ja_family')}{luck.randrange(101, 999)}"))
    return word(luck, "ja_towns").replace("/", "") + numbers + room


def ja_kanji_address(luck: Random) -> str:
    """A Japanese address whose numbers are kanji."""
    chome, block = luck.choice("一二三四五六七"), luck.choice("一二三四五六七八九")
    return f"{word(luck, 'ja_wards')}{chome}丁目{block}番地"


def mixed_address(luck: Random) -> str:
    """An American address, some with an apartment, some a box at the post office."""
    place = f"{word(luck, 'en_cities')}, {word(luck, 'us_states')} {luck.randrange(10000, 99999)}"
    if luck.random() < 0.3:
        return f"PO Box {luck.randrange(1, 9999)}, {place}"
    return f"{street(luck)} Apt {luck.randrange(1, 99)}, {place}"


def uk_postcode(luck: Random) -> str:
    """A British postcode."""
    return f"{luck.choice(('LS', 'B', 'SW', 'OX'))}{luck.randrange(1, 20)} {luck.randrange(10)}AB"


def ja_account(luck: Random) -> str:
    """A bank account as it is told to who pays."""
    return f"{luck.choice(('みずほ', '三井住友'))}銀行 渋谷支店 普通 {digits(luck, 7)}"


def card(luck: Random) -> str:
    """A card number that passes its check."""
    while True:
        head = luck.choice(("4", "51", "52", "3530", "34", "37"))
        body = head + digits(luck, (15 if head[:2] in ("34", "37") else 16) - len(head) - 1)
        for last in string.digits:
            if is_card(body + last):
                return body + last


def spaced(number: str) -> str:
    """A card number as it is printed."""
    cuts = (4, 10) if len(number) == 15 else (4, 8, 12)
    return " ".join(number[a:b] for a, b in pairwise((0, *cuts, len(number))))


def my_number(luck: Random) -> str:
    """A number that passes the check of My Number."""
    body = digits(luck, 11)
    return next((body + d for d in string.digits if is_my_number(body + d)), body + "0")


def ssn(luck: Random) -> str:
    """An American social security number."""
    return f"{luck.randrange(1, 665):03d}-{luck.randrange(1, 99):02d}-{luck.randrange(1, 9999):04d}"


def iban(luck: Random) -> str:
    """A German account number with its check digits."""
    body = digits(luck, 18)
    check = 98 - int(body + "131400") % 97
    return f"DE{check:02d}{body}"


def vin(luck: Random) -> str:
    """A vehicle's number."""
    return "".join(luck.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=17))


def hexes(luck: Random, count: int) -> str:
    """So many hexadecimal digits."""
    return f"{luck.getrandbits(4 * count):0{count}x}"


def uuid(luck: Random) -> str:
    """A random identifier."""
    return "-".join(hexes(luck, count) for count in (8, 4, 4, 4, 12))


def ip(luck: Random) -> str:
    """An IPv4 address."""
    return ".".join(str(luck.randrange(1, 255)) for _ in range(4))


def ip6(luck: Random) -> str:
    """An IPv6 address."""
    return "2001:db8:" + ":".join(hexes(luck, 4) for _ in range(6))


def wareki(luck: Random) -> str:
    """A day of the Shōwa era."""
    return f"昭和{luck.randrange(20, 63)}年{luck.randrange(1, 12)}月{luck.randrange(1, 28)}日"


def text(luck: Random, pool: str) -> str:
    """Two sentences of a pool."""
    return " ".join(luck.sample(POOLS[pool], 2))


def contact_text(luck: Random) -> str:
    """English text; one in five leaves a number and an address."""
    said = text(luck, "en_sentences")
    return f"{said} Call {us_phone(luck)} or {email(luck)}." if luck.random() < 0.2 else said


def ja_contact_text(luck: Random) -> str:
    """Japanese text; one in five leaves a name and a number."""
    said = text(luck, "ja_sentences")
    return f"{said}{ja_name(luck)}です。{ja_phone(luck)}へ" if luck.random() < 0.2 else said


def contact_json(luck: Random) -> str:
    """A JSON object with an e-mail address in it."""
    return json.dumps({"lang": "ja", "contact": {"mail": email(luck)}, "n": luck.randrange(9)})


def word(luck: Random, pool: str) -> str:
    """One word of a pool."""
    return luck.choice(POOLS[pool])
