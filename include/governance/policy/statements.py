"""What the law wants a published policy to say, as data: lint asks for each of these."""

from __future__ import annotations

#: Key of ``statements`` in the policy; the wording ``lint.gap_<key>`` says what is missing and why.
STATEMENTS = (
    "controller_name",
    "controller_address",
    "controller_representative",
    "contact_desk",
    "joint_use_items",
    "joint_use_range",
    "joint_use_purpose",
    "joint_use_manager",
    "request_grounds",
    "request_lead_time",
    "request_fee",
    "request_form",
    "request_electronic",
    "exceptions_match_law",
    "retention_periods",
    "security_measures",
    "external_environment",
    "external_transmission",
    "personal_related_information",
    "defined_terms",
)

#: APPI 35: every ground on which a person may ask for cessation of use or provision.
REQUEST_GROUNDS = (
    "beyond_purpose",
    "improper_use",
    "wrongful_acquisition",
    "unlawful_provision",
    "no_longer_needed",
    "reportable_leak",
    "rights_harmed",
)

#: Exceptions that the law allows only where consent is difficult to obtain.
CONSENT_DIFFICULT = ("APPI 27(1)(ii)", "APPI 27(1)(iii)")
