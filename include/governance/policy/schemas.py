"""Write the JSON Schemas by which an editor completes and checks the three files of compliance.

Run it as a module after changing a model: ``python -m include.governance.policy.schemas``.
"""

from __future__ import annotations

import json
from pathlib import Path

from include.governance.policy.load import MODELS
from include.governance.settings import ROOT

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_file(name: str) -> str:
    """``privacy_policy.yaml`` has its schema in ``privacy_policy.schema.json`` beside it."""
    return f"{Path(name).stem}.schema.json"


def schemas() -> dict[str, str]:
    """The schema of each file, as JSON text by file name."""
    return {
        schema_file(name): json.dumps(
            {"$schema": _DRAFT, **model.model_json_schema()}, ensure_ascii=False, indent=2
        )
        + "\n"
        for name, model in MODELS.items()
    }


def write(folder: Path) -> None:
    """Write every schema into a folder."""
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write(ROOT / "include" / "policies")
