"""Every sentence that a report uses is there in both languages, and no other is."""

import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
import yaml

from include.governance import report
from include.governance.model.contract import DatasetKind
from include.governance.model.mistake import Mistake
from include.governance.model.plan import Kept
from include.governance.model.policy import SEVERITIES
from include.governance.model.result import Status
from include.governance.model.schedule import Action
from include.governance.plan import build
from include.governance.report.export import COLUMNS
from include.governance.report.given import RunStatus
from include.governance.report.html import TEMPLATES
from include.governance.report.model import Verdict
from include.governance.report.sections import Agreement, Progress

FOLDER = Path(report.__file__).parent
OWN = yaml.safe_load((FOLDER / "wording_report.yaml").read_text("utf-8"))
TEXTS = {f"{group}.{key}": said for group, keys in OWN.items() for key, said in keys.items()}
TEMPLATE_TEXT = "\n".join(
    path.read_text("utf-8") for path in sorted((TEMPLATES / "report").glob("*.j2"))
)
CODE_TEXT = "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.py")))
SECTIONS = ["attention", "matrix", "clauses", "scorecard", "disposal", "map", "gaps", "making"]
REFUSALS = re.findall(r'code="(\w+)"', Path(build.__file__).read_text("utf-8"))


def family(prefix: str, names: tuple[str, ...]) -> list[str]:
    return [f"{prefix}_{name}" for name in names]


FAMILIES = {
    "section": SECTIONS,
    "verdict": get_args(Verdict),
    "lead": get_args(Verdict),
    "severity": SEVERITIES,
    "progress": get_args(Progress),
    "status": (*get_args(Status), "decided"),
    "action": get_args(Action),
    "kept": get_args(Kept.model_fields["reason"].annotation),
    "refusal": REFUSALS,
    "agreement": get_args(Agreement),
    "kind": get_args(DatasetKind),
    "run": get_args(RunStatus),
    "level": get_args(Mistake.model_fields["level"].annotation),
    "life": ("accepted", "false_positive"),
    "basis": ("floor", "ceiling"),
    "limit": ("review", "detection", "negative", "scope", "clauses", "values"),
    "col": COLUMNS,
}


def used() -> set[str]:
    literal = set(re.findall(r"\bt\('(\w+)'(?! ~)", TEMPLATE_TEXT))
    amounts = set(re.findall(r"amount\('(\w+)'", TEMPLATE_TEXT))
    in_code = set(re.findall(r'"report\.(\w+)"', CODE_TEXT))
    named = chain.from_iterable(family(prefix, tuple(names)) for prefix, names in FAMILIES.items())
    counted = chain.from_iterable(family(unit, ("one", "many")) for unit in amounts)
    return literal | in_code | set(named) | set(counted) | {"verified", "unverified"}


def test_every_used_wording_is_there_and_no_other_is() -> None:
    assert used() == set(OWN["report"])


def test_every_family_of_wordings_that_a_template_uses_is_known() -> None:
    assert set(re.findall(r"t\('(\w+)_' ~", TEMPLATE_TEXT)) <= set(FAMILIES)


@pytest.mark.parametrize("key", TEXTS)
def test_a_wording_has_both_languages_and_the_same_placeholders(key: str) -> None:
    said = TEXTS[key]
    assert said.keys() == {"en", "ja"}
    fields = {tuple(sorted(re.findall(r"{(\w+)}", text))) for text in said.values()}
    assert len(fields) == 1


def test_nothing_is_called_illegal() -> None:
    said = " ".join(text for languages in TEXTS.values() for text in languages.values())
    assert not re.search(r"illegal|unlawful|violation|違法|違反", said)


def test_no_wording_holds_an_emoji() -> None:
    assert not re.search("[\u2600-\u27bf\U0001f000-\U0001faff]", str(OWN))
