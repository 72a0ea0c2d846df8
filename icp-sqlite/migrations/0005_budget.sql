-- What models may spend and did. A call counts as `most_*` until it is settled, and as what it cost afterwards.
-- `page` is a hash of the page's address. Totals are kept beside the calls, so that a reservation reads a row a scope.

CREATE TABLE icp_model_calls (
    tenant_id      TEXT NOT NULL,
    call_number    INTEGER NOT NULL,
    run_id         TEXT NOT NULL,
    company_id     TEXT NOT NULL,
    page           TEXT NOT NULL,
    day            INTEGER NOT NULL,
    most_tokens    INTEGER NOT NULL,
    most_micro_usd INTEGER NOT NULL,
    settled        INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
    requests       INTEGER NOT NULL DEFAULT 0,
    tokens_in      INTEGER NOT NULL DEFAULT 0,
    tokens_out     INTEGER NOT NULL DEFAULT 0,
    micro_usd      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, call_number),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX icp_model_calls_run ON icp_model_calls (tenant_id, run_id, company_id);

-- `subject` names the page, site, run or day; it is empty for the tenant itself.
CREATE TABLE icp_budget_totals (
    tenant_id TEXT NOT NULL,
    scope     TEXT NOT NULL,
    subject   TEXT NOT NULL,
    tokens    INTEGER NOT NULL,
    micro_usd INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, scope, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE icp_budget_refusals (
    tenant_id  TEXT NOT NULL,
    run_id     TEXT NOT NULL,
    company_id TEXT NOT NULL,
    scope      TEXT NOT NULL,
    times      INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, run_id, company_id, scope),
    FOREIGN KEY (tenant_id, run_id) REFERENCES icp_runs (tenant_id, run_id)
) STRICT, WITHOUT ROWID;
