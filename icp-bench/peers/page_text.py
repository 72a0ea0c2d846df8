"""The main text of saved pages by trafilatura: NAME FOLDER OUT. Writes OUT/ID.txt and OUT/speed (pages per CPU-second)."""
import glob
import gzip
import os
import sys
import time

import trafilatura

_, folder, out = sys.argv[1:4]
spent = 0.0
files = sorted(glob.glob(f"{folder}/dev-*.html.gz"))
for path in files:
    html = gzip.open(path).read()
    start = time.process_time()
    text = trafilatura.extract(html) or ""
    spent += time.process_time() - start
    name = os.path.basename(path)[len("dev-") : -len(".html.gz")]
    with open(f"{out}/{name}.txt", "w", encoding="utf-8") as file:
        file.write(text)
with open(f"{out}/speed", "w", encoding="utf-8") as file:
    file.write(str(len(files) / spent))
