#!/usr/bin/env bash
# Installs what the benchmark measures us against: PostgreSQL (Debian) and two Python packages. None is a dependency.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq postgresql
fi
python3 -m venv target/peers
target/peers/bin/python -m pip install --quiet rapidfuzz tantivy
target/peers/bin/python -c 'import rapidfuzz, tantivy; print("rapidfuzz", rapidfuzz.__version__, "tantivy", tantivy.__version__)'
