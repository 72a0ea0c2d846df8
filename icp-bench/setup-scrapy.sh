#!/usr/bin/env bash
# Installs Scrapy, which `crawl` measures our pages per CPU-second against. It is no dependency.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 -m venv target/scrapy
target/scrapy/bin/python -m pip install --quiet scrapy
target/scrapy/bin/python -m scrapy version
