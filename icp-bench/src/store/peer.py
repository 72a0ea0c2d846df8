"""The peer of the register import: Python's standard library, the same columns, one transaction."""
import csv, json, resource, sqlite3, sys, time

file, db = sys.argv[1:3]
begin = time.time()
connection = sqlite3.connect(db, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = NORMAL")
connection.execute("PRAGMA cache_size = -98304")
connection.execute(
    "CREATE TABLE entities (id INTEGER PRIMARY KEY, uen TEXT NOT NULL UNIQUE, name TEXT NOT NULL, former TEXT,"
    " type TEXT, status TEXT, registered TEXT, ssic1 TEXT, ssic2 TEXT, postal TEXT)"
)
fields = "uen,name,former,type,status,registered,ssic1,ssic2,postal".split(",")
put = (
    f"INSERT INTO entities ({','.join(fields)}) VALUES ({','.join('?' * len(fields))}) ON CONFLICT (uen) DO UPDATE SET "
    + ",".join(f"{field} = excluded.{field}" for field in fields[1:])
)
columns = (
    "uen,entity_name,entity_type_description,entity_status_description,registration_incorporation_date,"
    "primary_ssic_code,secondary_ssic_code,postal_code"
).split(",")


def rows():
    with open(file, newline="", encoding="utf-8-sig") as source:
        reader = csv.reader(source)
        header = next(reader)
        uen, name, kind, status, date, ssic1, ssic2, postal = [header.index(column) for column in columns]
        former = [at for at, column in enumerate(header) if column.startswith("former_entity_name")]
        for row in reader:
            some = lambda at: None if row[at] in ("na", "") else row[at]
            old = "\n".join(row[at] for at in former if row[at] not in ("na", ""))
            yield (
                row[uen], row[name], old or None, some(kind), some(status), some(date), some(ssic1), some(ssic2),
                some(postal),
            )


connection.execute("BEGIN IMMEDIATE")
connection.executemany(put, rows())
connection.execute("COMMIT")
count = connection.execute("SELECT count(*) FROM entities").fetchone()[0]
print(json.dumps({
    "seconds": time.time() - begin,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "rows": count,
    "bad_rows": 0,
}))
