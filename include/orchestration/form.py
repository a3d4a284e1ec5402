"""The trigger form of an erasure on demand: names and references, nothing of a person."""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from airflow.sdk import Param

POLICIES = Path(__file__).resolve().parents[1] / "policies"
#: Ids as policy, contracts and store write them.
ID = r"^[A-Za-z][A-Za-z0-9._-]{0,63}$"
TICKET = r"^[A-Za-z][A-Za-z0-9]{0,15}[-#/]?[0-9]{1,6}$"


def reasons() -> list[str]:
    """The grounds that the policy publishes; read anew at each parse of the DAG."""
    folder = Path(os.environ.get("DAICHO_POLICIES") or POLICIES)
    text = (folder / "privacy_policy.yaml").read_bytes()
    return [str(code) for code in yaml.load(text, yaml.CSafeLoader)["requests"]["grounds"]]


def _reference(title: str, told: str) -> Param:
    return Param(
        None,
        type=["null", "string"],
        pattern=ID,
        title=title,
        description_md=told,
        section="What / 対象",
    )


def form() -> dict[str, Param]:
    """The fields, in the order in which they are shown."""
    return {
        "record_class": _reference(
            "Record class / 記録区分", "Its due rows, in one source. / 1つのデータ源の期限到来分"
        ),
        "source": _reference(
            "Source / データ源", "With a record class only. / 記録区分を指定するときのみ"
        ),
        "selection": _reference(
            "Selection / 選択", "From `daicho selection add`. / `daicho selection add` のID"
        ),
        "request": _reference(
            "Request / 請求", "Its id in the register of requests. / 請求台帳のID"
        ),
        "reason": Param(type="string", enum=reasons(), title="Reason / 理由", section="Why / 理由"),
        "ticket": Param(
            type="string", pattern=TICKET, title="Ticket / チケット", section="Why / 理由"
        ),
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day / 基準日",
            section="How / 方法",
        ),
        "dry_run": Param(True, type="boolean", title="Dry run / 試行", section="How / 方法"),
    }
