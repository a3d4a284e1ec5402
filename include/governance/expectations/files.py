"""Read the suites below ``expectations/``: every mistake of all files, with file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from include.governance import yamlfile
from include.governance.expectations.breaches import BREACHES, KWARGS
from include.governance.expectations.suites import Expectation, Suite, places
from include.governance.model.mistake import Mistake
from include.governance.policy.load import CONTROLS_FILE, Rulebook
from include.governance.refusal import did_you_mean
from include.governance.rules.rule import TYPE, RuleMistaken, read_rule
from include.governance.yamlfile import Document, PathInFile


def load_suites(
    folder: Path, root: Path, rulebook: Rulebook
) -> tuple[tuple[Suite, ...], list[Mistake]]:
    """Every suite, by file name, and what is wrong with them or missing for a control."""
    files = sorted(folder.rglob("*.json"))
    if not files:
        return (), [Mistake(file=_shown(folder, root), line=1, path="", code="no_suites")]
    suites: list[Suite] = []
    mistakes: list[Mistake] = []
    for file in files:
        suite, document, wrong = _read(file, root)
        mistakes += wrong
        if suite is not None and document is not None:
            mistakes += _wrong(suite, document, rulebook)
            suites.append(suite)
    if len(suites) == len(files):
        mistakes += _unchecked(suites, rulebook)
    return tuple(suites), mistakes


def _read(file: Path, root: Path) -> tuple[Suite | None, Document | None, list[Mistake]]:
    """JSON by its own parser; YAML, of which it is a part, knows the lines."""
    document, mistakes = yamlfile.read(file, _shown(file, root), tabs=False)
    if document is None:
        return None, None, mistakes
    try:
        data = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, OSError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        return None, None, [Mistake(file=document.file, line=line, path="", code="not_json")]
    document = Document(document.file, data, document.lines)
    suite, wrong = yamlfile.validate(document, Suite)
    return (None if mistakes else suite), document, mistakes + wrong


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _wrong(suite: Suite, document: Document, rulebook: Rulebook) -> Iterator[Mistake]:
    if suite.meta.contract_rules is not None:
        yield from _control(
            suite.meta.contract_rules, ("meta", "contract_rules"), document, rulebook
        )
    for at, expectation in enumerate(suite.expectations):
        path: PathInFile = ("expectations", at)
        yield from _control(expectation.control, (*path, "meta", "control"), document, rulebook)
        if expectation.type == TYPE:
            yield from _rule(expectation, (*path, "kwargs"), document, rulebook)
            continue
        if expectation.type not in BREACHES:
            allowed = (*sorted(BREACHES), TYPE)
            facts = {"allowed": did_you_mean(expectation.type, allowed) or ", ".join(allowed)}
            yield document.mistake((*path, "type"), "suite_type", **facts)
            continue
        yield from _kwargs(expectation, (*path, "kwargs"), document)
        yield from _categories(expectation, (*path, "kwargs"), document, rulebook)


def _rule(
    expectation: Expectation, path: PathInFile, document: Document, rulebook: Rulebook
) -> Iterator[Mistake]:
    """What is wrong with a rule over relations; its SQL is read before anything runs."""
    try:
        read_rule(expectation.control, expectation.id, expectation.kwargs, rulebook.policy)
    except RuleMistaken as mistaken:
        for wrong in mistaken.problems:
            yield document.mistake((*path, *wrong.path), wrong.code, "error", **wrong.facts)


def _control(
    name: str, path: PathInFile, document: Document, rulebook: Rulebook
) -> Iterator[Mistake]:
    controls = rulebook.controls.controls
    of_verb = [known for known, control in controls.items() if control.verb == "check"]
    if name not in of_verb:
        near = did_you_mean(name, of_verb)
        facts = {"name": name, "allowed": near or ", ".join(of_verb) or "-"}
        yield document.mistake(path, "suite_control", **facts)


def _kwargs(expectation: Expectation, path: PathInFile, document: Document) -> Iterator[Mistake]:
    """A word that is not understood would change what a row is judged by, or nothing at all."""
    must, may = KWARGS[expectation.type]
    given = set(expectation.kwargs)
    if wrong := must - given | given - must - may:
        facts = {"keys": ", ".join(sorted(wrong)), "allowed": ", ".join(sorted(must | may))}
        yield document.mistake(path, "suite_kwargs", **facts)


def _categories(
    expectation: Expectation, path: PathInFile, document: Document, rulebook: Rulebook
) -> Iterator[Mistake]:
    """A category that no policy knows would leave nothing to look at, on every table."""
    known: Mapping[str, object] = rulebook.policy.categories
    for key, value in expectation.kwargs.items():
        for place in places({key: value}):
            name = place.partition(".")[0]
            if not place.startswith("clock:") and name not in known:
                near = did_you_mean(name, known)
                code = "undefined_near" if near else "undefined"
                facts = {"name": name, "what": "categories"} | ({"near": near} if near else {})
                yield document.mistake((*path, key), code, "error", **facts)


def _unchecked(suites: list[Suite], rulebook: Rulebook) -> Iterator[Mistake]:
    """A control of the verb check that no suite names would end every run as skipped."""
    document = rulebook.documents[CONTROLS_FILE]
    checked = {expectation.control for suite in suites for expectation in suite.expectations}
    checked |= {suite.meta.contract_rules for suite in suites if suite.meta.contract_rules}
    for name, control in rulebook.controls.controls.items():
        if control.verb == "check" and control.check is None and name not in checked:
            yield document.mistake(("controls", name), "control_without_suite", name=name)
