#!/usr/bin/env bash
# Installs what the benchmark measures us against: PostgreSQL (Debian), three Python packages and a Rust crate. None is a dependency.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq postgresql
fi
python3 -m venv target/peers
target/peers/bin/python -m pip install --quiet rapidfuzz tantivy trafilatura lxml_html_clean
target/peers/bin/python -c 'import rapidfuzz, tantivy, trafilatura; print("rapidfuzz", rapidfuzz.__version__, "tantivy", tantivy.__version__, "trafilatura", trafilatura.__version__)'
# Built outside the workspace, so that it has its own lock file.
rm -rf target/rs-trafilatura/source && mkdir -p target/rs-trafilatura
cp -r icp-bench/peers/rs_trafilatura target/rs-trafilatura/source
(cd target/rs-trafilatura/source && cargo build --release --quiet --target-dir ..)
