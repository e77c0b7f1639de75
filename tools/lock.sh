#!/usr/bin/env bash
# Resolve pyproject.toml into requirements.lock (to run) and requirements-dev.lock (to develop).
# Both hold exact versions for every platform and Python >= 3.11, with the hashes of all files,
# and neither a registry address nor a path.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet "$@"
}

compile --group build --output-file requirements.lock
compile --group dev --constraint requirements.lock --output-file requirements-dev.lock
