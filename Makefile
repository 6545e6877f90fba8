# The only door: people, pre-commit and .ci/run all call these verbs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

export UV_PYTHON_DOWNLOADS := never

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-bench

# No setting of this shell reaches the tests: neither anybody's tokens nor a real database.
CLEAN := env $(shell sed -n 's/^\#\{0,1\}\([A-Z][A-Z0-9_]*\)=.*/-u \1/p' .env.example)

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

# Words for pytest, e.g. `make test ARGS="tests/unit/sandbox -k clock"`.
ARGS ?=
# In .ci/run a test that skips because a system package is missing is a failure.
STRICT := $(if $(SYNCBOT_CI),--no-missing-packages)

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(READY) ## Make .venv with everything pinned (the other verbs do it when needed)
	@echo "ready: $(BIN)/syncbot --help"

$(READY): requirements-dev.txt pyproject.toml tools/setup.sh
	@tools/setup.sh
	@touch $@

.PHONY: test
test: $(READY) check ## Everything that must hold: format, lint, types, import order, tests
	@tools/system_packages.sh postgresql
	@$(CLEAN) $(BIN)/pytest --numprocesses auto $(STRICT) $(ARGS)

.PHONY: check
check: $(READY) ## What needs no test run: format, lint, types, import order
	@failed=0; for step in "ruff format --check ." "ruff check ." "mypy" "lint-imports --no-logo"; do \
	  $(BIN)/$$step || failed=1; done; exit $$failed

.PHONY: demo
demo: $(READY) ## The main job from end to end against the local sandbox
	@$(BIN)/python -m syncbot demo

.PHONY: bench
bench: $(READY) $(PEERS)/.ready ## Time, memory and requests, beside peers on the same data (ARGS=--quick: a minute)
	@$(BIN)/python -m tests.bench $(ARGS)

.PHONY: pictures
pictures: $(READY) ## Draw what people get into docs/pictures, of the files in FOLDER (demo-output)
	@$(BIN)/python tools/pictures.py $(or $(FOLDER),demo-output) docs/pictures

.PHONY: bench-notes
bench-notes: $(READY) ## How well actions and decisions are found in minutes of other bodies (ARGS=--remarks)
	@$(BIN)/python -m tests.bench_notes $(ARGS)

$(PEERS)/.ready: requirements-bench.txt | $(READY)
	@echo "making $(PEERS) for the peers that we are compared with"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS)
	@UV_LINK_MODE=copy $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(PEERS)/bin/python requirements-bench.txt
	@touch $@

.PHONY: soak
soak: $(READY) ## Everybody does their worst until a Law breaks (EXAMPLES=2000, SECONDS=0, SEED=, STORE=memory|sqlite|postgresql)
	@$(CLEAN) $(BIN)/python -m tests.soak --examples $(or $(EXAMPLES),2000) --seconds $(or $(SECONDS),0) --store $(or $(STORE),memory) $(if $(SEED),--seed $(SEED))

.PHONY: kill
kill: $(READY) ## Kill and stop a sync at every request, on SQLite and PostgreSQL (an hour or two; PART=1/4 for a part)
	@tools/system_packages.sh postgresql
	@$(CLEAN) $(BIN)/pytest tests/system/test_kill.py --every-kill --kill-part $(or $(PART),1/1) $(STRICT) $(ARGS)

.PHONY: kill-publishing
kill-publishing: $(READY) ## Kill the service at every request by which it publishes, and in between (an hour; PART=1/4 for a part)
	@$(CLEAN) $(BIN)/pytest tests/system/test_kill_rounds.py --every-kill --kill-part $(or $(PART),1/1) $(ARGS)

.PHONY: figures
figures: $(READY) ## Sizes, typing and mocks against our targets, with one line for each offender
	@$(BIN)/python -m tests.figures

.PHONY: fmt
fmt: $(READY) ## Format, and mend what can be mended by machine
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: lock
lock: $(READY) ## Pin the dependencies anew (LOCK=--upgrade for newer ones)
	@$(COMPILE) pyproject.toml --extra postgresql --extra geonames --output-file requirements.txt $(LOCK)
	@$(COMPILE) pyproject.toml --extra postgresql --extra geonames --group dev --constraint requirements.txt --output-file requirements-dev.txt $(LOCK)
	@$(COMPILE) --group build --constraint requirements-dev.txt --output-file requirements-build.txt $(LOCK)
	@$(COMPILE) --group bench --output-file requirements-bench.txt $(LOCK)

.PHONY: image
image: ## Build the container image with the engine you have (ENGINE=podman)
	@$${ENGINE:-docker} build --tag syncbot .

.PHONY: image-check
image-check: ## Build the image, run the demo in it, and look at its health, size and rights (ENGINE=, CONTAINER_CHECK=)
	@tools/image_check.sh

.PHONY: clean
clean: ## Remove what the other verbs made
	@rm -rf $(VENV) $(PEERS) .mypy_cache* .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage dist demo-output
	@find . -name __pycache__ -prune -exec rm -rf {} +
