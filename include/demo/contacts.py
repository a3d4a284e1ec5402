"""Rows of marketing and support: consents, mails, entries, surveys and inquiries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.demo import people, places, texts
from include.demo.company import RESERVED, Company, consent_id, mail_event_id, wants_mail
from include.demo.draw import Draw
from include.demo.members import member
from include.demo.rows import Row


def consents(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """The consent to mail that a member gave when registering."""
    for member_id in filter(wants_mail, ids):
        granted = member(company, member_id).registered_at
        yield (
            *(consent_id(member_id), member_id, "P4", "email", "granted", granted, None),
            *(company.moment.policy_shown(granted), "signup_form_v3"),
        )


def campaigns(company: Company) -> list[Row]:
    """The one campaign of this season."""
    return [("C1", "秋の新作", "P4", "R-SELF", company.moment.at(20))]


def mail_events(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """The campaign's mail to everyone who agreed."""
    for member_id in filter(wants_mail, ids):
        sent = company.moment.at(20, 9, member_id // 60 % 60, member_id % 60)
        yield mail_event_id(member_id), "C1", member_id, people.email(member_id), "sent", sent


def campaign_entries(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """People who took part in the spring campaign; they need not be members."""
    at = company.moment.at
    for entry_id in ids:
        draw = Draw(company.seed, "entry", entry_id)
        name, home = people.name(draw, draw.pick("FMX")), places.home(draw)
        yield (
            *(entry_id, "2026spring", name.full, people.phone(draw)),
            home.prefecture + home.city + places.street(draw, home.town),
            *(at(draw.between(140, 160), draw.between(0, 23)), at(draw.between(100, 125))),
        )


def surveys(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Answers to the satisfaction survey."""
    for response_id in ids:
        draw = Draw(company.seed, "survey", response_id)
        answered = company.moment.at(101 + (response_id - 1) % 60, draw.between(6, 23))
        yield response_id, response_id, texts.survey(draw), answered


def inquiries(company: Company, ids: Iterable[int]) -> Iterator[Row]:
    """Answered inquiries of members about their orders, and the look-alikes."""
    at = company.moment.at
    for inquiry_id in ids:
        if inquiry_id in RESERVED["inquiry"]:
            continue
        person, draw = member(company, inquiry_id), Draw(company.seed, "inquiry", inquiry_id)
        days_ago = 196 + (inquiry_id - 1) % 60
        yield (
            *(inquiry_id, inquiry_id, person.name.full, person.email, person.phone),
            *texts.inquiry(draw, inquiry_id),
            *(at(days_ago + 5, draw.between(8, 22)), at(days_ago, draw.between(9, 17)), None),
        )
