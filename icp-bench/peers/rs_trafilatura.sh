#!/usr/bin/env bash
# rs-trafilatura over the pages of a folder: FOLDER OUT.
exec "$(dirname "$0")/../../target/rs-trafilatura/release/page-text" "$1" "$2"
