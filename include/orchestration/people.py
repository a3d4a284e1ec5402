"""Who a login of the policy is among Airflow's users, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from airflow.sdk.configuration import conf

from include.governance.disposal.stages import same_login
from include.governance.errors import ConfigurationError, PlanError
from include.governance.store.officer_text import require_login

VARIABLE = "DAICHO_AIRFLOW_USERS"
#: The auth manager whose users have their login as id; others number them.
BY_LOGIN = "SimpleAuthManager"
#: Who asks when the clock does, and who carries out; neither is a person, so neither may approve.
CLOCK = "airflow.schedule"
WORKER = "airflow.worker"
DEADLINE = "airflow.deadline"


@dataclass(frozen=True)
class People:
    """Ids of Airflow's users by login; ``by_login`` says that a login not listed is its own id."""

    ids: Mapping[str, str]
    by_login: bool

    def id_of(self, login: str) -> str | None:
        """The id under which Airflow knows a login; None when nobody said."""
        return self.ids.get(same_login(login)) or (login if self.by_login else None)

    def login_of(self, user_id: str) -> str | None:
        """The login of whoever answered; None when Airflow's id belongs to nobody known."""
        for login, known in self.ids.items():
            if known == user_id:
                return login
        return user_id if self.by_login and same_login(user_id) not in self.ids else None

    def requester(self, name: str) -> str:
        """The login of whoever started a run, of whom Airflow tells the name and never the number.

        Raises PlanError for a name that ``DAICHO_AIRFLOW_USERS`` does not tell: it may be that of
        somebody who approves under another one.
        """
        require_login("requester", name)
        if self.by_login:
            login = self.login_of(name)
        else:
            login = next((known for known in self.ids if known == same_login(name)), None)
        if login is None:
            raise PlanError("airflow_asker", variable=VARIABLE)
        return login


def people(env: Mapping[str, str]) -> People:
    """The users as ``DAICHO_AIRFLOW_USERS=login=id,…`` names them."""
    ids = dict(_pair(each) for each in env.get(VARIABLE, "").split(",") if each.strip())
    if len(set(ids.values())) != len(ids):
        raise ConfigurationError("airflow_users", variable=VARIABLE)
    manager = str(conf.get("core", "auth_manager"))
    return People(ids, by_login=manager.endswith(f".{BY_LOGIN}"))


def _pair(text: str) -> tuple[str, str]:
    login, _, user_id = (part.strip() for part in text.partition("="))
    if not (login and user_id):
        raise ConfigurationError("airflow_users", variable=VARIABLE)
    return same_login(login), user_id
