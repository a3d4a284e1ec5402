"""Make Airflow's database ready in one process: its tables, the pool of the sources, the DAGs."""

from __future__ import annotations

import os

POOL = "daicho_sources"
SLOTS = 2


def main() -> None:
    """Bring everything up to date; doing it again changes nothing."""
    from airflow.utils.db import upgradedb

    upgradedb()
    _pool()
    _dags()


def _pool() -> None:
    """Tasks of a pool that does not exist wait for ever."""
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session

    with create_session() as session:
        Pool.create_or_update_pool(
            POOL, SLOTS, "Tasks that read a source", include_deferred=False, session=session
        )


def _dags() -> None:
    """Put the DAGs into the database, so that a scheduler need not wait for them."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db

    bundles = DagBundlesManager()  # type: ignore[no-untyped-call]
    bundles.sync_bundles_to_db()
    for bundle in bundles.get_all_dag_bundles():
        bundle.initialize()
        bag = BundleDagBag(bundle.path, bundle_path=bundle.path, bundle_name=bundle.name)
        if bag.import_errors:
            folder = os.environ["AIRFLOW__CORE__DAGS_FOLDER"]
            raise SystemExit(f"{folder}: {len(bag.import_errors)} file(s) could not be imported")
        sync_bag_to_db(bag, bundle.name, bundle.version)


if __name__ == "__main__":
    main()
