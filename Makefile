# Daicho. `make help` lists the targets; each one sets up what it needs by itself.
# PYTHON=python3.12 make ...   chooses the interpreter for .venv
# ARGS="..." make demo|up|test hands arguments on

.DEFAULT_GOAL := help
.PHONY: help demo up test test-faults lint services services-stop lock setup clean

# Without a home folder pip and uv would write their caches into /.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/var/home
endif
# Each Airflow process would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
RUN := PATH="$(CURDIR)/.venv/bin:$$PATH" PYTHONPATH="$(CURDIR)" AIRFLOW_HOME="$(CURDIR)/var/airflow" $(PY)
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: setup ## run the whole pipeline on a fictional shop's data, then point to its reports
	@$(RUN) -m include.governance demo run $(ARGS)

up: setup ## open the demo in Airflow's own web pages on this machine
	@$(RUN) -m include.governance demo up $(ARGS)

test: setup .venv-datacontract/ready ## run the tests (those of PostgreSQL and MariaDB need: make services)
	@PYTHONHASHSEED=0 $(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder $(ARGS)

test-faults: setup ## kills, races, approvals, the real scheduler, leaks by any way; DAICHO_TEST_KILLS=320 for a long run
	@$(PY) -m pytest -m faults tests/erasure tests/faults tests/e2e tests/dags $(ARGS)
	@$(PY) -m pytest -m faults -n 2 --dist loadfile \
		tests/disposal tests/pipeline tests/canary $(ARGS)

# The market's own contract checker, apart because it wants older packages than Airflow.
.venv-datacontract/ready: .ci/datacontract.txt | setup
	@rm -rf .venv-datacontract
	@$(PY) -m venv .venv-datacontract
	@$(PY) -m uv pip sync --quiet --python .venv-datacontract/bin/python --require-hashes .ci/datacontract.txt || \
		.venv-datacontract/bin/python -m pip install --quiet --require-hashes -r .ci/datacontract.txt
	@touch $@

lint: setup ## check style, formatting, types and the layers between modules
	$(PY) -m ruff check . .ci/services .ci/secrets
	$(PY) -m ruff format --check . .ci/services .ci/secrets
	$(PY) -m mypy
	.venv/bin/lint-imports

services: ## start PostgreSQL, MariaDB and Redis for the tests (installs them on Debian as root)
	@$(or $(PYTHON),python3) .ci/services start

services-stop: ## stop them
	@$(or $(PYTHON),python3) .ci/services stop

lock: setup ## compile requirements*.in to requirements*.txt, with hashes; ARGS=--upgrade for new versions
	$(COMPILE) $(ARGS) requirements.in -o requirements.txt
	$(COMPILE) $(ARGS) requirements-production.in -o requirements-production.txt
	$(COMPILE) $(ARGS) .ci/uv.in -o .ci/uv.txt
	$(COMPILE) $(ARGS) .ci/datacontract.in -o .ci/datacontract.txt

setup:
	@PYTHON="$(PYTHON)" .ci/setup

clean: ## remove .venv, the test servers and all caches; what runs have stored in var/ stays
	@$(or $(PYTHON),python3) .ci/services remove
	rm -rf .venv .venv-datacontract .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
