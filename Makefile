SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run run-finsights data test lint format lock docs bench golden screenshots down clean

BIN := .venv/bin
LOCAL := .goldgate
BUCKET := finrag-data

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: .venv/.ready ## the whole chain on this machine: build, test, evaluate, push, release, verify, report
	@$(BIN)/goldgate local up
	@$(MAKE) --no-print-directory data
	@$(BIN)/goldgate run --env local

run-finsights: .venv/.ready ## the same chain on the real FinSights data: make run-finsights DATA=<folder of finsights>
	@test -n "$(DATA)" || { echo "Say where the data is: make run-finsights DATA=<folder of finsights>" >&2; exit 2; }
	@$(BIN)/goldgate local up --env finsights
	@$(BIN)/python -m service.ingest finsights --data "$(DATA)" --out $(LOCAL)/finsights
	@eval "$$($(BIN)/goldgate local env)"; $(BIN)/python -m service.ingest upload --from $(LOCAL)/finsights --bucket $(BUCKET) --prefix FINSIGHTS
	@$(BIN)/goldgate run --env finsights --set "services.finrag.gold_sets=['$(abspath $(DATA))/ModelPipeline/finrag_ml_tg1/data_cache/qa_manual_exports/goldp3_analysis/p3_gold_test_suite_31q.json']"

data: $(LOCAL)/data/.made
	@eval "$$($(BIN)/goldgate local env)"; $(BIN)/python -m service.ingest upload --from $(LOCAL)/data --bucket $(BUCKET) --prefix ML_EMBED_ASSETS

$(LOCAL)/data/.made: .venv/.ready $(shell find service/ingest service/embedding -name '*.py' -o -name '*.yaml' -o -name '*.csv')
	@$(BIN)/python -m service.ingest generate --seed 7 --out $(LOCAL)/data
	@touch $@

test: .venv/.ready lint ## everything that the tests need, then all tests
	@$(BIN)/python -m tests.prepare
	@$(BIN)/pytest -n 2

lint: .venv/.ready ## style, types, import rules, Dockerfile, workflows
	@tools/lint

format: .venv/.ready ## put the code into the agreed format
	@$(BIN)/ruff check -q --fix . && $(BIN)/ruff format -q .

lock: ## lock the requirements again, with hashes and without index addresses
	@for name in goldgate service dev; do \
	    uv pip compile -q --generate-hashes --no-header --python-version 3.11 -o requirements/$$name.txt requirements/$$name.in; \
	done

docs: .venv/.ready ## write the generated pages again
	@$(BIN)/python -m goldgate.pipeline.config.document
	@$(BIN)/python -m bench.docs
	@$(BIN)/python -m tests.references

bench: .venv/.ready ## all benchmarks (best on a quiet machine), then their tables into the docs
	@for name in startup peers million asking retrieval coverage gate_errors sequential judging scale report; do \
	    $(BIN)/python -m bench.$$name || echo "bench.$$name failed or missed a bar" >&2; \
	done
	@$(BIN)/python -m bench.docs

golden: .venv/.ready ## accept the report's new look: write its gold files again
	@GOLDGATE_UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/unit/eval/report

screenshots: .venv/.ready ## draw the pictures of docs/report.md again (needs Chromium)
	@$(BIN)/python -m tests.integration.report.screenshot

.venv/.ready: requirements/dev.txt requirements/goldgate.in pyproject.toml
	@tools/make-venv

down: ## stop what `make run` started: emulator, containers, an engine that it started itself
	@test ! -x $(BIN)/goldgate || $(BIN)/goldgate local down

clean: ## stop everything and remove what was made here
	@test ! -x $(BIN)/goldgate || $(BIN)/goldgate local down --images
	@rm -rf .venv $(LOCAL) runs build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
