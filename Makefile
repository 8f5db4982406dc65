# Everything that a person needs: make run, make test. Both install what is missing first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
UV := .uv/bin/uv
PARLEY := .venv/bin/parley
# A Python 3.10 that is there already (pyenv's too); uv fetches one when there is none.
PYTHON310 := $(shell for p in $$(command -v python3.10) $$HOME/.pyenv/versions/3.10*/bin/python3.10; do \
	if [ -x "$$p" ] && "$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then echo $$p; break; fi; done)
export UV_PROJECT_ENVIRONMENT := .venv
export RASA_TELEMETRY_ENABLED := false
# Where the environment forbids Python to keep what it has compiled, every process would compile all libraries anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run setup test check train bench soak clean

run: setup  ## installs, trains, migrates, loads demo people, starts everything
	@$(PARLEY) up

setup: .venv/installed  ## installs into .venv

.venv/installed: uv.lock pyproject.toml | $(UV)
	@echo "Installing Parley and its libraries into .venv. The first time this takes a few minutes."
	@$(UV) sync --locked --python $(or $(PYTHON310),3.10)
	@touch $@

$(UV):
	@echo "Getting uv, which installs the rest, into .uv."
	@bash scripts/get-uv .uv

train: setup  ## trains the assistant when its examples have changed
	@$(PARLEY) train

check: setup  ## lint, types, architecture
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

# The linters and the training need one core each. The tests come in the order that tests/where.py gives them.
test: setup  ## the whole suite
	@bash scripts/get-chromium
	@$(MAKE) --no-print-directory -j 2 check train
	@.venv/bin/pytest -q -n 3 --dist loadgroup --no-loadscope-reorder

bench: setup train  ## every figure that we claim
	@.venv/bin/python -m bench

soak: setup train  ## the long fault runs, and the whole suite with all examples on both databases
	@.venv/bin/pytest -q -s -m soak
	@PARLEY_NEW_EXAMPLES=1 .venv/bin/pytest -q -n 3 --dist loadgroup --no-loadscope-reorder

clean:
	rm -rf .venv .uv models var
