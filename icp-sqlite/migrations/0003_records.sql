-- Records carry their version: what was stored before is version 1. Pages keep their body once by content. Runs have a
-- lease with a fence, a pinned register and numbered events. Extractions are kept for every run.

ALTER TABLE icp_runs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE icp_runs ADD COLUMN holder TEXT;
ALTER TABLE icp_runs ADD COLUMN leased_until INTEGER;

ALTER TABLE icp_resolutions ADD COLUMN method TEXT NOT NULL DEFAULT 'none';
ALTER TABLE icp_resolutions ADD COLUMN probability REAL NOT NULL DEFAULT 0;
UPDATE icp_resolutions SET method = resolution ->> '$.decision.method',
    probability = resolution ->> '$.decision.probability';

UPDATE icp_intakes SET payload = '{"v":1,"body":' || payload || '}';
UPDATE icp_resolutions SET resolution = '{"v":1,"body":' || resolution || '}';
UPDATE icp_choices SET choice = '{"v":1,"body":' || choice || '}';
UPDATE icp_sites SET report = '{"v":1,"body":' || report || '}';
UPDATE icp_evidence SET item = '{"v":1,"body":' || item || '}';
UPDATE icp_quarantine SET refusal = '{"v":1,"body":' || refusal || '}';
UPDATE icp_patterns SET snapshot = '{"v":1,"body":' || snapshot || '}';
UPDATE icp_suggestions SET suggestions = '{"v":1,"body":' || suggestions || '}';
UPDATE icp_rules SET rule = '{"v":1,"body":' || rule || '}';

ALTER TABLE icp_evidence ADD COLUMN source TEXT NOT NULL DEFAULT '';
UPDATE icp_evidence SET source = item ->> '$.body.source';

CREATE TABLE icp_page_bodies (
    tenant_id TEXT NOT NULL,
    body_key  TEXT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, body_key)
) STRICT;

-- The hash is of the text alone: bodies of one text that differ in anything else are numbered.
CREATE TEMP TABLE icp_keyed_pages AS
    SELECT tenant_id, run_id, domain, position, page,
        (page ->> '$.content_hash') || '-' || dense_rank() OVER (
            PARTITION BY tenant_id, page ->> '$.content_hash'
            ORDER BY page -> '$.title', page -> '$.language', page -> '$.text', page -> '$.blocks', page -> '$.links'
        ) AS body_key
    FROM icp_pages;

INSERT INTO icp_page_bodies (tenant_id, body_key, body)
    SELECT tenant_id, body_key, min('{"v":1,"body":' || page || '}') FROM icp_keyed_pages
    GROUP BY tenant_id, body_key;

CREATE TABLE icp_page_links (
    tenant_id TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    domain    TEXT NOT NULL,
    position  INTEGER NOT NULL,
    body_key  TEXT NOT NULL,
    link      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, domain, position),
    FOREIGN KEY (tenant_id, run_id, domain) REFERENCES icp_sites (tenant_id, run_id, domain),
    FOREIGN KEY (tenant_id, body_key) REFERENCES icp_page_bodies (tenant_id, body_key)
) STRICT;

CREATE INDEX icp_page_links_body ON icp_page_links (tenant_id, body_key);

INSERT INTO icp_page_links (tenant_id, run_id, domain, position, body_key, link)
    SELECT tenant_id, run_id, domain, position, body_key,
        json_object('v', 1, 'body', json_object(
            'url', page ->> '$.url',
            'kind', page ->> '$.kind',
            'fetched_at', page ->> '$.fetched_at',
            'body_bytes', page ->> '$.body_bytes',
            'content_hash', page ->> '$.content_hash'))
    FROM icp_keyed_pages;

DROP TABLE icp_keyed_pages;
DROP TABLE icp_pages;

CREATE TABLE icp_events (
    tenant_id TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    event     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, seq),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT, WITHOUT ROWID;

-- An extraction belongs to no run: the same input and extractor, the same outcome.
CREATE TABLE icp_extractions (
    tenant_id  TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    extractor  TEXT NOT NULL,
    extraction TEXT NOT NULL,
    PRIMARY KEY (tenant_id, input_hash, extractor)
) STRICT;

CREATE TABLE icp_extraction_reports (
    tenant_id  TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    company_id TEXT NOT NULL,
    report     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, company_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE TABLE icp_register_pins (
    tenant_id TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    pin       TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE TABLE icp_rejections (
    tenant_id     TEXT NOT NULL,
    run_id        TEXT NOT NULL,
    suggestion_id TEXT NOT NULL,
    rejected_at   INTEGER NOT NULL,
    rejection     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, suggestion_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;
