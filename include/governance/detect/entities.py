"""The kinds of personal data that can be found, and the policy's category for each."""

from __future__ import annotations

from enum import StrEnum


class Entity(StrEnum):
    """What a recogniser finds; spelled as Presidio spells its own entities."""

    ADDRESS = "ADDRESS"
    CARD_SECURITY_CODE = "CARD_SECURITY_CODE"
    CREDIT_CARD = "CREDIT_CARD"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    IP_ADDRESS = "IP_ADDRESS"
    JP_BANK_ACCOUNT = "JP_BANK_ACCOUNT"
    JP_DRIVER_LICENSE = "JP_DRIVER_LICENSE"
    JP_HEALTH_INSURER = "JP_HEALTH_INSURER"
    JP_MY_NUMBER = "JP_MY_NUMBER"
    JP_PASSPORT = "JP_PASSPORT"
    JP_PENSION = "JP_PENSION"
    JP_POSTAL_CODE = "JP_POSTAL_CODE"
    JP_RESIDENCE_CARD = "JP_RESIDENCE_CARD"
    PERSON = "PERSON"
    PHONE_NUMBER = "PHONE_NUMBER"
    SPECIAL_CARE = "SPECIAL_CARE"


CATEGORIES: dict[Entity, str] = {
    Entity.ADDRESS: "address",
    Entity.CARD_SECURITY_CODE: "card_security_code",
    Entity.CREDIT_CARD: "card_number",
    Entity.DATE_OF_BIRTH: "date_of_birth",
    Entity.EMAIL_ADDRESS: "email",
    Entity.IP_ADDRESS: "ip",
    Entity.JP_BANK_ACCOUNT: "bank_account",
    Entity.JP_DRIVER_LICENSE: "identity_document",
    Entity.JP_HEALTH_INSURER: "social_insurance",
    Entity.JP_MY_NUMBER: "my_number",
    Entity.JP_PASSPORT: "identity_document",
    Entity.JP_PENSION: "social_insurance",
    Entity.JP_POSTAL_CODE: "postal_code",
    Entity.JP_RESIDENCE_CARD: "identity_document",
    Entity.PERSON: "name",
    Entity.PHONE_NUMBER: "phone",
    Entity.SPECIAL_CARE: "special_care",
}
