#!/usr/bin/env bash
# Resolve pyproject.toml into requirements.lock (to run), requirements-dev.lock (to develop) and
# requirements-bench.lock (what the benchmark runs beside us), for every platform and Python >= 3.11,
# and requirements-windows.lock (what the install folder holds).
# All hold exact versions with the hashes of all files, and neither a registry address nor a path.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet "$@"
}

compile --universal --group build --output-file requirements.lock
compile --universal --group dev --constraint requirements.lock --output-file requirements-dev.lock
compile --universal --group bench --constraint requirements-dev.lock --output-file requirements-bench.lock
compile --python-platform x86_64-pc-windows-msvc --extra excel --constraint requirements-dev.lock \
    --output-file requirements-windows.lock
