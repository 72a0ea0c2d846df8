//! Statements that are accepted, and statements that are refused with the reason.

use icp_tenant_sql::Problem::{
    Alternative, ConflictKey, InTable, InsertColumns, InsertValues, Join, NoTable, NotUnderstood, Parameter,
    Parentheses, Replace, SameName, Semicolon, SetsTenant, Token, TooLarge, Unbound,
};
use icp_tenant_sql::{Dialect, Problem, TenantSql, check};

const ACCEPTED: &[&str] = &[
    // One table.
    "SELECT a FROM t WHERE tenant_id = ?1",
    "select a from t where tenant_id = ?1 and b = ?2",
    "SELECT a\n\tFROM t\r\nWHERE ?1=tenant_id",
    "SELECT a FROM t WHERE TENANT_ID = ?1",
    "SELECT a FROM main.t WHERE t.tenant_id = ?1",
    "SELECT a FROM t x WHERE x.tenant_id = ?1",
    "SELECT a FROM t AS x WHERE ?1 = X.tenant_id",
    "SELECT a FROM \"order\" o WHERE o.tenant_id = ?1",
    "SELECT a FROM [t] AS \"x\" WHERE \"x\".tenant_id = ?1",
    "SELECT a FROM t INDEXED BY t_key WHERE tenant_id = ?1",
    "SELECT DISTINCT a, count(*) FROM t WHERE tenant_id = ?1 GROUP BY a HAVING count(*) > 1 ORDER BY a LIMIT ?2 OFFSET ?3",
    // Conditions.
    "SELECT a FROM t WHERE tenant_id = ?1 AND (?2 IS NULL OR b = ?2)",
    "SELECT a FROM t WHERE (tenant_id = ?1 AND b = 1) AND (c OR d)",
    "SELECT a FROM t WHERE ((tenant_id = ?1)) AND a",
    "SELECT a FROM t WHERE b BETWEEN ?2 AND ?3 AND tenant_id = ?1",
    "SELECT a FROM t WHERE CASE WHEN a OR b THEN 1 ELSE 0 END = 1 AND tenant_id = ?1",
    "SELECT a FROM t WHERE tenant_id = ?1 AND b IS NOT DISTINCT FROM ?2 AND c IS DISTINCT FROM ?3",
    "SELECT a FROM t WHERE tenant_id = ?1 AND NOT b",
    "SELECT a FROM t WHERE tenant_id = ?1 AND b <> 'x OR y' AND c = 'it''s'",
    "SELECT a FROM t -- all OR none\nWHERE tenant_id = ?1 /* FROM elsewhere */",
    "SELECT a FROM t WHERE tenant_id = ?1 AND b = x'00' AND c > 1.5e-3 AND d = 0x1F AND e = ?10",
    "SELECT count(*) FILTER (WHERE a = 1 OR b = 2), row_number() OVER (PARTITION BY a ORDER BY b) FROM t WHERE tenant_id = ?1",
    "SELECT j -> 'a' ->> 'b' FROM t WHERE tenant_id = ?1",
    // Several tables.
    "SELECT t.a FROM t, u WHERE t.tenant_id = ?1 AND u.tenant_id = ?1",
    "SELECT x.a FROM t x JOIN u y ON y.tenant_id = ?1 AND y.k = x.k WHERE x.tenant_id = ?1",
    "SELECT x.a FROM t x JOIN u y ON x.tenant_id = ?1 AND y.tenant_id = ?1",
    "SELECT x.a FROM t x INNER JOIN u y USING (k) WHERE x.tenant_id = ?1 AND y.tenant_id = ?1",
    "SELECT x.a FROM t x CROSS JOIN t y WHERE x.tenant_id = ?1 AND y.tenant_id = ?1",
    "SELECT x.a FROM t x LEFT OUTER JOIN u y ON y.tenant_id = ?1 AND y.k = x.k WHERE x.tenant_id = ?1",
    "SELECT x.a FROM t x LEFT JOIN u y ON y.tenant_id = ?1 JOIN v z ON z.tenant_id = ?1 AND substr(z.a, 1) = 'b' WHERE x.tenant_id = ?1",
    // Queries within queries.
    "SELECT a FROM (SELECT b AS a FROM t WHERE tenant_id = ?1) WHERE a > 1 OR a IS NULL",
    "SELECT a FROM t WHERE tenant_id = ?1 AND k IN (SELECT k FROM u WHERE tenant_id = ?1)",
    "SELECT a FROM t WHERE tenant_id = ?1 AND NOT EXISTS (SELECT 1 FROM u WHERE u.tenant_id = ?1 AND u.k = t.k)",
    "SELECT (SELECT max(b) FROM u WHERE tenant_id = ?1) FROM t WHERE tenant_id = ?1",
    "SELECT EXISTS (SELECT 1 FROM t WHERE tenant_id = ?1)",
    "SELECT a FROM t WHERE tenant_id = ?1 UNION ALL SELECT b FROM u WHERE tenant_id = ?1 ORDER BY 1",
    "SELECT a FROM t WHERE tenant_id = ?1 AND k IN (VALUES (1), (2))",
    "SELECT a FROM t WHERE tenant_id = ?1 AND k IN (?2, ?3)",
    "SELECT a FROM json_each(?2) j JOIN t ON t.tenant_id = ?1 AND t.k = j.value",
    "SELECT a FROM t, json_each(?2) WHERE tenant_id = ?1 AND t.k = value",
    // Common table expressions.
    "WITH x AS (SELECT a FROM t WHERE tenant_id = ?1) SELECT a FROM x",
    "WITH x (a) AS MATERIALIZED (SELECT a FROM t WHERE tenant_id = ?1), y AS (SELECT a FROM X) SELECT y.a FROM y JOIN x ON 1",
    "WITH RECURSIVE x AS (SELECT a FROM t WHERE tenant_id = ?1 UNION SELECT x.a + 1 FROM x WHERE x.a < 9) SELECT a FROM x",
    "WITH x AS (SELECT 1 AS a) SELECT t.a FROM x, t WHERE t.tenant_id = ?1",
    // INSERT.
    "INSERT INTO t (tenant_id, a) VALUES (?1, ?2)",
    "INSERT INTO t (tenant_id) VALUES (?1)",
    "insert into t (Tenant_Id, a) values (?1, ?2), (?1, (SELECT max(b) FROM u WHERE tenant_id = ?1))",
    "INSERT OR IGNORE INTO t (tenant_id, a) VALUES (?1, ?2)",
    "INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    "INSERT INTO t (tenant_id, a, b) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_id, a) DO UPDATE SET b = excluded.b WHERE b < excluded.b OR b IS NULL RETURNING b",
    "INSERT INTO t (tenant_id, a) SELECT ?1, b FROM u WHERE tenant_id = ?1",
    "INSERT INTO t (tenant_id, a) SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
    "INSERT INTO t (tenant_id, a) WITH x AS (SELECT b FROM u WHERE tenant_id = ?1) SELECT ?1, b FROM x",
    // UPDATE and DELETE.
    "UPDATE t SET a = ?2, b = b + 1 WHERE tenant_id = ?1 AND k = ?3",
    "UPDATE t AS x SET (a, b) = (?2, ?3) WHERE x.tenant_id = ?1 RETURNING a",
    "UPDATE t SET a = u.a FROM u WHERE t.tenant_id = ?1 AND u.tenant_id = ?1 AND t.k = u.k",
    "UPDATE t SET a = tenant_id WHERE tenant_id = ?1",
    "UPDATE t SET a = (SELECT b FROM u WHERE tenant_id = ?1) WHERE tenant_id = ?1",
    "DELETE FROM t WHERE tenant_id = ?1",
    "DELETE FROM t AS x WHERE x.tenant_id = ?1 AND k NOT IN (SELECT k FROM u WHERE tenant_id = ?1)",
];

const REFUSED: &[(&str, Problem)] = &[
    // Without the tenant.
    ("SELECT a FROM t", Unbound),
    ("select a from t where b = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?2", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?10", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?01", Unbound),
    ("SELECT a FROM t WHERE my_tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id <> ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id >= ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 || 'x'", Unbound),
    ("SELECT a FROM t WHERE lower(tenant_id) = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 COLLATE NOCASE", Unbound),
    ("SELECT a FROM t WHERE 'tenant_id' = ?1", Unbound),
    ("SELECT a FROM t WHERE \"tenant_id\" = ?1", Unbound),
    ("SELECT a FROM t WHERE NOT tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE NOT (tenant_id = ?1 AND a = 2)", Unbound),
    ("SELECT a FROM t WHERE b = 'tenant_id = ?1'", Unbound),
    ("SELECT a FROM t -- WHERE tenant_id = ?1", Unbound),
    ("SELECT a FROM t /* WHERE tenant_id = ?1 */ WHERE b = 2", Unbound),
    ("SELECT tenant_id = ?1 FROM t", Unbound),
    ("SELECT a FROM t ORDER BY tenant_id = ?1", Unbound),
    ("SELECT a FROM t GROUP BY a HAVING tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE b BETWEEN ?2 AND tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE CASE WHEN b AND tenant_id = ?1 AND c THEN 1 ELSE 1 END", Unbound),
    ("SELECT a FROM t WHERE max(1, b AND tenant_id = ?1 AND c)", Unbound),
    ("SELECT a FROM t WHERE tenant_id IN (?1)", Unbound),
    // Alternatives.
    ("SELECT a FROM t WHERE tenant_id = ?1 OR b = 2", Alternative),
    ("SELECT a FROM t WHERE b = 2 AND tenant_id = ?1 or c = 3", Alternative),
    ("SELECT a FROM t WHERE (tenant_id = ?1 OR b) AND c", Alternative),
    ("DELETE FROM t WHERE tenant_id = ?1 OR 1 = 1", Alternative),
    ("UPDATE t SET a = 1 WHERE tenant_id = ?1 OR a = 2", Alternative),
    // Several tables.
    ("SELECT a FROM t, u WHERE t.tenant_id = ?1", Unbound),
    ("SELECT a FROM t, u WHERE tenant_id = ?1", Unbound),
    ("select a from t x join u y on y.k = x.k where x.tenant_id = ?1", Unbound),
    ("SELECT a FROM t x JOIN u y ON y.tenant_id = x.tenant_id WHERE x.tenant_id = ?1", Unbound),
    ("SELECT a FROM t x JOIN u y USING (tenant_id) WHERE x.tenant_id = ?1", Unbound),
    ("SELECT a FROM t x JOIN u y ON y.tenant_id = ?1 AND x.tenant_id = ?1 OR y.k = x.k", Alternative),
    ("SELECT a FROM t x JOIN u y ON true WHERE x.tenant_id = ?1 AND x.tenant_id = ?1", Unbound),
    ("SELECT a FROM t x LEFT JOIN u y ON x.tenant_id = ?1 AND y.tenant_id = ?1", Unbound),
    ("SELECT a FROM t x WHERE t.tenant_id = ?1", Unbound),
    ("SELECT a FROM t \"X\" WHERE x.tenant_id = ?1", Unbound),
    ("SELECT a FROM t, t WHERE t.tenant_id = ?1", SameName),
    ("SELECT a FROM t x, u X WHERE x.tenant_id = ?1", SameName),
    ("SELECT a FROM t x RIGHT JOIN u y ON x.tenant_id = ?1 AND y.tenant_id = ?1", Join),
    ("SELECT a FROM t FULL JOIN u ON t.tenant_id = ?1 WHERE u.tenant_id = ?1", Join),
    ("SELECT a FROM t NATURAL JOIN u WHERE t.tenant_id = ?1 AND u.tenant_id = ?1", Join),
    ("SELECT a FROM (t JOIN u ON 1) WHERE t.tenant_id = ?1 AND u.tenant_id = ?1", Join),
    (
        "SELECT a FROM t LEFT JOIN u JOIN v ON v.tenant_id = ?1 ON u.tenant_id = ?1 WHERE t.tenant_id = ?1",
        Join,
    ),
    ("SELECT a FROM t JOIN u JOIN v ON v.tenant_id = ?1 ON u.tenant_id = ?1 WHERE t.tenant_id = ?1", Join),
    // Queries within queries.
    ("SELECT a FROM (SELECT a FROM t) WHERE tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND k IN (SELECT k FROM u)", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND EXISTS (SELECT 1 FROM u WHERE t.tenant_id = ?1)", Unbound),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.tenant_id = ?1 AND t.tenant_id = ?1)", Unbound),
    ("SELECT (SELECT max(b) FROM u) FROM t WHERE tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 UNION SELECT a FROM u", Unbound),
    ("SELECT a FROM u UNION SELECT a FROM t WHERE tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 ORDER BY (SELECT b FROM u)", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND k IN u", InTable),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND k NOT IN main.u", InTable),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND k IN (TABLE u)", NotUnderstood),
    ("SELECT a FROM docs('words') WHERE b = 2", Unbound),
    ("SELECT a FROM t, JSON_EACH WHERE t.tenant_id = ?1", Unbound),
    // Common table expressions.
    ("WITH x AS (SELECT a FROM t) SELECT a FROM x WHERE tenant_id = ?1", Unbound),
    ("WITH x AS (SELECT a FROM t WHERE tenant_id = ?1) SELECT a FROM u", Unbound),
    ("WITH x AS (SELECT a FROM t WHERE tenant_id = ?1) SELECT a FROM main.x", Unbound),
    ("WITH x AS (SELECT a FROM x) SELECT a FROM x", Unbound),
    ("WITH \"X\" AS (SELECT 1) SELECT a FROM x", Unbound),
    ("SELECT a FROM x WHERE EXISTS (WITH x AS (SELECT 1) SELECT 1 FROM x)", Unbound),
    ("WITH x AS (SELECT a FROM t WHERE tenant_id = ?1) DELETE FROM x", Unbound),
    // INSERT.
    ("INSERT INTO t VALUES (?1, ?2)", InsertColumns),
    ("INSERT INTO t DEFAULT VALUES", InsertColumns),
    ("INSERT INTO t (a, tenant_id) VALUES (?2, ?1)", InsertColumns),
    ("INSERT INTO t (\"tenant_id\", a) VALUES (?1, ?2)", InsertColumns),
    ("INSERT INTO t (tenant_id, tenant_id) VALUES (?1, ?2)", InsertColumns),
    ("INSERT INTO t (tenant_id, a) VALUES (?2, ?1)", InsertValues),
    ("INSERT INTO t (tenant_id, a) VALUES (?10, ?2)", InsertValues),
    ("INSERT INTO t (tenant_id, a) VALUES (?1 || 'x', ?2)", InsertValues),
    ("INSERT INTO t (tenant_id, a) VALUES (?1, ?2), (?3, ?4)", InsertValues),
    ("INSERT INTO t (tenant_id, a) VALUES (?1, (SELECT b FROM u))", Unbound),
    ("INSERT INTO t (tenant_id, a) SELECT ?1, b FROM u", Unbound),
    ("INSERT INTO t (tenant_id, a) SELECT tenant_id, b FROM u WHERE tenant_id = ?1", InsertValues),
    ("INSERT INTO t (tenant_id, a) SELECT ?1, 2 UNION SELECT b, 2 FROM u WHERE tenant_id = ?1", InsertValues),
    ("INSERT INTO t (tenant_id, a) SELECT ?1 + 1, b FROM u WHERE tenant_id = ?1", InsertValues),
    ("INSERT INTO t (tenant_id, a) SELECT * FROM u WHERE tenant_id = ?1", InsertValues),
    ("INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT (a) DO NOTHING", ConflictKey),
    (
        "INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT (a, tenant_id) DO UPDATE SET a = 1",
        ConflictKey,
    ),
    (
        "INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT (tenant_id COLLATE NOCASE, a) DO NOTHING",
        ConflictKey,
    ),
    ("INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET a = 1", ConflictKey),
    (
        "INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = ?2",
        SetsTenant,
    ),
    (
        "INSERT INTO t (tenant_id, a) VALUES (?1, ?2) ON CONFLICT (tenant_id) DO UPDATE SET a = (SELECT b FROM u)",
        Unbound,
    ),
    ("INSERT OR REPLACE INTO t (tenant_id, a) VALUES (?1, ?2)", Replace),
    ("REPLACE INTO t (tenant_id, a) VALUES (?1, ?2)", Replace),
    ("INSERT INTO t (tenant_id, a) VALUES (?1, ?2) RETURNING (SELECT b FROM u)", Unbound),
    // UPDATE and DELETE.
    ("UPDATE t SET a = ?2", Unbound),
    ("update t set a = ?2 where k = ?1", Unbound),
    ("UPDATE t SET a = ?2, tenant_id = ?3 WHERE tenant_id = ?1", SetsTenant),
    ("UPDATE t SET n = -1, 'TENANT_ID' = ?3 WHERE tenant_id = ?1", SetsTenant),
    ("UPDATE t SET n=-1, [tenant_id] = ?3 WHERE tenant_id = ?1", SetsTenant),
    ("UPDATE t SET (a, tenant_id) = (?2, ?3) WHERE tenant_id = ?1", SetsTenant),
    ("UPDATE t SET a = 1 FROM u WHERE tenant_id = ?1", Unbound),
    ("UPDATE t SET a = u.a FROM u WHERE t.tenant_id = ?1", Unbound),
    ("UPDATE OR REPLACE t SET a = ?2 WHERE tenant_id = ?1", Replace),
    ("DELETE FROM t", Unbound),
    ("DELETE FROM t RETURNING tenant_id = ?1", Unbound),
    // Not a statement of a tenant, or not readable for certain.
    ("", NotUnderstood),
    ("SELECT ?1", NoTable),
    ("SELECT * FROM json_each(?1)", NoTable),
    ("PRAGMA table_info(t)", NotUnderstood),
    ("DROP TABLE t", NotUnderstood),
    ("EXPLAIN SELECT a FROM t WHERE tenant_id = ?1", NotUnderstood),
    ("SELECT a FROM t WHERE tenant_id = ?1; DELETE FROM t", Semicolon),
    ("SELECT a INTO u FROM t WHERE tenant_id = ?1", NotUnderstood),
    ("SELECT a FROM WHERE tenant_id = ?1", NotUnderstood),
    ("SELECT a FROM t WHERE tenant_id = ?1 WHERE b", NotUnderstood),
    ("SELECT trim(both FROM a) FROM t WHERE tenant_id = ?1", NotUnderstood),
    ("SELECT a FROM t WHERE tenant_id = ?", Parameter),
    ("SELECT a FROM t WHERE tenant_id = :tenant", Parameter),
    ("SELECT a FROM t WHERE tenant_id = $1", Parameter),
    ("SELECT a FROM t WHERE tenant_id = ?1a", Parameter),
    ("SELECT a FROM t WHERE (tenant_id = ?1", Parentheses),
    ("SELECT a FROM t WHERE tenant_id = ?1)", Parentheses),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND b = 'x", Token),
    ("SELECT a FROM t WHERE tenant_id = ?1 /* never closed", Token),
    ("SELECT a FROM t WHERE tenant_id = ?1 /* /* */ OR 1 */", Token),
    ("SELECT a FROM t WHERE b = 1 --\r AND tenant_id = ?1", Token),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND 1OR 2", Token),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND b = e'x'", Token),
    ("SELECT a FROM té WHERE tenant_id = ?1", Token),
    ("SELECT a FROM t WHERE tenant_id = ?1 AND b = \\x", Token),
];

/// PostgreSQL: the same rules, with `$1` and what only it can say.
const ACCEPTED_BY_POSTGRES: &[&str] = &[
    "SELECT a FROM t WHERE tenant_id = $1 AND b = ANY($2::text[]) AND c[1] = 2 AND j ? 'k'",
    "SELECT DISTINCT ON (a) a FROM t WHERE tenant_id = $1 ORDER BY a",
    "SELECT a FROM t WHERE tenant_id = $1 FOR UPDATE SKIP LOCKED LIMIT 1",
    "SELECT a FROM unnest($2::text[]) WITH ORDINALITY AS x (k, n) JOIN t ON t.tenant_id = $1 AND t.k = x.k",
    "SELECT a FROM t x, LATERAL (SELECT b FROM u WHERE u.tenant_id = $1 AND u.k = x.k) y WHERE x.tenant_id = $1",
    "WITH gone AS (DELETE FROM t WHERE tenant_id = $1 RETURNING k) INSERT INTO u (tenant_id, k) SELECT $1, k FROM gone",
    "DELETE FROM t USING u WHERE t.tenant_id = $1 AND u.tenant_id = $1 AND t.k = u.k",
    "SELECT x.a FROM t x JOIN u y ON y.tenant_id = $1 AND left(y.a, 1) = 'b' WHERE x.tenant_id = $1",
    "INSERT INTO t AS x (tenant_id, a) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT t_key DO NOTHING",
];

const REFUSED_BY_POSTGRES: &[(&str, Problem)] = &[
    ("SELECT a FROM t WHERE tenant_id = $10", Unbound),
    ("SELECT a FROM t WHERE tenant_id = ?1", Unbound),
    ("SELECT a FROM t WHERE tenant_id =~ $1", Unbound),
    ("SELECT a FROM t WHERE b = ANY(ARRAY[c AND tenant_id = $1 AND d])", Unbound),
    ("SELECT a FROM t WHERE b[c AND tenant_id = $1 AND d]", Unbound),
    ("SELECT a FROM t WHERE tenant_id = $1 AND b = $$x$$", Parameter),
    ("SELECT a FROM t WHERE tenant_id = $1 AND b = 'x\\' OR true --'", Token),
    ("UPDATE t SET a = 1, U&\"tenant\\005fid\" = $2 WHERE tenant_id = $1", Token),
    ("SELECT a FROM t WHERE tenant_id = $1 AND b[1)", Parentheses),
    ("WITH gone AS (DELETE FROM t RETURNING k) SELECT k FROM gone", Unbound),
    ("DELETE FROM t USING u WHERE t.tenant_id = $1", Unbound),
    ("MERGE INTO t USING u ON t.tenant_id = $1 WHEN MATCHED THEN DELETE", NotUnderstood),
    (
        "INSERT INTO t (tenant_id) VALUES ($1) ON CONFLICT ON CONSTRAINT t_key DO UPDATE SET a = 1",
        ConflictKey,
    ),
    ("TABLE t", NotUnderstood),
];

fn judge(accepted: &[&str], refused: &[(&str, Problem)], dialect: Dialect) {
    let mut wrong = Vec::new();
    for text in accepted {
        if let Err(problem) = check(text, dialect) {
            wrong.push(format!("{text}\n    refused: {problem:?}"));
        }
    }
    for (text, expected) in refused {
        let found = check(text, dialect);
        if found != Err(*expected) {
            wrong.push(format!("{text}\n    {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn sqlite() {
    judge(ACCEPTED, REFUSED, Dialect::Sqlite);
}

#[test]
fn postgres() {
    judge(ACCEPTED_BY_POSTGRES, REFUSED_BY_POSTGRES, Dialect::Postgres);
}

/// Except for names in brackets and strings of one database only, both are judged alike.
#[test]
fn the_parameter_is_the_only_difference() {
    let in_postgres = |text: &str| text.replace('?', "$");
    for text in ACCEPTED.iter().filter(|text| !text.contains('[')) {
        assert_eq!(check(&in_postgres(text), Dialect::Postgres), Ok(()), "{text}");
    }
    let same = |problem: &Problem| !matches!(problem, Parameter | Token);
    for (text, problem) in REFUSED.iter().filter(|(text, problem)| !text.contains('[') && same(problem)) {
        assert_eq!(check(&in_postgres(text), Dialect::Postgres), Err(*problem), "{text}");
    }
}

#[test]
fn too_much_is_refused() {
    let nested = format!("SELECT {}1{} FROM t WHERE tenant_id = ?1", "(".repeat(40), ")".repeat(40));
    let long = format!("SELECT a{} FROM t WHERE tenant_id = ?1", ", a".repeat(600));
    let names: Vec<String> = (0..17).map(|n| format!("t{n}")).collect();
    let wide = format!("SELECT a FROM {} WHERE t1.tenant_id = ?1", names.join(", "));
    for text in [nested, long, wide] {
        assert_eq!(check(&text, Dialect::Sqlite), Err(TooLarge), "{text}");
    }
}

/// Whatever is cut off, or put around, a statement: the check ends, and never panics.
#[test]
fn broken_statements_do_not_panic() {
    for text in ACCEPTED.iter().chain(ACCEPTED_BY_POSTGRES) {
        for cut in 0..text.len() {
            for part in [&text[..cut], &text[cut..], &format!("{} ({})", &text[..cut], &text[cut..])] {
                let _ = (check(part, Dialect::Sqlite), check(part, Dialect::Postgres));
            }
        }
    }
}

/// Without the comparison with the tenant no statement passes.
#[test]
fn no_comparison_can_be_left_out() {
    for text in ACCEPTED.iter().filter(|text| !text.starts_with("INSERT") && !text.starts_with("insert")) {
        for (at, _) in text.match_indices("?1") {
            if text[at + 2..].starts_with(|next: char| next.is_ascii_digit()) {
                continue;
            }
            let other = format!("{}?2{}", &text[..at], &text[at + 2..]);
            assert!(check(&other, Dialect::Sqlite).is_err(), "{other}");
        }
    }
}

#[test]
fn a_problem_says_what_to_do() {
    assert!(Unbound.to_string().contains("tenant_id = ?1"));
    const RUNS: TenantSql = TenantSql::sqlite("SELECT a FROM t WHERE tenant_id = ?1");
    assert_eq!(RUNS.text(), "SELECT a FROM t WHERE tenant_id = ?1");
}
