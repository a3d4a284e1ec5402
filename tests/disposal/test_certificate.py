"""A certificate is issued once, holds nothing it may not, and agrees with the ledger offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.disposal.office import Office, office

ENGINES = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.server),
    pytest.param("mariadb", marks=pytest.mark.server),
]


@pytest.fixture(scope="module", params=ENGINES)
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with office(request.param, tmp_path_factory.mktemp("office")) as found:
        yield found


def done(company: Office, table: str) -> dict[str, Any]:
    """A plan of that table, carried out and verified."""
    [plan] = [each for each in company.retention("shop") if each["table"] == table][:1]
    company.approve(plan)
    company.apply(plan)
    company.verify(plan)
    return plan


def test_a_certificate_from_the_plan_to_the_last_level(company: Office) -> None:
    plan = done(company, "shop_carts")
    keys = company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL")
    company.refused("dispose", "reclaim", plan["plan_id"], says="no certificate yet")
    company.well("certificate", "issue", plan["plan_id"])
    assert company.state(plan) == "certified"
    assert company.count("shop", "daicho_erasure_chunk", "body IS NOT NULL") < keys
    folder = company.home / "certificates"
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"certificate-00001.{e}" for e in ("en.html", "ja.html", "json")]
    before = (folder / names[2]).read_bytes()
    company.well("certificate", "issue", plan["plan_id"])
    assert (folder / names[2]).read_bytes() == before
    said = json.loads(before)
    assert (said["label"], said["level"], said["affected"]) == ("erased", 1, 3)
    assert said["tombstones"]["tombstones"] == 3
    assert [copy["name"] for copy in said["copies"]] == [
        "database_backups", "write_ahead_logs", "mail_delivery_service",
    ]  # fmt: skip
    assert [item["standing"] for item in said["articles"]] == ["satisfied"]
    assert (said["approvers"], said["executors"]) == (["owner.ec", "cpo"], ["runner"])
    verify(company, folder / names[2], level=1)
    company.well("dispose", "reclaim", plan["plan_id"], "--level", "3")
    verify(company, folder / names[2], level=3)
    company.well("certificate", "show", plan["plan_id"])
    assert "3 rewritten" in (folder / names[0]).read_text("utf-8")
    kinds = [entry["kind"] for entry in company.ledger()]
    assert kinds.count("certificate") == kinds.count("level_reached") == 1
    again = done(company, "shop_payment_tokens")
    company.well("certificate", "issue", again["plan_id"])
    second = json.loads((folder / "certificate-00002.json").read_text("utf-8"))
    [row, _] = company.well("certificate", "list", "--json", "-").json
    assert (row["number"], row["level"]) == (1, 3)
    assert second["number"] == 2
    verify(company, folder / "certificate-00002.json", level=1)
    tampered(company, folder / "certificate-00002.json")
    changed_rows(company)


def verify(company: Office, file: Path, level: int) -> None:
    """In the folder and in an export of it, with the public key alone."""
    zipped = company.home / "ledger.zip"
    company.well("ledger", "export", str(zipped))
    key = str(company.home / "ledger.pub")
    for where in ([], ["--ledger", str(zipped), "--key", key]):
        found = company.well("certificate", "verify", str(file), *where, "--json", "-").json
        assert (found["holds"], found["level"]) == (True, level)


def tampered(company: Office, file: Path) -> None:
    """Each change of a field is said by its name."""
    said = json.loads(file.read_text("utf-8"))
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"affected": 99}, {"other_document", "other_count"}),
        ({"previous_sha256": "f" * 64}, {"other_document", "no_predecessor"}),
        ({"certificate_id": "f" * 32}, {"not_in_ledger"}),
        (
            {"plan_digest": "f" * 64},
            {"other_document", "not_approved", "not_verified", "other_count"},
        ),
        ({"policy_sha256": "f" * 64}, {"other_document", "other_field"}),
        ({"approvers": ["cpo"]}, {"other_document", "other_field"}),
    ]
    for change, codes in cases:
        text = json.dumps(said | change, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        forged = company.home / "forged.json"
        forged.write_text(text + "\n", "utf-8")
        found = company.run("certificate", "verify", str(forged), "--json", "-")
        assert found.code == 1
        assert {each["code"] for each in found.json["mismatches"]} == codes
    forged.write_text(json.dumps(said), "utf-8")
    company.refused("certificate", "verify", str(forged), says="not a certificate")


def changed_rows(company: Office) -> None:
    """Rows that stay: looked at again, and called by no better name than they deserve."""
    plan = done(company, "shop_members")
    company.well("certificate", "issue", plan["plan_id"])
    said = json.loads((company.home / "certificates/certificate-00003.json").read_text("utf-8"))
    masking = said["masking"]
    assert said["label"] == "masked"
    assert masking["rows"] == said["affected"] == plan["erasure"]["roots"]
    assert not any(column["unmasked"] or column["found"] for column in masking["columns"])
    assert masking["groups"]["threshold"] == 5
    assert {item["law"]: item["standing"] for item in said["articles"]}["appi_22"] == "needs_review"
