"""Build the Presidio analyzer: our recognisers only, no model, no download, nothing logged."""

from __future__ import annotations

import logging
from functools import lru_cache

from presidio_analyzer import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

from include.governance.detect.hit import THRESHOLD
from include.governance.detect.recognisers.address import AddressRecogniser
from include.governance.detect.recognisers.age import AgeRecogniser
from include.governance.detect.recognisers.announced_person import AnnouncedPersonRecogniser
from include.governance.detect.recognisers.bank_account import BankAccountRecogniser
from include.governance.detect.recognisers.base import LANGUAGE, JapaneseRecogniser
from include.governance.detect.recognisers.birth_date import BirthDateRecogniser
from include.governance.detect.recognisers.business_phone import BusinessPhoneRecogniser
from include.governance.detect.recognisers.card import CardRecogniser
from include.governance.detect.recognisers.corporate_number import CorporateNumberRecogniser
from include.governance.detect.recognisers.driver_licence import DriverLicenceRecogniser
from include.governance.detect.recognisers.email_address import EmailRecogniser
from include.governance.detect.recognisers.english_address import EnglishAddressRecogniser
from include.governance.detect.recognisers.english_person import EnglishPersonRecogniser
from include.governance.detect.recognisers.foreign_phone import ForeignPhoneRecogniser
from include.governance.detect.recognisers.health_insurance import HealthInsurerRecogniser
from include.governance.detect.recognisers.iban import IbanRecogniser
from include.governance.detect.recognisers.ip_address import IpRecogniser
from include.governance.detect.recognisers.kana_address import KanaAddressRecogniser
from include.governance.detect.recognisers.mac_address import MacRecogniser
from include.governance.detect.recognisers.moment import MomentRecogniser
from include.governance.detect.recognisers.my_number import MyNumberRecogniser
from include.governance.detect.recognisers.nation import NationRecogniser
from include.governance.detect.recognisers.organisation import OrganisationRecogniser
from include.governance.detect.recognisers.passport import PassportRecogniser
from include.governance.detect.recognisers.pension import PensionRecogniser
from include.governance.detect.recognisers.person import PersonRecogniser
from include.governance.detect.recognisers.person_in_role import PersonInRoleRecogniser
from include.governance.detect.recognisers.phone import PhoneRecogniser
from include.governance.detect.recognisers.place import PlaceRecogniser
from include.governance.detect.recognisers.postal_code import PostalCodeRecogniser
from include.governance.detect.recognisers.record_birth import RecordBirthRecogniser
from include.governance.detect.recognisers.residence_card import ResidenceCardRecogniser
from include.governance.detect.recognisers.security_code import SecurityCodeRecogniser
from include.governance.detect.recognisers.special_care import SpecialCareRecogniser
from include.governance.detect.recognisers.title import TitleRecogniser
from include.governance.detect.recognisers.us_ssn import UsSsnRecogniser
from include.governance.detect.recognisers.web_address import WebAddressRecogniser
from include.governance.detect.recognisers.zip_code import ZipCodeRecogniser

RECOGNISERS: tuple[type[JapaneseRecogniser], ...] = (
    AddressRecogniser,
    AgeRecogniser,
    AnnouncedPersonRecogniser,
    BankAccountRecogniser,
    BirthDateRecogniser,
    BusinessPhoneRecogniser,
    CardRecogniser,
    CorporateNumberRecogniser,
    DriverLicenceRecogniser,
    EmailRecogniser,
    EnglishAddressRecogniser,
    EnglishPersonRecogniser,
    ForeignPhoneRecogniser,
    HealthInsurerRecogniser,
    IbanRecogniser,
    IpRecogniser,
    KanaAddressRecogniser,
    MacRecogniser,
    MomentRecogniser,
    MyNumberRecogniser,
    NationRecogniser,
    OrganisationRecogniser,
    PassportRecogniser,
    PensionRecogniser,
    PersonInRoleRecogniser,
    PersonRecogniser,
    PhoneRecogniser,
    PlaceRecogniser,
    PostalCodeRecogniser,
    RecordBirthRecogniser,
    ResidenceCardRecogniser,
    SecurityCodeRecogniser,
    SpecialCareRecogniser,
    TitleRecogniser,
    UsSsnRecogniser,
    WebAddressRecogniser,
    ZipCodeRecogniser,
)
# At DEBUG and INFO Presidio writes context words; its decision process writes whole texts.
_LOGGERS = ("presidio-analyzer", "decision_process")


class _ContextStaysWithRecognisers(ContextAwareEnhancer):
    """Passes results on: the recognisers have judged the context by character window."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """The results as they are."""
        del text, nlp_artifacts, recognizers, context
        return raw_results


@lru_cache(maxsize=1)
def analyzer() -> AnalyzerEngine:
    """The engine for language ``ja``, built once per process."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(max(logging.WARNING, logger.level))
    engine = NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": "none"}])
    engine.load()
    registry = RecognizerRegistry(
        recognizers=[recogniser() for recogniser in RECOGNISERS], supported_languages=[LANGUAGE]
    )
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        supported_languages=[LANGUAGE],
        default_score_threshold=THRESHOLD,
        log_decision_process=False,
        context_aware_enhancer=_ContextStaysWithRecognisers(),
    )
