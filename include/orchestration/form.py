"""The trigger form of an erasure on demand: names and references, nothing of a person."""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from airflow.sdk import Param

POLICIES = Path(__file__).resolve().parents[1] / "policies"
#: What the engine takes; it is not imported where DAGs are parsed.
REFERENCE = r"^([0-9]{1,6}|([0-9][0-9._-]{0,31})?[A-Za-z][A-Za-z0-9._-]{0,63})$"
TICKET = r"^[A-Za-z]{1,16}[-#/]?[0-9]{1,6}$"
#: Ids as policy and contracts write them.
NAME = r"^[A-Za-z][A-Za-z0-9._-]{0,63}$"


def reasons() -> dict[str, str]:
    """The policy's reasons with their labels; read anew at each parse of the DAG."""
    folder = Path(os.environ.get("DAICHO_POLICIES") or POLICIES)
    text = (folder / "privacy_policy.yaml").read_bytes()
    labels = yaml.load(text, yaml.CSafeLoader).get("disposal_reasons", {})
    return {code: f"{label['en']} / {label['ja']}" for code, label in labels.items()}


def _named(title: str, told: str, pattern: str) -> Param:
    return Param(
        None,
        type=["null", "string"],
        pattern=pattern,
        title=title,
        description_md=told,
        section="What / 対象",
    )


def form() -> dict[str, Param]:
    """The fields, in the order in which they are shown."""
    labels = reasons()
    return {
        "record_class": _named(
            "Record class / 記録区分",
            "Its due rows, in one source. / 1つのデータ源の期限到来分",
            NAME,
        ),
        "source": _named(
            "Source / データ源", "With a record class only. / 記録区分を指定するときのみ", NAME
        ),
        "selection": _named(
            "Selection / 選択",
            "From `daicho selection add`. / `daicho selection add` のID",
            REFERENCE,
        ),
        "request": _named(
            "Request / 請求", "Its id in the register of requests. / 請求台帳のID", REFERENCE
        ),
        "reason": Param(
            type="string",
            enum=list(labels),
            values_display=labels,
            title="Reason / 理由",
            section="Why / 理由",
        ),
        "ticket": Param(
            type="string",
            pattern=TICKET,
            title="Ticket / チケット",
            description_md="Such as OPS-123. / 例: OPS-123",
            section="Why / 理由",
        ),
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Day / 基準日",
            description_md="Today when empty. / 空欄なら本日",
            section="How / 方法",
        ),
        "dry_run": Param(
            True,
            type="boolean",
            title="Dry run / 試行",
            description_md="Counts only; nothing is kept. / 件数の確認のみ。何も保存しません",
            section="How / 方法",
        ),
    }
