# Two commands from a clean clone do everything: `make demo` and `make test`.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv does not read pip's variables: a wheel folder given to pip is handed on.
ifneq ($(strip $(PIP_FIND_LINKS)),)
export UV_FIND_LINKS := $(PIP_FIND_LINKS)
endif
# The CPU build of torch on Linux: from the wheel folder if there is one, otherwise by uv's own knowledge of
# PyTorch's CPU builds, which keeps CUDA (2.7 GB) out. Elsewhere the plain build is the CPU build.
TORCH_LOCK ?= requirements/$(if $(filter Linux,$(shell uname -s)),torch-cpu.lock,torch.lock)
TORCH_FLAGS := $(if $(UV_FIND_LINKS),,--torch-backend cpu)

.PHONY: setup demo test check evals bench train lock clean

setup: $(STAMP)

$(STAMP): requirements/base.lock $(TORCH_LOCK) pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing locked packages ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes $(TORCH_FLAGS) -r $(TORCH_LOCK)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/base.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: setup
	@$(BIN)/fieldwork demo

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: check
	@$(BIN)/python -m pytest

evals: setup
	@$(BIN)/python -m evals

bench: setup
	@$(BIN)/python -m evals.bench

train: setup
	@$(BIN)/python -m evals.train && $(BIN)/python -m evals.calibrate

# Locks hold names, versions and hashes only; torch is kept apart so that its CPU build is chosen per platform.
lock: setup
	@$(BIN)/python requirements/lock.py

clean:
	rm -rf $(VENV) build dist *.egg-info
