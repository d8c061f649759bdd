# The one entry: each target prepares what it needs by itself.
PYTHON := .venv/bin/python
PACKAGES := accounts chargers commissioning common control dashboard engine evce_project gateway journal metering rfid simulator transactions zones
WORKERS ?= 2
DATABASE_TESTS := $(addprefix tests/,accounts chargers commissioning common control dashboard journal metering rfid transactions zones)
SEEDS ?= 500
MINUTES ?= 15

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run demo test check fmt bench simulation mutants yield

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:
	@scripts/setup

setup-test:
	@scripts/setup test

demo: setup  ## A simulated site, live: prints the address and the log-ins
	@exec $(PYTHON) manage.py demo

run: setup  ## The product, empty: pages on 8000, stations on 9979
	@exec $(PYTHON) manage.py runevce

test: setup-test check  ## Everything that must hold: checks, database tests on PostgreSQL, all tests
	@scripts/on-postgres $(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup $(DATABASE_TESTS)
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup

check: setup-test  ## Format, lint, types, layers, migrations
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy $(PACKAGES)
	.venv/bin/lint-imports --no-cache
	$(PYTHON) manage.py makemigrations --check --dry-run

fmt: setup-test  ## Format, and fix what can be fixed
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: setup-test  ## Benchmarks, each with its ratio to a baseline of the same run
	@for file in bench/*.py; do echo "== $$file"; $(PYTHON) $$file || exit 1; done

simulation: setup-test  ## The deterministic simulation: SEEDS=500 MINUTES=15 [FROM=seed]
	@$(PYTHON) -m tests.simulation --seeds $(SEEDS) --minutes $(MINUTES) $(if $(FROM),--from $(FROM))

mutants: setup-test  ## Hunt every safety mutant afresh; ends with "N of N killed"
	$(PYTHON) -m tests.mutants.hunt --workers $(WORKERS)

yield: setup-test  ## Simulated days against an oracle with the same rules, as a table
	@$(PYTHON) -m tests.yields --jobs $(WORKERS)
