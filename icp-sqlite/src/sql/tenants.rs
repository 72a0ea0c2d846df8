//! Statements about tenants' rows.

use icp_tenant_sql::TenantSql;

/// Declares statements, and a list of all of them for the test that prepares each.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: TenantSql = TenantSql::sqlite($text);)*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, TenantSql)] = &[$((stringify!($name), $name)),*];
    };
}

statements! {
    INTAKE_BY_KEY = "SELECT i.intake_id, r.run_id, j.job_id \
        FROM icp_intakes i \
        JOIN icp_runs r ON r.tenant_id = ?1 AND r.intake_id = i.intake_id \
        JOIN icp_jobs j ON j.tenant_id = ?1 AND j.run_id = r.run_id \
        WHERE i.tenant_id = ?1 AND i.idempotency_key = ?2 \
        ORDER BY r.created_at, r.run_id, j.job_id LIMIT 1";
    INTAKE_INSERT = "INSERT INTO icp_intakes \
        (tenant_id, intake_id, idempotency_key, submitted_by, submitted_at, answers, payload) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    INTAKE = "SELECT submitted_by, submitted_at, payload FROM icp_intakes \
        WHERE tenant_id = ?1 AND intake_id = ?2";
    ANSWERS = "SELECT answers FROM icp_intakes WHERE tenant_id = ?1 AND intake_id = ?2";
    SEED_INSERT = "INSERT INTO icp_seeds (tenant_id, intake_id, seed_id, company_id, role, name, domain) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";

    RUN_INSERT = "INSERT INTO icp_runs (tenant_id, run_id, intake_id, state, created_at, updated_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    RUN = "SELECT run_id, intake_id, state, created_at, updated_at, failure FROM icp_runs \
        WHERE tenant_id = ?1 AND run_id = ?2";
    RUNS = "SELECT run_id, intake_id, state, created_at, updated_at, failure FROM icp_runs \
        WHERE tenant_id = ?1 AND (?2 IS NULL OR (created_at, run_id) < (?2, ?3)) \
        ORDER BY created_at DESC, run_id DESC LIMIT ?4";
    RUN_LEASE = "SELECT fence, leased_until FROM icp_runs WHERE tenant_id = ?1 AND run_id = ?2";
    RUN_CLAIM = "UPDATE icp_runs SET fence = fence + 1, holder = ?3, leased_until = ?4 \
        WHERE tenant_id = ?1 AND run_id = ?2";
    RUN_RENEW = "UPDATE icp_runs SET leased_until = ?4 WHERE tenant_id = ?1 AND run_id = ?2 AND fence = ?3";
    RUN_RELEASE = "UPDATE icp_runs SET holder = NULL, leased_until = NULL \
        WHERE tenant_id = ?1 AND run_id = ?2 AND fence = ?3";
    /// A cancellation by somebody else takes the lease away.
    RUN_REVOKE = "UPDATE icp_runs SET fence = fence + 1, holder = NULL, leased_until = NULL \
        WHERE tenant_id = ?1 AND run_id = ?2";
    RUN_ADVANCE = "UPDATE icp_runs SET state = ?4, updated_at = ?5, failure = ?6 \
        WHERE tenant_id = ?1 AND run_id = ?2 AND state = ?3";

    JOB_INSERT = "INSERT INTO icp_jobs (tenant_id, job_id, run_id, state, queued_at) \
        VALUES (?1, ?2, ?3, 'ready', ?4)";
    JOBS_SET = "UPDATE icp_jobs SET state = ?3 WHERE tenant_id = ?1 AND run_id = ?2";
    RUNS_QUEUED = "SELECT job.run_id FROM icp_jobs job \
        JOIN icp_runs run ON run.tenant_id = ?1 AND run.run_id = job.run_id \
        WHERE job.tenant_id = ?1 AND job.state = 'ready' \
            AND (run.leased_until IS NULL OR run.leased_until <= ?2) \
        ORDER BY job.queued_at, job.run_id LIMIT ?3";
    EVENT_LAST = "SELECT coalesce(max(seq), 0) FROM icp_events WHERE tenant_id = ?1 AND run_id = ?2";
    EVENT_INSERT = "INSERT INTO icp_events (tenant_id, run_id, seq, at, event) VALUES (?1, ?2, ?3, ?4, ?5)";
    EVENTS = "SELECT seq, at, event FROM icp_events WHERE tenant_id = ?1 AND run_id = ?2 AND seq > ?3 \
        ORDER BY seq LIMIT ?4";

    RESOLUTION_PUT = "INSERT INTO icp_resolutions \
        (tenant_id, run_id, seed_id, outcome, uen, decided_at, resolution, method, probability) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
        ON CONFLICT (tenant_id, run_id, seed_id) DO UPDATE SET outcome = excluded.outcome, uen = excluded.uen, \
        decided_at = excluded.decided_at, resolution = excluded.resolution, method = excluded.method, \
        probability = excluded.probability";
    RESOLUTIONS = "SELECT seed_id, resolution FROM icp_resolutions WHERE tenant_id = ?1 AND run_id = ?2 ORDER BY seed_id";
    /// The seeds of a company lead to the resolutions of their own runs.
    RESOLVED_BEFORE = "SELECT x.uen, x.method, x.probability FROM icp_seeds s \
        JOIN icp_runs r ON r.tenant_id = ?1 AND r.intake_id = s.intake_id \
        JOIN icp_resolutions x ON x.tenant_id = ?1 AND x.run_id = r.run_id AND x.seed_id = s.seed_id \
        WHERE s.tenant_id = ?1 AND s.company_id = ?2 AND r.run_id <> ?3 AND x.outcome = ?4 AND x.uen IS NOT NULL \
        AND instr(?5, ' ' || x.method || ' ') > 0 \
        ORDER BY x.decided_at DESC, r.run_id DESC, x.uen DESC LIMIT 1";

    CHOICE_PUT = "INSERT INTO icp_choices (tenant_id, company_id, choice) VALUES (?1, ?2, ?3) \
        ON CONFLICT (tenant_id, company_id) DO UPDATE SET choice = excluded.choice";
    CHOICE = "SELECT choice FROM icp_choices WHERE tenant_id = ?1 AND company_id = ?2";

    SITE_PAGES_DROP = "DELETE FROM icp_page_links WHERE tenant_id = ?1 AND run_id = ?2 AND domain = ?3";
    SITE_PUT = "INSERT INTO icp_sites (tenant_id, run_id, domain, report) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (tenant_id, run_id, domain) DO UPDATE SET report = excluded.report";
    BODY_INSERT = "INSERT INTO icp_page_bodies (tenant_id, body_key, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    LINK_INSERT = "INSERT INTO icp_page_links (tenant_id, run_id, domain, position, body_key, link) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    SITES = "SELECT domain, report FROM icp_sites WHERE tenant_id = ?1 AND run_id = ?2 ORDER BY domain";
    PAGES = "SELECT l.link, b.body FROM icp_page_links l \
        JOIN icp_page_bodies b ON b.tenant_id = ?1 AND b.body_key = l.body_key \
        WHERE l.tenant_id = ?1 AND l.run_id = ?2 AND l.domain = ?3 ORDER BY l.position";

    EVIDENCE_INSERT = "INSERT INTO icp_evidence (tenant_id, run_id, evidence_id, company_id, signal_key, item, source) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    /// Of a source, all but the items that stay.
    EVIDENCE_DROP = "DELETE FROM icp_evidence WHERE tenant_id = ?1 AND run_id = ?2 AND company_id = ?3 AND source = ?4 \
        AND instr(?5, evidence_id) = 0";
    EVIDENCE_OF_RUN = "SELECT evidence_id, item FROM icp_evidence WHERE tenant_id = ?1 AND run_id = ?2 \
        AND (?3 IS NULL OR company_id = ?3) AND (?4 IS NULL OR signal_key = ?4)";
    /// Oldest run first, so that of an item that several runs found the newest stays.
    EVIDENCE_OF_COMPANY = "SELECT evidence_id, item FROM icp_evidence WHERE tenant_id = ?1 AND company_id = ?2 \
        AND (?3 IS NULL OR signal_key = ?3) ORDER BY run_id";
    EVIDENCE = "SELECT evidence_id, item FROM icp_evidence WHERE tenant_id = ?1 AND (?2 IS NULL OR signal_key = ?2) \
        ORDER BY run_id";
    EXTRACTION_INSERT = "INSERT INTO icp_extractions (tenant_id, input_hash, extractor, extraction) \
        VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    EXTRACTION = "SELECT extraction FROM icp_extractions WHERE tenant_id = ?1 AND input_hash = ?2 AND extractor = ?3";
    REPORT_PUT = "INSERT INTO icp_extraction_reports (tenant_id, run_id, company_id, report) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (tenant_id, run_id, company_id) DO UPDATE SET report = excluded.report";
    REPORTS = "SELECT company_id, report FROM icp_extraction_reports WHERE tenant_id = ?1 AND run_id = ?2 \
        ORDER BY company_id";
    QUARANTINE_INSERT = "INSERT INTO icp_quarantine (tenant_id, run_id, company_id, refusal, repeat) \
        VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    QUARANTINE = "SELECT run_id, refusal FROM icp_quarantine WHERE tenant_id = ?1 AND run_id = ?2 \
        ORDER BY company_id, refusal, repeat";

    PATTERNS_PUT = "INSERT INTO icp_patterns (tenant_id, run_id, snapshot) VALUES (?1, ?2, ?3) \
        ON CONFLICT (tenant_id, run_id) DO UPDATE SET snapshot = excluded.snapshot";
    PATTERNS = "SELECT run_id, snapshot FROM icp_patterns WHERE tenant_id = ?1 AND run_id = ?2";
    SUGGESTIONS_PUT = "INSERT INTO icp_suggestions (tenant_id, run_id, suggestions) VALUES (?1, ?2, ?3) \
        ON CONFLICT (tenant_id, run_id) DO UPDATE SET suggestions = excluded.suggestions";
    SUGGESTIONS = "SELECT run_id, suggestions FROM icp_suggestions WHERE tenant_id = ?1 AND run_id = ?2";

    PIN_PUT = "INSERT INTO icp_register_pins (tenant_id, run_id, pin) VALUES (?1, ?2, ?3) \
        ON CONFLICT (tenant_id, run_id) DO UPDATE SET pin = excluded.pin";
    PIN = "SELECT run_id, pin FROM icp_register_pins WHERE tenant_id = ?1 AND run_id = ?2";

    REJECTION_INSERT = "INSERT INTO icp_rejections (tenant_id, run_id, suggestion_id, rejected_at, rejection) \
        VALUES (?1, ?2, ?3, ?4, ?5)";
    REJECTION = "SELECT suggestion_id, rejection FROM icp_rejections \
        WHERE tenant_id = ?1 AND run_id = ?2 AND suggestion_id = ?3";
    REJECTIONS = "SELECT suggestion_id, rejection FROM icp_rejections WHERE tenant_id = ?1 AND run_id = ?2 \
        ORDER BY rejected_at, suggestion_id";
    RULE_INSERT = "INSERT INTO icp_rules (tenant_id, rule_id, accepted_at, rule) VALUES (?1, ?2, ?3, ?4)";
    RULE = "SELECT rule_id, rule FROM icp_rules WHERE tenant_id = ?1 AND rule_id = ?2";
    RULES = "SELECT rule_id, rule FROM icp_rules WHERE tenant_id = ?1 ORDER BY accepted_at, rule_id";
    AUDIT_INSERT = "INSERT INTO icp_audit (tenant_id, audit_id, at, actor, action, subject) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    AUDIT = "SELECT audit_id, at, actor, action, subject FROM icp_audit \
        WHERE tenant_id = ?1 AND (?2 IS NULL OR (at, audit_id) > (?2, ?3)) ORDER BY at, audit_id LIMIT ?4";

    CALL_LAST = "SELECT coalesce(max(call_number), 0) FROM icp_model_calls WHERE tenant_id = ?1";
    CALL_INSERT = "INSERT INTO icp_model_calls \
        (tenant_id, call_number, run_id, company_id, page, day, most_tokens, most_micro_usd) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    CALL = "SELECT run_id, company_id, page, day, most_tokens, most_micro_usd, settled FROM icp_model_calls \
        WHERE tenant_id = ?1 AND call_number = ?2";
    CALL_SETTLE = "UPDATE icp_model_calls SET settled = 1, requests = ?3, tokens_in = ?4, tokens_out = ?5, \
        micro_usd = ?6 WHERE tenant_id = ?1 AND call_number = ?2";
    /// Numbers of calls that are not settled yet stand for nothing but themselves: their use is 0.
    SPENDING = "SELECT company_id, sum(1 - settled), \
        sum(most_tokens * (1 - settled)), sum(most_micro_usd * (1 - settled)), \
        sum(requests), sum(tokens_in), sum(tokens_out), sum(micro_usd) \
        FROM icp_model_calls WHERE tenant_id = ?1 AND run_id = ?2 GROUP BY company_id";
    BUDGET_TOTAL = "SELECT tokens, micro_usd FROM icp_budget_totals \
        WHERE tenant_id = ?1 AND scope = ?2 AND subject = ?3";
    BUDGET_TOTAL_ADD = "INSERT INTO icp_budget_totals (tenant_id, scope, subject, tokens, micro_usd) \
        VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (tenant_id, scope, subject) DO UPDATE SET tokens = tokens + excluded.tokens, \
        micro_usd = micro_usd + excluded.micro_usd";
    REFUSED_CALL_COUNT = "INSERT INTO icp_budget_refusals (tenant_id, run_id, company_id, scope, times) \
        VALUES (?1, ?2, ?3, ?4, 1) \
        ON CONFLICT (tenant_id, run_id, company_id, scope) DO UPDATE SET times = times + 1";
    REFUSED_CALLS = "SELECT company_id, scope, times FROM icp_budget_refusals WHERE tenant_id = ?1 AND run_id = ?2";

    ERASE_MODEL_CALLS = "DELETE FROM icp_model_calls WHERE tenant_id = ?1";
    ERASE_BUDGET_TOTALS = "DELETE FROM icp_budget_totals WHERE tenant_id = ?1";
    ERASE_BUDGET_REFUSALS = "DELETE FROM icp_budget_refusals WHERE tenant_id = ?1";
    ERASE_AUDIT = "DELETE FROM icp_audit WHERE tenant_id = ?1";
    ERASE_RULES = "DELETE FROM icp_rules WHERE tenant_id = ?1";
    ERASE_SUGGESTIONS = "DELETE FROM icp_suggestions WHERE tenant_id = ?1";
    ERASE_PATTERNS = "DELETE FROM icp_patterns WHERE tenant_id = ?1";
    ERASE_QUARANTINE = "DELETE FROM icp_quarantine WHERE tenant_id = ?1";
    ERASE_EVIDENCE = "DELETE FROM icp_evidence WHERE tenant_id = ?1";
    ERASE_PAGE_LINKS = "DELETE FROM icp_page_links WHERE tenant_id = ?1";
    ERASE_PAGE_BODIES = "DELETE FROM icp_page_bodies WHERE tenant_id = ?1";
    ERASE_EVENTS = "DELETE FROM icp_events WHERE tenant_id = ?1";
    ERASE_EXTRACTIONS = "DELETE FROM icp_extractions WHERE tenant_id = ?1";
    ERASE_REPORTS = "DELETE FROM icp_extraction_reports WHERE tenant_id = ?1";
    ERASE_PINS = "DELETE FROM icp_register_pins WHERE tenant_id = ?1";
    ERASE_REJECTIONS = "DELETE FROM icp_rejections WHERE tenant_id = ?1";
    ERASE_SITES = "DELETE FROM icp_sites WHERE tenant_id = ?1";
    ERASE_CHOICES = "DELETE FROM icp_choices WHERE tenant_id = ?1";
    ERASE_RESOLUTIONS = "DELETE FROM icp_resolutions WHERE tenant_id = ?1";
    ERASE_JOBS = "DELETE FROM icp_jobs WHERE tenant_id = ?1";
    ERASE_RUNS = "DELETE FROM icp_runs WHERE tenant_id = ?1";
    ERASE_SEEDS = "DELETE FROM icp_seeds WHERE tenant_id = ?1";
    ERASE_INTAKES = "DELETE FROM icp_intakes WHERE tenant_id = ?1";
}

/// Erasing a tenant: every table, what refers to others first.
pub(crate) static ERASE: &[&TenantSql] = &[
    &ERASE_MODEL_CALLS,
    &ERASE_BUDGET_TOTALS,
    &ERASE_BUDGET_REFUSALS,
    &ERASE_AUDIT,
    &ERASE_RULES,
    &ERASE_SUGGESTIONS,
    &ERASE_PATTERNS,
    &ERASE_QUARANTINE,
    &ERASE_EVIDENCE,
    &ERASE_PAGE_LINKS,
    &ERASE_PAGE_BODIES,
    &ERASE_EVENTS,
    &ERASE_EXTRACTIONS,
    &ERASE_REPORTS,
    &ERASE_PINS,
    &ERASE_REJECTIONS,
    &ERASE_SITES,
    &ERASE_CHOICES,
    &ERASE_RESOLUTIONS,
    &ERASE_JOBS,
    &ERASE_RUNS,
    &ERASE_SEEDS,
    &ERASE_INTAKES,
];
