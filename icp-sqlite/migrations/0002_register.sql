-- The company register: reference data, shared by all tenants.

-- One row once something was imported.
CREATE TABLE icp_register (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    snapshot_id TEXT NOT NULL,
    names_stamp TEXT NOT NULL,
    normaliser  INTEGER NOT NULL,
    entities    INTEGER NOT NULL,
    live        INTEGER NOT NULL,
    as_of       INTEGER NOT NULL,
    edition     TEXT NOT NULL,
    nodes       INTEGER NOT NULL,
    types       INTEGER NOT NULL,
    ages        INTEGER NOT NULL
) STRICT;

-- Texts that many entities share: entity types (kind 0) and statuses (kind 1).
CREATE TABLE icp_register_words (
    id   INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (kind, text)
) STRICT;

-- Dates are numbers like 20260131, codes the number of their five digits; former names stand one a line.
-- `content` is a hash of the entity, `name_key` one of its name's core key.
CREATE TABLE icp_register_entities (
    id          INTEGER PRIMARY KEY,
    uen         TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    former      TEXT,
    type        INTEGER,
    status      INTEGER NOT NULL,
    live        INTEGER NOT NULL,
    registered  INTEGER,
    primary_code   INTEGER,
    secondary_code INTEGER,
    postal      TEXT,
    content     INTEGER NOT NULL,
    name_key    INTEGER NOT NULL
) STRICT;

CREATE INDEX icp_register_by_name ON icp_register_entities (name_key);
CREATE INDEX icp_register_by_primary ON icp_register_entities (primary_code);
CREATE INDEX icp_register_by_secondary ON icp_register_entities (secondary_code) WHERE secondary_code IS NOT NULL;

CREATE TABLE icp_register_former (
    name_key INTEGER NOT NULL,
    entity   INTEGER NOT NULL,
    PRIMARY KEY (name_key, entity)
) STRICT, WITHOUT ROWID;

-- How many entities have the same codes, type, age band and life. Type 0, age 0 and code -1 stand for none.
CREATE TABLE icp_register_cells (
    primary_code   INTEGER NOT NULL,
    secondary_code INTEGER NOT NULL,
    type    INTEGER NOT NULL,
    age     INTEGER NOT NULL,
    live    INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (primary_code, secondary_code, type, age, live)
) STRICT, WITHOUT ROWID;

CREATE INDEX icp_register_cells_secondary ON icp_register_cells (secondary_code);

-- The same, added up for each node of the classification ('' for all): an entity counts once a node.
CREATE TABLE icp_register_counts (
    node TEXT NOT NULL,
    type INTEGER NOT NULL,
    age  INTEGER NOT NULL,
    live INTEGER NOT NULL,
    n    INTEGER NOT NULL,
    PRIMARY KEY (node, type, age, live)
) STRICT, WITHOUT ROWID;

-- Titles: learnt from the register's own descriptions (0), or from a classification file (1), which goes first.
CREATE TABLE icp_register_titles (
    edition TEXT NOT NULL,
    code    TEXT NOT NULL,
    source  INTEGER NOT NULL,
    title   TEXT NOT NULL,
    PRIMARY KEY (edition, code, source)
) STRICT, WITHOUT ROWID;
