# Motcua's tasks. `make` alone lists them.
# PYTHON, JOBS and the demo's variables (FAULTS, SPEED …) may be given on the command line.
PY := .venv/bin/python
TOOL := PYTHONPATH=tools $(PY) -m
# tests wait for programs half of their time: twice as many workers as the smallest machine has cores
JOBS ?= 4
# modules are compiled once, whatever the shell says
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help setup check fix test test-unit test-integration test-browser test-crash faults cover demo docs firmware firmware-flash bench lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 18

setup: ## Debian packages, .venv, pinned requirements (all targets do this by themselves)
	@tools/setup

check: setup ## Lint, format, types, import rules, generated files; takes seconds
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --quiet --check .
	$(PY) -m mypy --no-error-summary
	.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache
	$(TOOL) generate --check

fix: setup ## Mend what ruff can mend and format everything
	$(PY) -m ruff check --fix --quiet .
	$(PY) -m ruff format --quiet .

test: check cover ## Unit, model, integration, browser and crash tests (samples; all: make faults)
	$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -q --durations=25 --ignore=tests/bench tests

test-unit: setup ## Unit and architecture tests only
	$(PY) -m pytest -q tests/unit tests/architecture

test-integration: setup ## Tests with real parts: Mosquitto, ptys, sound, databases
	$(PY) -m pytest -q tests/integration

test-browser: setup ## Tests of the pages in Chromium
	$(PY) -m pytest -q tests/e2e

test-crash: setup ## Tests that kill and restart real programs
	$(PY) -m pytest -q tests/crash

faults: setup ## The whole fault matrix (an hour or so); make test runs a sample of it
	MOTCUA_FAULTS=full $(PY) -m pytest -q -p no:randomly tests/crash tests/unit/model tests/e2e/test_demo_faults.py tests/simulation

cover: setup ## The contract's tests reach every branch of it
	@rm -f .coverage-contract*
	COVERAGE_FILE=.coverage-contract $(PY) -m coverage run -m pytest -q tests/unit/contract
	@COVERAGE_FILE=.coverage-contract $(PY) -m coverage combine -q
	@COVERAGE_FILE=.coverage-contract $(PY) -m coverage report --include='contract/motcua_contract/*' -m --skip-covered --fail-under=100

demo: setup ## Broker, hub and three offices on this machine; FAULTS=1 also pulls cables
	@PYTHONPATH=tools exec $(PY) -m demo $(if $(FAULTS),--faults) $(if $(SPEED),--speed "$(SPEED)") $(ARGS)

docs: setup ## Write the generated documents anew
	$(TOOL) generate

firmware: setup ## Compile the pads' firmware into build/firmware; KEY=FILE signs a release
	@$(TOOL) padkit build $(if $(KEY),--key "$(KEY)")

firmware-flash: setup ## Copy it to a board: PORT=/dev/ttyACM0, and PAD=config.json for a new one
	@$(TOOL) padkit flash --port "$(PORT)" $(if $(PAD),--pad "$(PAD)") $(ARGS)

bench: setup ## Measure what the project promises
	$(PY) -m pytest -q -p no:randomly -s tests/bench

lock: ## Refresh the pinned requirements (maintainers; needs uv and a network)
	tools/lock

clean: ## Remove what setup, tests and the demo made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* build demo-state tests/artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
