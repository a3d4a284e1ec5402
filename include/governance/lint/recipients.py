"""Look at recipients and at what expires: their agreements, and the profile of the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from include.governance.model.mistake import Mistake
from include.governance.policy.load import POLICY_FILE, Rulebook
from include.governance.yamlfile import PathInFile


def mistakes(rulebook: Rulebook, as_of: date) -> Iterator[Mistake]:
    """Logins of two recipients, subcontractors without a live agreement (APPI 25), and a law
    profile nobody re-checked.
    """
    document = rulebook.documents[POLICY_FILE]
    owners: dict[str, str] = {}
    for name, recipient in rulebook.policy.recipients.items():
        for index, login in enumerate(recipient.logins):
            if (other := owners.setdefault(login.casefold(), name)) != name:
                at: PathInFile = ("recipients", name, "logins", index)
                yield document.mistake(at, "login_of_two", recipient=name, other=other)
        if recipient.kind != "subcontractor":
            continue
        path = ("recipients", name)
        if recipient.agreement is None:
            yield document.mistake(path, "agreement_missing", recipient=name)
        elif recipient.agreement.ends_on < as_of:
            ended = recipient.agreement.ends_on.isoformat()
            yield document.mistake(path, "agreement_expired", recipient=name, ended=ended)
        elif recipient.agreement.signed_on > as_of:
            starts = recipient.agreement.signed_on.isoformat()
            yield document.mistake(path, "agreement_not_begun", recipient=name, starts=starts)
    profile = rulebook.policy.law_profile
    due = profile.recheck_after.after(profile.checked_on)
    if due < as_of:
        facts: dict[str, str | int] = {"law": profile.id, "due": due.isoformat()}
        yield document.mistake(("law_profile", "checked_on"), "law_overdue", "warning", **facts)
