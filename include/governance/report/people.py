"""Who answers, as people call it: a department that owns a table, or a role of the policy."""

from __future__ import annotations

from include.governance.model.policy import PrivacyPolicy
from include.governance.model.text import Text


def role(policy: PrivacyPolicy, name: str) -> Text:
    """The role's label; a name that the policy does not have shows itself."""
    found = policy.roles.get(name)
    return found.label if found else Text(en=name, ja=name)


def department(policy: PrivacyPolicy, name: str) -> Text:
    """The department's label; a name that the policy does not have shows itself."""
    return policy.departments.get(name) or Text(en=name, ja=name)


def answering(policy: PrivacyPolicy, owner: str, control_role: str) -> Text:
    """Who answers for a finding: the department where the data's owner must act, else a role."""
    return role(policy, owner) if owner == control_role else department(policy, owner)
