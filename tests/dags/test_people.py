"""Which of Airflow's users a login of the policy is."""

from __future__ import annotations

import pytest

from include.governance.errors import ConfigurationError, GovernanceError
from include.orchestration.people import People, people

FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
NUMBERED = People({"hanako": "3", "taro": "hanako"}, by_login=False)
NAMED = People({"cpo": "officer"}, by_login=True)


@pytest.mark.parametrize(
    ("users", "login", "user_id"),
    [
        (NUMBERED, "hanako", "3"),
        (NUMBERED, "HANAKO", "3"),
        (NUMBERED, "jiro", None),
        (NAMED, "cpo", "officer"),
        (NAMED, "Owner.EC", "Owner.EC"),
    ],
)
def test_the_id_of_a_login(users: People, login: str, user_id: str | None) -> None:
    assert users.id_of(login) == user_id


@pytest.mark.parametrize(
    ("users", "user_id", "login"),
    [
        (NUMBERED, "3", "hanako"),
        (NUMBERED, "4", None),
        (NAMED, "officer", "cpo"),
        (NAMED, "owner.ec", "owner.ec"),
        (NAMED, "cpo", None),  # somebody whose name happens to be the login of another
    ],
)
def test_the_login_of_an_answer(users: People, user_id: str, login: str | None) -> None:
    assert users.login_of(user_id) == login


def test_who_asks_is_told_by_name_and_a_name_is_no_number() -> None:
    assert NUMBERED.requester("hanako") == "hanako"
    assert NAMED.requester("officer") == "cpo"
    assert NAMED.requester("Tanaka") == "Tanaka"


@pytest.mark.parametrize(
    ("users", "name"),
    [(NUMBERED, "jiro"), (NUMBERED, "3"), (NAMED, "cpo"), (NUMBERED, "h\u0430nako")],
    ids=["not listed", "an id", "the login of another", "lookalike"],
)
def test_who_asks_and_is_nobody_known_is_refused(users: People, name: str) -> None:
    with pytest.raises(GovernanceError):
        users.requester(name)


def test_the_setting_lists_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    found = people({"DAICHO_AIRFLOW_USERS": "CPO = 7,owner.ec=12,"})
    assert found == People({"cpo": "7", "owner.ec": "12"}, by_login=True)
    monkeypatch.setenv("AIRFLOW__CORE__AUTH_MANAGER", FAB)
    assert people({}) == People({}, by_login=False)


@pytest.mark.parametrize("text", ["cpo", "cpo=", "=7", "cpo=7,owner.ec=7"])
def test_a_setting_that_is_no_list_of_pairs_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="DAICHO_AIRFLOW_USERS"):
        people({"DAICHO_AIRFLOW_USERS": text})
