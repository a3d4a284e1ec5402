"""Everything a verb needs, loaded once: rulebook, contracts, suites, store, connections."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url

from include.governance.contract.load import load_folder
from include.governance.erasure.tables import own_tables as erasure_tables
from include.governance.errors import ConfigurationError
from include.governance.expectations.files import load_suites
from include.governance.expectations.suites import Suite
from include.governance.model.contract import DataContract, Dataset
from include.governance.model.control import Control
from include.governance.model.mistake import Mistake
from include.governance.policy.load import Rulebook, load_rulebook
from include.governance.rules.needs import wrong_needs
from include.governance.settings import ROOT, Settings
from include.governance.source.clocks import Zone
from include.governance.source.connection import ConnectionSpec, from_environment
from include.governance.source.database import Source
from include.governance.source.rows import Hashing
from include.governance.store.migrate import is_current, upgrade
from include.governance.store.schema import own_tables
from include.governance.store.store import Store

Connect = Callable[[str], URL]


class ConfigurationMistakes(ConfigurationError):
    """Every mistake in the files that people wrote, collected."""

    def __init__(self, mistakes: Collection[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("configuration_mistakes", count=len(self.mistakes))


class SourcesMisconfigured(ConfigurationError):
    """Every source that cannot be opened as it is configured, collected."""

    def __init__(self, errors: Collection[ConfigurationError]) -> None:
        self.errors = tuple(errors)
        super().__init__("sources_misconfigured", count=len(self.errors))


@dataclass(frozen=True)
class Workspace:
    """One installation, opened."""

    settings: Settings
    rulebook: Rulebook
    contracts: tuple[DataContract, ...]
    suites: tuple[Suite, ...]
    connect: Connect

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """Every table that a contract declares."""
        return tuple(dataset for contract in self.contracts for dataset in contract.datasets)

    @property
    def source_names(self) -> tuple[str, ...]:
        """Every source that a contract names, sorted."""
        return tuple(sorted({dataset.source for dataset in self.datasets}))

    def of_source(self, name: str) -> tuple[Dataset, ...]:
        """The declared tables of one source."""
        return tuple(dataset for dataset in self.datasets if dataset.source == name)

    @property
    def controls(self) -> Mapping[str, Control]:
        """The catalogue."""
        return self.rulebook.controls.controls

    def control_of(self, flag: str) -> str:
        """The control that reports a kind of flag; raises ConfigurationError when none does."""
        for name, control in self.controls.items():
            if control.flag == flag:
                return name
        raise ConfigurationError("no_control_for", flag=flag)

    @property
    def hashing(self) -> Hashing:
        """How rows are named."""
        return Hashing(self.settings.key, self.settings.max_row_refs)

    @property
    def zone(self) -> Zone:
        """The time zone in which days begin."""
        return Zone(self.rulebook.policy.timezone)

    def source(self, name: str) -> Source:
        """A source, opened for reading."""
        return Source(name, self.connect(name))

    def ready(self, names: Iterable[str]) -> None:
        """Whether these sources could be judged; connects to none of them.

        Raises SourcesMisconfigured with every source that has no connection or no driver, and
        ConfigurationError for a kind of flag that no control reports.
        """
        errors: list[ConfigurationError] = []
        for name in names:
            try:
                self.source(name)
            except ConfigurationError as error:
                errors.append(error)
        if errors:
            raise SourcesMisconfigured(errors)
        for flag in ("undated", "premature", "out_of_purpose", "hold_review"):
            self.control_of(flag)

    def store(self) -> Store:
        """The governance store."""
        return Store(self.settings.store_url)

    def left_out(self, source: Source) -> frozenset[str]:
        """Tables of a source that are this product's own."""
        return own_tables_in(source, self.settings.store_url)

    @cached_property
    def rulebook_sha256(self) -> str:
        """A hash over policy, schedule and controls as they were read."""
        documents = {n: d.data for n, d in sorted(self.rulebook.documents.items())}
        return _sha256(documents)

    @cached_property
    def contracts_sha256(self) -> str:
        """A hash over all contracts as they were read."""
        return _sha256({contract.file: contract.sha256 for contract in self.contracts})


def open_workspace(settings: Settings, connect: Connect) -> Workspace:
    """Load everything; raises ConfigurationMistakes with all mistakes at once."""
    folders = (settings.policies, settings.contracts, settings.expectations)
    return Workspace(settings, *_read(folders, _stamp(settings)), connect)


Stamp = tuple[tuple[str, int, int], ...]
Read = tuple[Rulebook, tuple[DataContract, ...], tuple[Suite, ...]]


@lru_cache(maxsize=4)
def _read(folders: tuple[Path, Path, Path], _stamp: Stamp) -> Read:
    """The files, read once per process for as long as none of them changes."""
    policies, contracts_folder, expectations = folders
    rulebook, mistakes = load_rulebook(policies, ROOT)
    contracts, wrong = load_folder(contracts_folder, ROOT)
    mistakes += wrong
    suites: tuple[Suite, ...] = ()
    if rulebook is not None:
        suites, wrong = load_suites(expectations, ROOT, rulebook)
        mistakes += wrong
        mistakes += wrong_needs(rulebook, [d for contract in contracts for d in contract.datasets])
    errors = [mistake for mistake in mistakes if mistake.level == "error"]
    if rulebook is None or errors:
        raise ConfigurationMistakes(errors or mistakes)
    return rulebook, contracts, suites


def _stamp(settings: Settings) -> Stamp:
    """Name, size and time of every file that is read; the reader says what it cannot read."""
    files = (
        *settings.policies.glob("*.yaml"),
        *settings.contracts.rglob("*.odcs.yaml"),
        *settings.expectations.rglob("*.json"),
    )
    found = ((str(file), _size_and_time(file)) for file in sorted(files))
    return tuple((name, *stat) for name, stat in found)


def _size_and_time(file: Path) -> tuple[int, int]:
    try:
        stat = file.stat()
    except OSError:
        return -1, -1
    return stat.st_size, stat.st_mtime_ns


def open_store(url: str) -> None:
    """Bring the store to the version of this program, if it is not there yet."""
    if not is_current(url):
        upgrade(url)


def connections_from(env: Mapping[str, str]) -> Connect:
    """Sources from ``AIRFLOW_CONN_<ID>`` variables."""
    return lambda name: from_environment(env, name).url()


def connections_by(read: Callable[[str], ConnectionSpec]) -> Connect:
    """Sources from any other reader of connections, such as Airflow's own."""
    return lambda name: read(name).url()


def own_tables_in(source: Source, store_url: str) -> frozenset[str]:
    """This product's own tables: receipts of erasures, and the store's if it lives there too."""
    same = _place(source.url) == _place(make_url(store_url))
    return erasure_tables() | (own_tables() if same else frozenset())


def _place(url: URL) -> tuple[object, ...]:
    return (url.get_backend_name(), url.host, url.port, url.database)


def _sha256(document: object) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def names(datasets: Iterable[Dataset]) -> dict[str, Dataset]:
    """Datasets by ``source.table``."""
    return {dataset.id: dataset for dataset in datasets}
