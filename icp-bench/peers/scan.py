"""RapidFuzz over every name, and tantivy's 3-gram BM25: reads names.tsv and queries.tsv of the folder given.

Writes a line a query: peer, query number, row, score, milliseconds of processor time.
"""
import re
import sys
import time

folder, fuzz_queries, tantivy_queries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
names = [line.rstrip("\n").split("\t", 1) for line in open(f"{folder}/names.tsv", encoding="utf-8")]
ids = [int(row) for row, _ in names]
keys = [key for _, key in names]
queries = [line.rstrip("\n").split("\t", 1) for line in open(f"{folder}/queries.tsv", encoding="utf-8")]
out = open(f"{folder}/scan.tsv", "w", encoding="utf-8")


def spread(many):
    step = max(1, len(queries) // max(1, many))
    return queries[::step][:many]


from rapidfuzz import fuzz, process

for number, key in spread(fuzz_queries):
    start = time.process_time()
    best = process.extractOne(key, keys, scorer=fuzz.token_sort_ratio)
    spent = (time.process_time() - start) * 1e3
    row, score = (ids[best[2]], best[1] / 100) if best else (-1, 0)
    print("RapidFuzz token_sort_ratio", number, row, score, spent, sep="\t", file=out)

import tantivy

builder = tantivy.SchemaBuilder()
builder.add_integer_field("row", stored=True)
builder.add_text_field("grams", stored=False, tokenizer_name="whitespace", index_option="freq")
index = tantivy.Index(builder.build())
writer = index.writer(heap_size=400_000_000, num_threads=1)


def grams(key):
    text = f" {key} ".replace(" ", "_")
    return [text[at : at + 3] for at in range(len(text) - 2)]


for row, key in zip(ids, keys):
    writer.add_document(tantivy.Document(row=row, grams=" ".join(grams(key))))
writer.commit()
writer.wait_merging_threads()
index.reload()
searcher = index.searcher()
schema = index.schema
for number, key in spread(tantivy_queries):
    start = time.process_time()
    terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "grams", gram)) for gram in set(grams(key))]
    hits = searcher.search(tantivy.Query.boolean_query(terms), 1).hits if terms else []
    row, score = (searcher.doc(hits[0][1])["row"][0], hits[0][0]) if hits else (-1, 0)
    spent = (time.process_time() - start) * 1e3
    print("tantivy 3-gram BM25", number, row, score, spent, sep="\t", file=out)
