"""The kinds of personal data that detectors find and controls name."""

from __future__ import annotations

from enum import StrEnum


class Entity(StrEnum):
    """What a recogniser finds; spelled as Presidio spells its own entities."""

    ADDRESS = "ADDRESS"
    BUSINESS_PHONE = "BUSINESS_PHONE"
    CARD_SECURITY_CODE = "CARD_SECURITY_CODE"
    CREDIT_CARD = "CREDIT_CARD"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    IBAN_CODE = "IBAN_CODE"
    IP_ADDRESS = "IP_ADDRESS"
    JP_BANK_ACCOUNT = "JP_BANK_ACCOUNT"
    JP_CORPORATE_NUMBER = "JP_CORPORATE_NUMBER"
    JP_DRIVER_LICENSE = "JP_DRIVER_LICENSE"
    JP_HEALTH_INSURER = "JP_HEALTH_INSURER"
    JP_MY_NUMBER = "JP_MY_NUMBER"
    JP_PASSPORT = "JP_PASSPORT"
    JP_PENSION = "JP_PENSION"
    JP_POSTAL_CODE = "JP_POSTAL_CODE"
    JP_RESIDENCE_CARD = "JP_RESIDENCE_CARD"
    MAC_ADDRESS = "MAC_ADDRESS"
    PERSON = "PERSON"
    PHONE_NUMBER = "PHONE_NUMBER"
    SPECIAL_CARE = "SPECIAL_CARE"
    US_SSN = "US_SSN"
