#!/usr/bin/env bash
# trafilatura over the pages of a folder: FOLDER OUT.
exec "$(dirname "$0")/../../target/peers/bin/python" "$(dirname "$0")/page_text.py" trafilatura "$1" "$2"
