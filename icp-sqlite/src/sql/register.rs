//! Statements about the register: reference data, without tenants. Reviewed by hand to touch `icp_register*` only.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// An entity with its words, in the order that `Row` reads.
macro_rules! entity {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.uen, e.name, e.former, t.text, s.text, e.live, e.registered, e.primary_code, \
             e.secondary_code, e.postal FROM icp_register_entities e \
             JOIN icp_register_words s ON s.id = e.status LEFT JOIN icp_register_words t ON t.id = e.type ",
            $rest
        )
    };
}

statements! {
    SNAPSHOT = "SELECT snapshot_id, names_stamp, entities, live, as_of, edition, nodes, types, ages, normaliser \
        FROM icp_register";
    SNAPSHOT_PUT = "INSERT OR REPLACE INTO icp_register \
        (one, snapshot_id, names_stamp, entities, live, as_of, edition, nodes, types, ages, normaliser) \
        VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

    BY_UENS = entity!("WHERE e.uen IN (SELECT value FROM json_each(?1))");
    BY_IDS = entity!("WHERE e.id IN (SELECT value FROM json_each(?1))");
    BY_NAME_KEY = entity!("WHERE e.name_key = ?1 \
        OR e.id IN (SELECT entity FROM icp_register_former WHERE name_key = ?1)");
    /// After UEN ?5, in the order of UENs, narrowed by what every filter can say: life, type, registration.
    PAGE = entity!("WHERE e.uen > ?5 AND (e.live = 1 OR ?1) \
        AND (?2 IS NULL OR e.type IN (SELECT value FROM json_each(?2))) \
        AND (?3 IS NULL OR e.registered BETWEEN ?3 AND ?4) ORDER BY e.uen");
    /// The same among those with a code between two.
    PAGE_OF_CODES = entity!("WHERE e.id IN (\
            SELECT id FROM icp_register_entities WHERE primary_code BETWEEN ?6 AND ?7 \
            UNION SELECT id FROM icp_register_entities WHERE secondary_code BETWEEN ?6 AND ?7) \
        AND e.uen > ?5 AND (e.live = 1 OR ?1) \
        AND (?2 IS NULL OR e.type IN (SELECT value FROM json_each(?2))) \
        AND (?3 IS NULL OR e.registered BETWEEN ?3 AND ?4) ORDER BY e.uen");

    COUNT = "SELECT coalesce(sum(n), 0) FROM icp_register_counts WHERE node = ?1 \
        AND (?2 IS NULL OR type IN (SELECT value FROM json_each(?2))) \
        AND (?3 IS NULL OR age = ?3) AND (live = 1 OR ?4)";
    CELLS = "SELECT primary_code, secondary_code, coalesce(w.text, ''), age, live, n FROM icp_register_cells c \
        LEFT JOIN icp_register_words w ON w.id = c.type";
    CELLS_OF_CODES = "SELECT primary_code, secondary_code, coalesce(w.text, ''), age, live, n FROM (\
            SELECT * FROM icp_register_cells WHERE primary_code BETWEEN ?1 AND ?2 \
            UNION SELECT * FROM icp_register_cells WHERE secondary_code BETWEEN ?1 AND ?2) c \
        LEFT JOIN icp_register_words w ON w.id = c.type";

    STATS_BY_NODE = "SELECT node, sum(n), sum(n * live) FROM icp_register_counts WHERE length(node) = ?1 \
        GROUP BY node ORDER BY node";
    STATS_BY_TYPE = "SELECT coalesce(w.text, ''), sum(n), sum(n * live) FROM icp_register_counts c \
        LEFT JOIN icp_register_words w ON w.id = c.type WHERE node = '' GROUP BY 1 ORDER BY 2 DESC, 1";
    STATS_BY_AGE = "SELECT age, sum(n), sum(n * live) FROM icp_register_counts WHERE node = '' GROUP BY age ORDER BY age";
    STATS_BY_STATUS = "SELECT w.text, count(*), sum(live) FROM icp_register_entities e \
        JOIN icp_register_words w ON w.id = e.status GROUP BY 1 ORDER BY 2 DESC, 1";

    TITLES = "SELECT code, title FROM icp_register_titles \
        WHERE edition = ?1 AND code IN (SELECT value FROM json_each(?2)) ORDER BY code, source";
    ALL_TITLES = "SELECT code, title FROM icp_register_titles WHERE edition = ?1 ORDER BY code, source";
    TITLE_PUT = "INSERT OR REPLACE INTO icp_register_titles (edition, code, source, title) VALUES (?1, ?2, ?3, ?4)";

    KINDS = "SELECT id, text FROM icp_register_words WHERE kind = 0";
    WORDS = "SELECT id, kind, text FROM icp_register_words";
    WORD_INSERT = "INSERT INTO icp_register_words (id, kind, text) VALUES (?1, ?2, ?3)";
    /// Without its indexes a load is faster; they are made again in the same transaction.
    DROP_BY_NAME = "DROP INDEX icp_register_by_name";
    DROP_BY_PRIMARY = "DROP INDEX icp_register_by_primary";
    DROP_BY_SECONDARY = "DROP INDEX icp_register_by_secondary";
    MAKE_BY_NAME = "CREATE INDEX IF NOT EXISTS icp_register_by_name ON icp_register_entities (name_key)";
    MAKE_BY_PRIMARY = "CREATE INDEX IF NOT EXISTS icp_register_by_primary ON icp_register_entities (primary_code)";
    MAKE_BY_SECONDARY = "CREATE INDEX IF NOT EXISTS icp_register_by_secondary ON icp_register_entities (secondary_code) \
        WHERE secondary_code IS NOT NULL";

    NEWEST_DATE = "SELECT max(registered) FROM icp_register_entities";
    /// Sums of halves of the content hashes do not depend on the order of rows; the third does, on purpose.
    SUMS = "SELECT count(*), coalesce(sum(live), 0), coalesce(sum(content & 4294967295), 0), \
        coalesce(sum((content >> 32) & 4294967295), 0), coalesce(sum((id % 65521) * (content & 16777215)), 0) \
        FROM icp_register_entities";
    CELLS_DROP = "DELETE FROM icp_register_cells";
    /// ?1: the register's date as a number; bands as in `AgeBand`.
    CELLS_FILL = "INSERT INTO icp_register_cells (primary_code, secondary_code, type, age, live, n) \
        SELECT coalesce(primary_code, -1), coalesce(secondary_code, -1), coalesce(type, 0), \
            CASE WHEN registered IS NULL OR registered > ?1 THEN 0 \
                WHEN registered > ?1 - 30000 THEN 1 WHEN registered > ?1 - 60000 THEN 2 \
                WHEN registered > ?1 - 110000 THEN 3 WHEN registered > ?1 - 210000 THEN 4 ELSE 5 END, \
            live, count(*) FROM icp_register_entities GROUP BY 1, 2, 3, 4, 5";
    CELL_ROWS = "SELECT primary_code, secondary_code, type, age, live, n FROM icp_register_cells";
    COUNTS_DROP = "DELETE FROM icp_register_counts";
    FORMER_DROP = "DELETE FROM icp_register_former";
    FORMER_ROWS = "SELECT id, former FROM icp_register_entities WHERE former IS NOT NULL ORDER BY id";

    NAME_KEY_SET = "UPDATE icp_register_entities SET name_key = ?2 WHERE id = ?1";

    UEN_ORDER = "SELECT id FROM icp_register_entities ORDER BY uen";
    NAME_ROWS = "SELECT id, name, former FROM icp_register_entities ORDER BY id";
}

/// An insert of several rows, without what follows the values.
fn insert_many(head: &str, columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("{head} VALUES {}", vec![row; rows].join(","))
}

/// Inserts of `rows` counts.
pub(crate) fn counts_put(rows: usize) -> String {
    insert_many("INSERT INTO icp_register_counts (node, type, age, live, n)", 5, rows)
}

/// Inserts of `rows` keys of former names; an entity that had a name twice has one key of it.
pub(crate) fn former_put(rows: usize) -> String {
    insert_many("INSERT OR IGNORE INTO icp_register_former (name_key, entity)", 2, rows)
}

/// Upserts of `rows` entities. A row of the same content is left alone, so that importing again costs little.
pub(crate) fn entities_put(rows: usize) -> String {
    let insert = insert_many(
        "INSERT INTO icp_register_entities (uen, name, former, type, status, live, registered, primary_code, \
         secondary_code, postal, content, name_key)",
        12,
        rows,
    );
    format!(
        "{insert} ON CONFLICT (uen) DO UPDATE SET name = excluded.name, former = excluded.former, type = excluded.type, \
         status = excluded.status, live = excluded.live, registered = excluded.registered, \
         primary_code = excluded.primary_code, secondary_code = excluded.secondary_code, \
         postal = excluded.postal, content = excluded.content, name_key = excluded.name_key \
         WHERE content <> excluded.content"
    )
}
