"""Make the engine importable in every part of Airflow, also where nobody set PYTHONPATH.

Airflow puts dags/ and plugins/ on ``sys.path``, but not the folder that holds them. This file runs
at the start of every process of Airflow, each task's included, so it imports nothing else.
"""

import sys
from pathlib import Path

from airflow.sdk.plugins_manager import AirflowPlugin

ROOT = str(Path(__file__).resolve().parent.parent)

if ROOT not in sys.path:
    sys.path.append(ROOT)  # last, so that nothing of ours hides a module of others


class GovernancePlugin(AirflowPlugin):
    """Daicho's name in Airflow's list of plugins."""

    name = "daicho"
