//! A database of the version before records opens, migrates, and shows everything it held.
//!
//! `fixtures/before-records.db.gz` was made by that version: `icp demo --keep`, a decision, a refused finding, an adopted
//! card. The register and most pages were taken out, to keep it small.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use icp_core::model::{ManualMatch, RunId, RunState, SeedRole};
use icp_core::ports::{AuditQuery, EvidenceQuery, KnownQuery, RunQuery, Store as _, TenantStore};
use icp_sqlite::SqliteDb;
use sqlx::{Connection as _, SqliteConnection};

fn unpacked(folder: &Path) -> PathBuf {
    let packed = include_bytes!("fixtures/before-records.db.gz");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    let path = folder.join("old.db");
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
}

/// Changes the old file before it is opened.
async fn changed(path: &Path, change: &'static str) {
    let mut connection = raw(path).await;
    assert!(sqlx::query(change).execute(&mut connection).await.unwrap().rows_affected() > 0, "{change}");
    connection.close().await.unwrap();
}

async fn opened(path: &Path) -> (SqliteDb, Arc<dyn TenantStore>) {
    let db = SqliteDb::open(path).await.unwrap();
    let tenant = db.store().tenant(&"local".parse().unwrap());
    (db, tenant)
}

#[tokio::test]
async fn everything_it_held_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = unpacked(folder.path());
    let (_db, tenant) = opened(&path).await;

    let runs = tenant.runs(&RunQuery::newest(10)).await.unwrap();
    assert_eq!((runs.len(), runs[0].state), (1, RunState::SuggestionsReady));
    let run = runs[0].id;
    let intake = tenant.intake(runs[0].intake).await.unwrap().unwrap();
    assert_eq!(intake.payload.seeds.iter().filter(|seed| seed.role == SeedRole::Best).count(), 15);
    let answers = tenant.answers(intake.id).await.unwrap().unwrap();
    assert_eq!(answers["best_customers"].as_array().unwrap().len(), 15);

    assert_eq!(tenant.resolutions(run).await.unwrap().len(), 18);
    let evidence = tenant.evidence(&EvidenceQuery::of_run(run)).await.unwrap();
    assert_eq!(evidence.len(), 439);
    assert_eq!(tenant.quarantined(run).await.unwrap().len(), 1);
    assert_eq!(tenant.patterns(run).await.unwrap().unwrap().patterns.len(), 58);
    let suggestions = tenant.suggestions(run).await.unwrap().unwrap();
    assert_eq!(suggestions.cards.len(), 3);
    assert_eq!(tenant.rules().await.unwrap()[0].suggestion, Some(suggestions.cards[0].id));
    assert_eq!(tenant.audit(&AuditQuery::first(10)).await.unwrap().len(), 2);
    // Things that the old version did not keep.
    assert_eq!(tenant.rejections(run).await.unwrap(), []);
    assert!(tenant.register_pin(run).await.unwrap().is_none());
}

#[tokio::test]
async fn quotes_stand_on_the_pages_they_were_read_from() {
    let folder = tempfile::tempdir().unwrap();
    let (_db, tenant) = opened(&unpacked(folder.path())).await;
    let run = tenant.runs(&RunQuery::newest(1)).await.unwrap()[0].id;
    let mut pages = Vec::new();
    let sites = tenant.sites(run).await.unwrap();
    assert_eq!(sites.len(), 19);
    for site in sites {
        pages.extend(tenant.pages(run, &site.domain).await.unwrap());
    }
    assert_eq!(pages.len(), 24);
    let mut checked = 0;
    for item in tenant.evidence(&EvidenceQuery::of_run(run)).await.unwrap() {
        let Some(citation) = item.citation else { continue };
        let Some(page) = pages.iter().find(|page| page.url == citation.url) else { continue };
        let range = citation.start as usize..citation.end as usize;
        assert_eq!(&page.text.as_str()[range], citation.quote.as_str());
        checked += 1;
    }
    assert!(checked > 50, "{checked}");
}

#[tokio::test]
async fn what_was_known_is_known_and_opening_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = unpacked(folder.path());
    for _ in 0..2 {
        let (db, tenant) = opened(&path).await;
        let run = tenant.runs(&RunQuery::newest(1)).await.unwrap()[0].clone();
        let payload = tenant.intake(run.intake).await.unwrap().unwrap().payload;
        let companies = payload.seeds.iter().map(|seed| seed.company).collect();
        let known = tenant.known_companies(&KnownQuery::new(companies, RunId::from_u128(1))).await.unwrap();
        let said = known.iter().flatten().filter(|known| known.is_by_person()).collect::<Vec<_>>();
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].choice, ManualMatch::NotInRegister);
        assert!(known.iter().flatten().count() > 10);
        db.close().await;
    }
}

#[tokio::test]
async fn evidence_on_old_cards_can_be_clicked_back() {
    let folder = tempfile::tempdir().unwrap();
    let (_db, tenant) = opened(&unpacked(folder.path())).await;
    let run = tenant.runs(&RunQuery::newest(1)).await.unwrap()[0].id;
    let items = tenant.evidence(&EvidenceQuery::of_run(run)).await.unwrap();
    let mut checked = 0;
    for card in tenant.suggestions(run).await.unwrap().unwrap().cards {
        for shown in card.evidence {
            let item = items.iter().find(|item| item.id == shown.id).unwrap();
            assert_eq!(
                (shown.source, shown.confidence, &shown.extractor),
                (item.source, item.confidence, &item.extractor)
            );
            assert_eq!((shown.observed_at, &shown.citation), (item.observed_at, &item.citation));
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

#[tokio::test]
async fn words_written_unmasked_are_stored_masked() {
    let folder = tempfile::tempdir().unwrap();
    let path = unpacked(folder.path());
    for change in [
        "UPDATE icp_intakes SET payload = json_set(payload, '$.seeds[0].reason', 'Ask jane@acme.sg first')",
        "UPDATE icp_intakes SET answers = json_set(answers, '$.note', 'Ask jane@acme.sg first')",
        "UPDATE icp_suggestions SET suggestions = \
            json_set(suggestions, '$.negative[0].reasons[0].text', 'Ask jane@acme.sg first')",
    ] {
        changed(&path, change).await;
    }
    let (db, tenant) = opened(&path).await;
    let run = tenant.runs(&RunQuery::newest(1)).await.unwrap()[0].clone();
    let payload = tenant.intake(run.intake).await.unwrap().unwrap().payload;
    assert_eq!(payload.seeds[0].reason.as_ref().unwrap().as_str(), "Ask [e-mail] first");
    let answers = tenant.answers(run.intake).await.unwrap().unwrap();
    assert_eq!(answers["note"], "Ask jane@acme.sg first", "the answers stay as they are");
    db.close().await;

    let mut connection = raw(&path).await;
    for rows in [
        "SELECT payload ->> '$.v', payload FROM icp_intakes",
        "SELECT suggestions ->> '$.v', suggestions FROM icp_suggestions",
    ] {
        let rows: Vec<(i64, String)> = sqlx::query_as(rows).fetch_all(&mut connection).await.unwrap();
        assert!(!rows.is_empty());
        for (version, text) in rows {
            assert_eq!(version, 2);
            assert!(text.contains("Ask [e-mail] first") && !text.contains("jane"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_damaged_record_keeps_no_other_from_being_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = unpacked(folder.path());
    for change in [
        "INSERT INTO icp_intakes SELECT tenant_id, 'intake_y', 'y', submitted_by, submitted_at, answers, \
            json_remove(payload, '$.seeds') FROM icp_intakes",
        "INSERT INTO icp_intakes SELECT tenant_id, 'intake_z', 'z', submitted_by, submitted_at, answers, 'none' \
            FROM icp_intakes WHERE intake_id <> 'intake_y'",
    ] {
        changed(&path, change).await;
    }
    let (db, tenant) = opened(&path).await;
    let run = tenant.runs(&RunQuery::newest(1)).await.unwrap()[0].clone();
    assert!(tenant.intake(run.intake).await.unwrap().is_some());
    db.close().await;
    let versions = "SELECT substr(payload, 1, 6) FROM icp_intakes ORDER BY intake_id IN ('intake_y', 'intake_z'), intake_id";
    let versions: Vec<String> = sqlx::query_scalar(versions).fetch_all(&mut raw(&path).await).await.unwrap();
    assert_eq!(versions, [r#"{"v":2"#, r#"{"v":1"#, r#"{"v":1"#]);
}

#[tokio::test]
async fn pages_of_one_text_keep_their_own_links() {
    let folder = tempfile::tempdir().unwrap();
    let path = unpacked(folder.path());
    // Beside the first page of a site: its text with other links, and the whole of it at another address.
    for change in [
        "INSERT INTO icp_pages SELECT tenant_id, run_id, domain, 90, json_set(page, '$.url', \
            'http://casajambu.example/other', '$.links', json('[{\"url\":\"http://casajambu.example/one\",\
            \"text\":\"One\",\"zone\":\"nav\"}]')) \
            FROM icp_pages WHERE domain = 'casajambu.example' AND position = 0",
        "INSERT INTO icp_pages SELECT tenant_id, run_id, domain, 91, json_set(page, '$.url', \
            'http://casajambu.example/same') \
            FROM icp_pages WHERE domain = 'casajambu.example' AND position = 0",
    ] {
        changed(&path, change).await;
    }
    let (db, tenant) = opened(&path).await;
    let run = tenant.runs(&RunQuery::newest(1)).await.unwrap()[0].id;
    let pages = tenant.pages(run, &"casajambu.example".parse().unwrap()).await.unwrap();
    let page = |path: &str| {
        pages.iter().find(|page| page.url == format!("http://casajambu.example/{path}")).unwrap()
    };
    let (first, other, same) = (page(""), page("other"), page("same"));
    assert_eq!(first.text, other.text);
    assert!(first.links.len() > 1);
    assert_eq!(other.links.iter().map(|link| link.text.as_str()).collect::<Vec<_>>(), ["One"]);
    assert_eq!(same.links, first.links);
    db.close().await;
    let shared = "SELECT count(*), count(DISTINCT body_key) FROM icp_page_links WHERE domain = 'casajambu.example' \
        AND position IN (0, 90, 91)";
    let shared: (i64, i64) = sqlx::query_as(shared).fetch_one(&mut raw(&path).await).await.unwrap();
    assert_eq!(shared, (3, 2), "what is the same is stored once");
}
