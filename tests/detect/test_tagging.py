"""The models that find names: which is chosen, what each reads, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy

from include.governance.detect.entities import Entity
from include.governance.detect.tagging import reading
from include.governance.detect.tagging.choice import (
    AnalyzerChoice,
    ModelChoice,
    chosen,
    load_choice,
    tagger,
)
from include.governance.detect.tagging.passages import passages
from include.governance.detect.tagging.rampart import RampartTagger
from include.governance.detect.tagging.reading import Reader, read
from include.governance.detect.tagging.tag import NoTagger, Tag
from include.governance.detect.values import Detector
from include.governance.errors import ConfigurationError

EVERY = frozenset(Entity)


@pytest.fixture(scope="module")
def rampart() -> RampartTagger:
    return RampartTagger()


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spaCy model as somebody would train it, small enough to be made here."""
    folder = tmp_path_factory.mktemp("models") / "own_model"
    own = spacy.blank("en")
    ruler = own.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "PERSON", "pattern": "Zork"}, {"label": "SHIP", "pattern": "Nostromo"}]
    )
    own.to_disk(folder)
    return folder


def _write(folder: Path, text: str) -> Path:
    path = folder / "analyzer.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_embedded_model_reads_english() -> None:
    assert AnalyzerChoice().english == ModelChoice(engine="rampart")
    assert isinstance(tagger(AnalyzerChoice().japanese), NoTagger)


def test_a_spacy_model_is_loaded_from_its_folder(tmp_path: Path, pipeline: Path) -> None:
    choice = load_choice(
        _write(
            tmp_path, f"english: {{engine: spacy, model: {pipeline}, labels: {{SHIP: LOCATION}}}}"
        )
    )
    (tags,) = tagger(choice.english).tag(["Zork left the Nostromo"])
    assert [(tag.entity, tag.start, tag.end) for tag in tags] == [
        (Entity.PERSON, 0, 4),
        (Entity.LOCATION, 14, 22),
    ]


def test_an_installation_chooses_by_its_folder_of_policies(
    tmp_path: Path, pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(
        tmp_path,
        f"english: {{engine: none}}\n"
        f"japanese: {{engine: spacy, model: {pipeline}}}\n"
        "not_persons: [山田太郎]\n",
    )
    monkeypatch.setenv("DAICHO_POLICIES", str(tmp_path))
    chosen.cache_clear()
    try:
        assert chosen().english.engine == "none"
        assert chosen().japanese.model == str(pipeline)
        assert chosen().not_persons == ("山田太郎",)
    finally:
        chosen.cache_clear()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("english: {engine: sapcy}", "analyzer_file", "english.engine"),
        ("engilsh: {engine: none}", "analyzer_file", "engilsh"),
        ("english: {engine: spacy}", "analyzer_model_unnamed", "spacy"),
        (
            "english: {engine: spacy, model: no_such_model}",
            "analyzer_model_missing",
            "no_such_model",
        ),
        (
            "english: {engine: transformers, model: /no/folder}",
            "analyzer_model_missing",
            "/no/folder",
        ),
        ("english: {engine: gliner, model: /no/folder}", "analyzer_model_missing", "/no/folder"),
        ("english: {engine: transformers, model: .}", "model_package_missing", "transformers"),
        ("english: {engine: gliner, model: .}", "model_package_missing", "gliner"),
    ],
)
def test_a_wrong_choice_says_what_to_do(tmp_path: Path, text: str, code: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        tagger(load_choice(_write(tmp_path, text)).english)
    assert error.value.code == code
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "entity", "found"),
    [
        ("Please ask Björn Sigurðsson about it.", Entity.PERSON, "Björn Sigurðsson"),
        ("sometimes people call me višeslav", Entity.PERSON, "višeslav"),
        ("I live at 583 Magrethevej 298 in Velenje", Entity.ADDRESS, "583 Magrethevej 298"),
        ("She moved from Deanwell last year", Entity.LOCATION, "Deanwell"),
    ],
)
def test_rampart_finds_what_no_pattern_knows(
    rampart: RampartTagger, text: str, entity: Entity, found: str
) -> None:
    (tags,) = rampart.tag([text])
    assert found in {text[tag.start : tag.end] for tag in tags if tag.entity is entity}


def test_texts_read_together_are_read_as_if_alone(rampart: RampartTagger) -> None:
    texts = [
        "Ask Björn Sigurðsson",
        "nothing",
        "We met Olga Krylova in Oslo, and she told us to write to Kim Long about the flat there.",
        "",
    ]
    together = [[tag[:3] for tag in tags] for tags in rampart.tag(texts)]
    assert together == [[tag[:3] for tag in rampart.tag([text])[0]] for text in texts]
    assert together[0]
    assert together[2]


@pytest.mark.parametrize(
    "text",
    [
        "sms to 090-1234-5678 queued",
        "When will the black knit be back in stock? The item code is KXM-2768-NVY.",
        '{"ua":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)","req":"4f025018"}',
        "Hello, this is Scott Hernandez. My order has not arrived.",
        "I moved to 02010 Melissa Track, Jamesside, MH 87554.",
        "Ian Campbell",
        "お世話になっております。",
        "My card was charged twice for FRAY I.D",
    ],
)
def test_what_patterns_explain_is_not_read(
    text: str, detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Reader, passages: Sequence[str]) -> list[tuple[Tag, ...]]:
        raise AssertionError(passages)

    monkeypatch.setattr(Reader, "tags", refused)
    detector.find([text], entities=EVERY)


def test_a_passage_is_read_once_whatever_stands_around_it() -> None:
    class Counting(NoTagger):
        seen: list[str] = []

        def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
            self.seen.extend(texts)
            return super().tag(texts)

    counting = Counting()
    reader = Reader(counting)
    reader.tags(["Ask Olga", "Ask Olga", "Ask Kim"])
    reader.tags(["Ask Kim"])
    assert counting.seen == ["Ask Olga", "Ask Kim"]


def test_a_model_reads_the_passages_of_a_batch_together_and_never_too_many(
    detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counting(NoTagger):
        sizes: list[int] = []

        def tag(self, texts: Sequence[str]) -> list[tuple[Tag, ...]]:
            self.sizes.append(len(texts))
            return super().tag(texts)

    counting = Counting()
    reader = Reader(counting)
    monkeypatch.setattr(reading, "_english", lambda: reader)
    detector.find([f"Please ask Olga Krylova about case {n} of it." for n in range(600)])
    assert counting.sizes == [256, 256, 88]


def test_a_long_text_is_read_in_passages() -> None:
    text = "Ask Olga Krylova about it. " * 100
    read_passages = list(passages(text, []))
    assert all(end - start <= 480 for start, end in read_passages)
    assert sum(end - start for start, end in read_passages) == len(text)


def test_places_of_tags_are_those_of_the_text() -> None:
    text = "ご担当の方へ。Please ask Björn Sigurðsson about it."
    names = {text[tag.start : tag.end] for tag in read(text) if tag.entity is Entity.PERSON}
    assert names == {"Björn Sigurðsson"}


@pytest.mark.parametrize(
    ("entity", "text", "found"),
    [
        (Entity.PERSON, "担当はTaro Yamadaです", "Taro Yamada"),
        (Entity.PERSON, "Mr. Pálffy is here", "Pálffy"),
        (Entity.ADDRESS, "48334 36 rue de Pologne", "48334 36 rue de Pologne"),
        (
            Entity.ADDRESS,
            "1-2-3 Jingumae, Shibuya-ku, Tokyo 150-0001",
            "1-2-3 Jingumae, Shibuya-ku, Tokyo 150-0001",
        ),
        (Entity.PHONE_NUMBER, "They're not answering at 99 668472", "99 668472"),
        (Entity.US_ZIP_CODE, "my zip code is 35350", "35350"),
        (Entity.LOCATION, "tribute to the Netherlands.", "Netherlands"),
        (Entity.AGE, "Patient is a 62-year-old male", "62"),
        (Entity.AGE, "35歳の女性", "35"),
        (Entity.TITLE, "correct it to Mrs. Trevisani", "Mrs."),
        (Entity.NRP, "great Slovenian food", "Slovenian"),
        (Entity.ORGANIZATION, "he is from Civic Impulse LLC", "Civic Impulse LLC"),
        (Entity.DATE_TIME, "since 12/1/1981", "12/1/1981"),
        (Entity.DATE_TIME, "on March 3rd, 2004", "March 3rd, 2004"),
        (Entity.URL, "see https://example.com/a?b=1", "https://example.com/a?b=1"),
    ],
)
def test_english_forms(detector: Detector, entity: Entity, text: str, found: str) -> None:
    hits = detector.find([text], entities=frozenset({entity}))[0]
    assert [text[hit.start : hit.end] for hit in hits] == [found]


@pytest.mark.parametrize("text", ["Paul Smithの財布", "a bag by Kate Spade", "Made in Italy"])
def test_brands_and_countries_are_no_persons(detector: Detector, text: str) -> None:
    assert detector.find([text], entities=frozenset({Entity.PERSON})) == [()]
