#!/usr/bin/env bash
# PostgreSQL's pg_trgm over names.tsv and queries.tsv of a folder: a throw-away cluster on a unix socket.
# Writes pg.tsv (query, row, similarity, milliseconds) and pairs.out (a similarity a line for pairs.tsv).
set -euo pipefail
folder=$(cd "$1" && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1) || true
[ -n "${bin:-}" ] || { echo "PostgreSQL is missing: run icp-bench/setup-peers.sh" >&2; exit 3; }
home=$(mktemp -d /tmp/icp-pg.XXXXXX)
as() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$home"
chmod 755 "$folder"
trap 'as "$bin/pg_ctl -D $home/d -m immediate stop >/dev/null" || true; rm -rf "$home"' EXIT
as "$bin/initdb -D $home/d --locale=C.UTF-8 -E UTF8 -A trust >/dev/null"
as "$bin/pg_ctl -D $home/d -w -l $home/log -o '-k $home -c listen_addresses= -c shared_buffers=2GB -c max_parallel_workers_per_gather=0 -c jit=off -c fsync=off -c maintenance_work_mem=512MB' start >/dev/null"
user=$([ "$(id -u)" = 0 ] && echo postgres || whoami)
sql() { "$bin/psql" -h "$home" -U "$user" -d postgres -qAt -v ON_ERROR_STOP=1 "$@"; }
sql <<SQL
set client_min_messages=warning;
create extension pg_trgm;
create table names(row int, key text);
create table queries(number int, key text);
create table pairs(number int, a text, b text);
\copy names from '$folder/names.tsv'
\copy queries from '$folder/queries.tsv'
\copy pairs from '$folder/pairs.tsv'
create index on names using gin (key gin_trgm_ops);
vacuum analyze names;
create table answers(number int, row int, similarity real, ms double precision);
set pg_trgm.similarity_threshold = 0.35;
set enable_seqscan = off;
do \$\$
declare q record; r record; t timestamptz;
begin
  for q in select * from queries order by number loop
    t := clock_timestamp();
    select n.row, similarity(n.key, q.key) as s into r from names n where n.key % q.key order by s desc, n.row limit 1;
    insert into answers values (q.number, r.row, r.s, extract(epoch from clock_timestamp() - t) * 1000);
  end loop;
end \$\$;
set extra_float_digits = 3;
\copy (select number, coalesce(row, -1), coalesce(similarity, 0), ms from answers order by number) to '$folder/pg.tsv'
\copy (select similarity(a, b) from pairs order by number) to '$folder/pairs.out'
SQL
