"""Draw single values of a made-up shop from one source of chance."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import yaml

from include.governance.detect import checks

Spans = list[tuple[int, int, str]]

_PLACEHOLDER_KINDS = {
    "name": "PERSON",
    "family": "PERSON",
    "kana": "PERSON",
    "english": "PERSON",
    "phone": "PHONE_NUMBER",
    "us_phone": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "address": "ADDRESS",
    "us_address": "ADDRESS",
    "zip": "JP_POSTAL_CODE",
    "birth": "DATE_OF_BIRTH",
    "card": "CREDIT_CARD",
    "mynumber": "JP_MY_NUMBER",
    "licence": "JP_DRIVER_LICENSE",
    "passport": "JP_PASSPORT",
    "account": "JP_BANK_ACCOUNT",
}
_FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


class Draw:
    """Names, numbers and texts as they are written in a shop."""

    def __init__(self, chance: random.Random) -> None:
        self.c = chance
        self.w = _words()

    def filled(self, template: str) -> tuple[str, Spans]:
        """A template with its fields drawn."""
        text, spans = "", []
        for part in template.replace("}", "{").split("{"):
            make: Callable[[], str] | None = getattr(self, f"_{part}", None)
            drawn = make() if make else part
            if part in _PLACEHOLDER_KINDS:
                spans.append((len(text), len(text) + len(drawn), _PLACEHOLDER_KINDS[part]))
            text += drawn
        return text, spans

    def name_parts(self) -> tuple[str, str, str, str]:
        """Family and given name, as written and as read."""
        (family, family_kana), (given, given_kana) = (
            self.c.choice(self.w.family),
            self.c.choice(self.w.given),
        )
        return family, given, family_kana, given_kana

    def pair(self) -> tuple[str, str]:
        """A name and its reading."""
        family, given, family_kana, given_kana = self.name_parts()
        blank = self.c.choice(("", " ", "\u3000"))
        return family + blank + given, family_kana + self.c.choice(("", " ", "\u3000")) + given_kana

    def english_pair(self) -> tuple[str, str]:
        """A name in Latin letters, and in capitals."""
        name = self._english()
        return name, name.upper()

    def login(self) -> str:
        """A name as people log in."""
        c = self.c
        first, last = (
            c.choice(self.w.english_given).lower(),
            c.choice(self.w.english_family).lower(),
        )
        return c.choice((f"{first}{last}", f"{first[0]}{last}", f"{last}{first}")) + c.choice(
            ("", str(c.randrange(100)), f"_{c.randrange(100)}", f".{c.randrange(10)}")
        )

    def email(self) -> str:
        """An e-mail address."""
        return f"{self.login()}@{self.c.choice(self.w.domains)}"

    def phone(self) -> str:
        """A telephone number in one of its writings."""
        c = self.c
        if c.random() < 0.75:
            area = c.choice(("090", "080", "070", "050"))
            groups = (area, str(c.randrange(1000, 10_000)), f"{c.randrange(10**4):04d}")
        else:
            groups = c.choice((
                ("03", str(c.randrange(3000, 7000)), f"{c.randrange(10**4):04d}"),
                ("0985", str(c.randrange(20, 99)), f"{c.randrange(10**4):04d}"),
                ("06", str(c.randrange(6000, 7000)), f"{c.randrange(10**4):04d}"),
            ))  # fmt: skip
        dashed, bare = "-".join(groups), "".join(groups)
        return c.choices(
            (dashed, bare, f"+81-{dashed[1:]}", f"+81{bare[1:]}", dashed.translate(_FULL_WIDTH),
             bare.translate(_FULL_WIDTH), dashed.replace("-", "ー")),
            (40, 30, 5, 5, 8, 7, 5),
        )[0]  # fmt: skip

    def postal(self) -> str:
        """A postal code in one of its writings."""
        code = f"{self.c.randrange(1, 1000):03d}-{self.c.randrange(10_000):04d}"
        return self.c.choices(
            (code, code.replace("-", ""), f"〒{code}", code.translate(_FULL_WIDTH)), (70, 12, 8, 10)
        )[0]

    def address(self) -> str:
        """A postal address."""
        c = self.c
        prefecture, *cities = c.choice(self.w.places)
        one, two, three = c.randint(1, 40), c.randint(1, 30), c.randint(1, 30)
        number = c.choice((f"{one}-{two}-{three}", f"{one}丁目{two}番{three}号", f"{one}-{two}"))
        if c.random() < 0.15:
            number = number.translate(_FULL_WIDTH)
        text = f"{prefecture}{c.choice(cities)}{c.choice(self.w.towns)}{number}"
        if c.random() < 0.5:
            building = c.choice(self.w.buildings) + c.choice(self.w.towns)
            text += f" {building}{c.randint(101, 999)}"
        return text

    def birth(self) -> str:
        """A date of birth in one of its writings."""
        c = self.c
        day = date(1940, 1, 1) + timedelta(days=c.randrange(24_000))
        return c.choices(
            (day.isoformat(), f"{day.year}/{day.month}/{day.day}",
             f"{day.year}年{day.month}月{day.day}日",
             _showa(day) if day.year < 1989 else f"{day}"),
            (70, 10, 10, 10),
        )[0]  # fmt: skip

    def moment(self) -> str:
        """A day and time."""
        day = date(2023, 1, 1) + timedelta(days=self.c.randrange(1_000))
        c = self.c
        return f"{day} {c.randrange(24):02d}:{c.randrange(60):02d}:{c.randrange(60):02d}"

    def ip(self) -> str:
        """An address of a computer."""
        return ".".join(str(self.c.randint(1, 223)) for _ in range(4)).replace("127.", "126.", 1)

    def uuid(self) -> str:
        """A random identifier."""
        bits = f"{self.c.getrandbits(128):032x}"
        return "-".join((bits[:8], bits[8:12], "4" + bits[13:16], "a" + bits[17:20], bits[20:]))

    def legacy(self) -> str | None:
        """A member number; a few are My Numbers by mistake."""
        if self.c.random() < 0.45:
            return None
        return (
            self._mynumber().replace(" ", "")
            if self.c.random() < 0.02
            else (f"C{self.c.randrange(10**8):08d}")
        )

    def sku(self) -> str:
        """A number of goods."""
        letters = "".join(self.c.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3))
        return f"{letters}-{self.c.randrange(10**4):04d}-{self.c.choice(('BLK', 'NVY', 'WHT'))}"

    def jan(self) -> str:
        """A JAN code."""
        body = f"4{self.c.choice('59')}{self.c.randrange(10**10):010d}"
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body))
        return body + str(-total % 10)

    def completed(self, body: str, valid: Callable[[str], bool], tail: str = "") -> str:
        """The body with the digit that makes it valid."""
        found = (body + digit + tail for digit in "0123456789")
        return next((number for number in found if valid(number)), "")

    def _name(self) -> str:
        return self.pair()[0]

    def _family(self) -> str:
        return str(self.c.choice(self.w.family)[0])

    def _kana(self) -> str:
        _, _, family, given = self.name_parts()
        return f"{family}\u3000{given}"

    def _english(self) -> str:
        return f"{self.c.choice(self.w.english_given)} {self.c.choice(self.w.english_family)}"

    def _mynumber(self) -> str:
        number = ""
        while not number:
            number = self.completed(f"{self.c.randrange(10**11):011d}", checks.is_my_number)
        return self.c.choice((number, " ".join((number[:4], number[4:8], number[8:]))))

    def _licence(self) -> str:
        number = ""
        while not number:
            start = self.c.choice(("30", "43", "62", "90", "12"))
            body = f"{start}{self.c.randrange(10**8):08d}"
            number = self.completed(body, checks.is_driver_licence, "0")
        return number

    def _card(self) -> str:
        start = self.c.choice(("4", "51", "3530"))
        body = start + "".join(self.c.choice("0123456789") for _ in range(15 - len(start)))
        number = self.completed(body, checks.is_card)
        grouped = "-".join(number[at : at + 4] for at in range(0, 16, 4))
        return self.c.choice((number, grouped, number.translate(_FULL_WIDTH)))

    def _passport(self) -> str:
        return f"{self.c.choice('MT')}{self.c.choice('ZRS')}{self.c.randrange(10**7):07d}"

    def _account(self) -> str:
        return f"普通 {self.c.randrange(10**7):07d}"

    def _company(self) -> str:
        form, name = self.c.choice(self.w.company_forms), self.c.choice(self.w.family)[0]
        trade = self.c.choice(self.w.company_trades)
        return self.c.choice((f"{form}{name}{trade}", f"{name}{trade}{form}"))

    def _us_phone(self) -> str:
        area, exchange = self.c.choice((312, 415, 212)), self.c.randrange(200, 999)
        return f"+1-{area}-{exchange}-{self.c.randrange(10**4):04d}"

    def _us_address(self) -> str:
        c = self.c
        return (
            f"{c.randrange(100, 20_000)} {c.choice(self.w.streets)} "
            f"{c.choice(self.w.street_kinds)}, "
            f"Lake {c.choice(self.w.english_family)}, {c.choice(('VI', 'CA', 'NY', 'TX'))} "
            f"{c.randrange(10**5):05d}"
        )

    def _date(self) -> str:
        day = date(2023, 1, 1) + timedelta(days=self.c.randrange(1_000))
        return f"{day:%Y/%m/%d}"

    def _order(self) -> str:
        return f"24{self.c.randrange(10**10):010d}"

    def _slip(self) -> str:
        return str(self.c.randrange(10**11, 10**12))

    def _yen(self) -> str:
        return f"{self.c.randint(10, 800) * 100:,}"

    def _brand(self) -> str:
        return str(self.c.choice(self.w.brands))

    def _bank(self) -> str:
        return str(self.c.choice(self.w.banks))

    _phone, _email, _zip, _address = phone, email, postal, address
    _birth, _sku, _jan = birth, sku, jan


def _showa(day: date) -> str:
    return f"昭和{day.year - 1925}年{day.month}月{day.day}日"


def _words() -> SimpleNamespace:
    path = Path(__file__).with_name("shop.yaml")
    return SimpleNamespace(**yaml.safe_load(path.read_text(encoding="utf-8")))
