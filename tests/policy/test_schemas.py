"""The JSON Schemas beside the files are current, and editors are told of them."""

from __future__ import annotations

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from include.governance.policy.load import MODELS
from include.governance.policy.schemas import schema_file, schemas
from include.governance.settings import ROOT

FOLDER = ROOT / "include" / "policies"


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_what_the_models_say(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == schemas()[name], (
        "run `python -m include.governance.policy.schemas`"
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_file_names_its_schema_on_its_first_line(name: str) -> None:
    first = (FOLDER / name).read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={schema_file(name)}"


@pytest.mark.parametrize("name", MODELS)
def test_a_file_passes_its_own_schema(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    data = json.loads(json.dumps(yaml.safe_load(text), default=str))
    schema = json.loads(schemas()[schema_file(name)])
    assert [e.json_path for e in Draft202012Validator(schema).iter_errors(data)] == []
