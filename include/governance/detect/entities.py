"""The policy's category for each kind of personal data that can be found."""

from __future__ import annotations

from include.governance.model.entity import Entity

__all__ = ["CATEGORIES", "Entity"]

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
