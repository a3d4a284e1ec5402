"""The policy's category for each kind of personal data that can be found."""

from __future__ import annotations

from include.governance.model.entity import Entity

__all__ = ["CATEGORIES", "NOT_PERSONAL", "Entity"]

NOT_PERSONAL = "none"

CATEGORIES: dict[Entity, str] = {
    Entity.ADDRESS: "address",
    Entity.AGE: NOT_PERSONAL,
    Entity.BUSINESS_PHONE: NOT_PERSONAL,
    Entity.CARD_SECURITY_CODE: "card_security_code",
    Entity.CREDIT_CARD: "card_number",
    Entity.DATE_OF_BIRTH: "date_of_birth",
    Entity.DATE_TIME: NOT_PERSONAL,
    Entity.EMAIL_ADDRESS: "email",
    Entity.IBAN_CODE: "bank_account",
    Entity.IP_ADDRESS: "ip",
    Entity.JP_BANK_ACCOUNT: "bank_account",
    Entity.JP_CORPORATE_NUMBER: "corporate_number",
    Entity.JP_DRIVER_LICENSE: "identity_document",
    Entity.JP_HEALTH_INSURER: "social_insurance",
    Entity.JP_MY_NUMBER: "my_number",
    Entity.JP_PASSPORT: "identity_document",
    Entity.JP_PENSION: "social_insurance",
    Entity.JP_POSTAL_CODE: "postal_code",
    Entity.JP_RESIDENCE_CARD: "identity_document",
    Entity.LOCATION: NOT_PERSONAL,
    Entity.MAC_ADDRESS: "device",
    Entity.NRP: NOT_PERSONAL,
    Entity.ORGANIZATION: NOT_PERSONAL,
    Entity.PERSON: "name",
    Entity.PHONE_NUMBER: "phone",
    Entity.SPECIAL_CARE: "special_care",
    Entity.TITLE: NOT_PERSONAL,
    Entity.URL: NOT_PERSONAL,
    Entity.US_SSN: "identity_document",
    Entity.US_ZIP_CODE: "postal_code",
}
