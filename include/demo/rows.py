"""Rows in the order of the table, from column names or from the lines of a small register."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Table

from include.demo import people
from include.demo.moment import Moment
from include.demo.schema import PROVISION_RECORDS, RECIPIENTS

Row = tuple[Any, ...]


def row(table: Table, **values: Any) -> Row:
    """A row of ``table``; what is not said is NULL, a column it lacks raises KeyError."""
    names = [column.name for column in table.columns]
    if unknown := values.keys() - set(names):
        raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    return tuple(values.get(name) for name in names)


def words(text: str) -> str:
    """A JSON list of comma-separated words, as the registers keep lists."""
    return json.dumps(text.split(","))


def lines(register: str) -> Iterator[list[str | None]]:
    """The words of each line; a lone hyphen is NULL."""
    for line in register.strip().split("\n"):
        yield [None if word == "-" else word for word in line.split()]


def _whole(word: str | None) -> int | None:
    return None if word is None else int(word)


def transfers(moment: Moment, register: str) -> list[Row]:
    """Lines of the transfer log.

    Words: id, days ago, table, columns, rows, recipient, kind, purpose, basis, consent id,
    document, approver, subject's member id, encrypted.
    """
    return [_transfer(moment, *line) for line in lines(register)]


def _transfer(moment: Moment, *entry: str | None) -> Row:
    transfer_id, ago, table, columns, count, to, kind, purpose, basis, *evidence = entry
    consent, document, approver, subject, encrypted = evidence
    return (
        *(transfer_id, moment.at(int(ago or 0)), table, words(columns or "")),
        *(_whole(count), to, kind, purpose, basis, _whole(consent), document, approver),
        *(_whole(subject), _whole(encrypted)),
    )


def requests(moment: Moment, register: str, payloads: Mapping[str, str]) -> list[Row]:
    """Lines of the register of data subjects' requests; a member asks from the own address.

    Words: id, member id, type, then as days ago received and verified, the decision, as days
    ago notified, executed and closed, the fee, and how many records were returned.
    """
    return [_request(moment, payloads, *line) for line in lines(register)]


def _request(moment: Moment, payloads: Mapping[str, str], *entry: str | None) -> Row:
    request_id, who, kind, received, verified, decision, *rest = entry
    notified, executed, closed, fee, records = (_whole(word) for word in rest)
    member_id = _whole(who)
    sender = "agent@law.example" if member_id is None else people.email(member_id)

    def day(ago: int | None) -> date | None:
        return None if ago is None else moment.day(ago)

    return (
        *(request_id, member_id, sender, kind, day(_whole(received)), day(_whole(verified))),
        *(decision, None, day(notified), day(executed), day(closed), fee),
        *(payloads.get(request_id or ""), records, None),
    )


def recipient(recipient_id: str, name: str, kind: str, service: str, **values: Any) -> Row:
    """A line of the recipient register, in Japan unless said otherwise."""
    defaults = {"country": "JP", "equivalent_measures": 0, "links_identity": 0}
    who = {"recipient_id": recipient_id, "name": name, "kind": kind, "service": service}
    return row(RECIPIENTS, **(who | defaults | values))


def provision(record_id: str, on: date, **values: Any) -> Row:
    """A record of a provision to a third party, written the same day."""
    return row(PROVISION_RECORDS, record_id=record_id, provided_on=on, created_at=on, **values)
