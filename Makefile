# What a person runs. CI calls the same. Needs git, make, Python 3.11 or later; brings the rest into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo test test-systems test-kill test-ui-full lint bench ui screenshots neo4j env env-dev clean
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
STORE ?=
DIR ?= ./demo
TESTS ?= tests
WORKERS ?= 3
SYSTEM ?=
KILLS ?= 20

help: ## list these targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

demo: env ## run a real pipeline, ask where its files came from, serve until Ctrl-C (STORE=neo4j or a URL, DIR=folder, DEMO_EXIT=1)
	@$(BIN)/python scripts/build_ui.py --optional
	@$(if $(filter neo4j,$(STORE)),$(BIN)/python scripts/demo_neo4j.py,$(BIN)/whence demo $(if $(STORE),--store $(STORE))) --dir $(DIR)

test: env-dev ## run every test; what a machine lacks fails it unless named: ALLOW_MISSING=node,uv (TESTS=path for some, WORKERS=3)
	@$(BIN)/python scripts/build_ui.py --optional
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(TESTS)

test-systems: env-dev ## run importers and live hooks with the real tools, each in an environment of its own (SYSTEM=dvc, or several)
	@$(BIN)/python scripts/test_systems.py $(SYSTEM)

test-kill: env-dev ## kill -9 amid ingest, 20 times a store, and print what became of it (KILLS=20)
	@WHENCE_TEST_KILLS=$(KILLS) $(BIN)/pytest tests/faults/test_kill.py

test-ui-full: env-dev ## look at the page in every size, theme and state, with every shortcut and a graph of 10,000 nodes
	@$(BIN)/python scripts/build_ui.py
	@WHENCE_TEST_UI_FULL=1 $(BIN)/pytest tests/page

lint: env-dev ## check style, types, layers and layout
	@$(BIN)/python scripts/build_ui.py --optional
	@sh scripts/lint.sh

bench: env-dev ## measure ingest, walks, start-up, memory and the page beside raw floors (BENCH="--quick --page --importers --json FILE")
	@$(BIN)/python scripts/build_ui.py --optional
	@$(BIN)/python scripts/bench.py $(BENCH)

ui: env ## build the page into service/whence/static (Node from PATH, else from a wheel)
	@$(BIN)/python scripts/build_ui.py

screenshots: env-dev ## make the pictures of docs/images from the demo's data, in a real browser
	@$(BIN)/python scripts/build_ui.py
	@$(BIN)/python scripts/screenshots.py

neo4j: env ## start a real Neo4j for this machine until Ctrl-C (NEO4J_VERSION=5.26.30, NEO4J_PORT=7687)
	@$(BIN)/python scripts/neo4j_local.py $(if $(NEO4J_PORT),--port $(NEO4J_PORT))

env: ## make .venv with what the demo needs
	@python=$$(sh scripts/find-python.sh) && "$$python" scripts/environment.py demo

env-dev:
	@python=$$(sh scripts/find-python.sh) && "$$python" scripts/environment.py dev

clean: ## remove everything that these targets made
	rm -rf .venv .systems dist demo ui/node_modules service/whence/static .bench
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
