-- Everything a tenant owns. Every key starts with tenant_id.

CREATE TABLE icp_intakes (
    tenant_id       TEXT NOT NULL CHECK (tenant_id <> ''),
    intake_id       TEXT NOT NULL,
    idempotency_key TEXT,
    submitted_by    TEXT NOT NULL,
    submitted_at    INTEGER NOT NULL,
    answers         TEXT NOT NULL,
    payload         TEXT NOT NULL,
    PRIMARY KEY (tenant_id, intake_id)
) STRICT;

CREATE UNIQUE INDEX icp_intakes_idempotency ON icp_intakes (tenant_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

CREATE TABLE icp_seeds (
    tenant_id  TEXT NOT NULL,
    intake_id  TEXT NOT NULL,
    seed_id    TEXT NOT NULL,
    company_id TEXT NOT NULL,
    role       TEXT NOT NULL,
    name       TEXT NOT NULL,
    domain     TEXT,
    PRIMARY KEY (tenant_id, intake_id, seed_id),
    FOREIGN KEY (tenant_id, intake_id) REFERENCES icp_intakes (tenant_id, intake_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX icp_seeds_company ON icp_seeds (tenant_id, company_id);

CREATE TABLE icp_runs (
    tenant_id  TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    intake_id  TEXT NOT NULL,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    failure    TEXT,
    PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, intake_id) REFERENCES icp_intakes (tenant_id, intake_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX icp_runs_intake ON icp_runs (tenant_id, intake_id);
CREATE INDEX icp_runs_newest ON icp_runs (tenant_id, created_at, run_id);

CREATE TABLE icp_jobs (
    tenant_id TEXT NOT NULL,
    job_id    TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('ready', 'done')),
    queued_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, job_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX icp_jobs_run ON icp_jobs (tenant_id, run_id);
CREATE INDEX icp_jobs_ready ON icp_jobs (tenant_id, queued_at, run_id) WHERE state = 'ready';

CREATE TABLE icp_resolutions (
    tenant_id  TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    seed_id    TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    uen        TEXT,
    decided_at INTEGER NOT NULL,
    resolution TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, seed_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE INDEX icp_resolutions_seed ON icp_resolutions (tenant_id, seed_id);

CREATE TABLE icp_choices (
    tenant_id  TEXT NOT NULL,
    company_id TEXT NOT NULL,
    choice     TEXT NOT NULL,
    PRIMARY KEY (tenant_id, company_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE icp_sites (
    tenant_id TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    domain    TEXT NOT NULL,
    report    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, domain),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE TABLE icp_pages (
    tenant_id TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    domain    TEXT NOT NULL,
    position  INTEGER NOT NULL,
    page      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, domain, position),
    FOREIGN KEY (tenant_id, run_id, domain) REFERENCES icp_sites (tenant_id, run_id, domain)
) STRICT;

CREATE TABLE icp_evidence (
    tenant_id   TEXT NOT NULL,
    run_id      TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    company_id  TEXT NOT NULL,
    signal_key  TEXT NOT NULL,
    item        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, evidence_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE INDEX icp_evidence_company ON icp_evidence (tenant_id, company_id, signal_key);

-- `repeat` tells apart refusals of one batch that read the same.
CREATE TABLE icp_quarantine (
    tenant_id  TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    company_id TEXT NOT NULL,
    refusal    TEXT NOT NULL,
    repeat     INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, run_id, company_id, refusal, repeat),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE icp_patterns (
    tenant_id TEXT NOT NULL,
    run_id    TEXT NOT NULL,
    snapshot  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE TABLE icp_suggestions (
    tenant_id   TEXT NOT NULL,
    run_id      TEXT NOT NULL,
    suggestions TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT;

CREATE TABLE icp_rules (
    tenant_id   TEXT NOT NULL,
    rule_id     TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    rule        TEXT NOT NULL,
    PRIMARY KEY (tenant_id, rule_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE icp_audit (
    tenant_id TEXT NOT NULL,
    audit_id  TEXT NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, audit_id)
) STRICT, WITHOUT ROWID;
