//! Imports: formats, faults, repetition.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::{Entity, RegisterFilter, SsicEdition, SsicNode};
use icp_core::ports::{NameQuery, Register as _};
use icp_sqlite::{
    ImportOptions, ImportProgress, ImportReport, ImportStage, RegisterNotice, SqliteDb, SqliteRegister,
    StatsBy,
};
use icp_testkit::register::RegisterContent;
use tempfile::TempDir;

/// All columns of the published files, in their order.
const HEADER: &str = "uen,issuance_agency_id,entity_name,entity_type_description,business_constitution_description,\
company_type_description,paf_constitution_description,entity_status_description,registration_incorporation_date,\
uen_issue_date,address_type,block,street_name,level_no,unit_no,building_name,postal_code,other_address_line1,\
other_address_line2,account_due_date,annual_return_date,primary_ssic_code,primary_ssic_description,\
primary_user_described_activity,secondary_ssic_code,secondary_ssic_description,secondary_user_described_activity,\
no_of_officers,former_entity_name1,former_entity_name2";

struct Bed {
    folder: TempDir,
    register: Arc<SqliteRegister>,
}

impl Bed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let register = SqliteDb::open(folder.path().join("icp.db")).await.unwrap().register();
        Self { folder, register }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    async fn import(&self, path: &Path) -> ImportReport {
        let options =
            ImportOptions { as_of: Some("2026-11-01".parse().unwrap()), ..ImportOptions::default() };
        self.register.import(&[path.to_owned()], &options, &mut |_| {}).await.unwrap()
    }

    async fn refused(&self, path: &Path, options: &ImportOptions) -> String {
        let error = self.register.import(&[path.to_owned()], options, &mut |_| {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        error.to_string()
    }

    async fn entity(&self, uen: &str) -> Entity {
        self.register.by_uen(&[uen.parse().unwrap()]).await.unwrap().pop().flatten().unwrap()
    }
}

/// A row of the published format.
fn row(uen: &str, name: &str, code: &str, title: &str, former: &str) -> String {
    format!(
        "{uen},ACRA,{name},Local Company,na,Exempt Private Company Limited by Shares,na,Live Company,2015-03-31,\
         2015-04-01,LOCAL,1,STREET,na,na,na,018956,na,na,na,na,{code},{title},na,na,na,na,2,{former},na"
    )
}

#[tokio::test]
async fn the_published_format_with_a_bom_and_windows_line_ends() {
    let bed = Bed::new().await;
    let rows = [
        row(
            "201912345K",
            "\"ACME, \"\"THE\"\" FREIGHT PTE. LTD.\"",
            "52292",
            "FREIGHT FORWARDING",
            "OLD NAME PTE LTD",
        ),
        row("53012345X", "MEI  'S NOODLES", "na", "na", "na").replace("2015-03-31", "na"),
    ];
    let text = format!("\u{feff}{HEADER}\r\n{}\r\n\r\n{}\r\n", rows[0], rows[1]);
    let report = bed.import(&bed.file("a.csv", text)).await;
    assert_eq!((report.read.rows, report.read.bad_rows, report.added), (2, 0, 2));
    let acme = bed.entity("201912345K").await;
    assert_eq!(acme.name, "ACME, \"THE\" FREIGHT PTE. LTD.");
    assert_eq!(acme.former_names, ["OLD NAME PTE LTD"]);
    assert_eq!((acme.status.text.as_str(), acme.status.live), ("Live Company", true));
    assert_eq!(acme.postal_code.as_deref(), Some("018956"));
    assert_eq!(acme.registered_on, Some("2015-03-31".parse().unwrap()));
    assert_eq!(acme.primary_ssic.unwrap().to_string(), "52292");
    let mei = bed.entity("53012345X").await;
    assert_eq!((mei.name.as_str(), mei.primary_ssic), ("MEI 'S NOODLES", None));
    assert_eq!(mei.registered_on, Some("2015-04-01".parse().unwrap()), "the date of issue stands in");
    let node = SsicNode::new("52292", SsicEdition::Y2025).unwrap();
    let titles = bed.register.titles(&[node]).await.unwrap();
    assert_eq!(titles[&node], "FREIGHT FORWARDING");
}

#[tokio::test]
async fn bad_rows_are_named_and_the_rest_is_kept() {
    let bed = Bed::new().await;
    let good = row("201912345K", "GOOD PTE. LTD.", "52292", "T", "na");
    let rest = good.split_once(",Local").unwrap().1;
    let latin = [b"201512345W,ACRA,CAF\xc9 PTE. LTD.,Local".as_slice(), rest.as_bytes()].concat();
    let mut file = format!(
        "{HEADER}\n{good}\n{}\n{}\n{}\nonly,three,fields\n{}\n",
        row("na", "NO UEN", "52292", "T", "na"),
        row("12345", "ODD UEN", "52292", "T", "na"),
        row("201012345K", "na", "52292", "T", "na"),
        row("200312345Z", "\"OPEN QUOTE", "52292", "T", "na"),
    )
    .into_bytes();
    file.extend(latin);
    file.extend(format!("\n{}\n", row("201312345M", "ODD CODE PTE. LTD.", "5229", "T", "na")).bytes());
    let report = bed.import(&bed.file("b.csv", file)).await;
    let bad: Vec<(u64, &str)> = report.read.bad.iter().map(|bad| (bad.line, bad.reason.as_str())).collect();
    assert_eq!(bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 6, 7], "{bad:?}");
    for ((_, reason), word) in bad.iter().zip(["no UEN", "12345", "no name", "3 fields", "quote"]) {
        assert!(reason.contains(word), "{reason}");
    }
    assert_eq!((report.read.rows, report.read.bad_rows, report.read.odd_codes), (3, 5, 1));
    assert_eq!(bed.entity("201512345W").await.name, "CAFÉ PTE. LTD.");
    assert_eq!(bed.entity("201312345M").await.primary_ssic, None);
}

#[tokio::test]
async fn wrong_files_say_what_is_wrong_and_change_nothing() {
    let bed = Bed::new().await;
    let content = RegisterContent::small();
    bed.import(&bed.file("good.csv", content.to_acra_csv())).await;
    let before = bed.register.snapshot().await.unwrap();
    let acra = ImportOptions::default();
    for (name, text, words) in [
        ("empty.csv", "", &["is empty"][..]),
        ("other.csv", "Reg No,Company\n1,2\n", &["`uen`", "`entity_name`", "`Reg No`", "`Company`"]),
        ("header.csv", HEADER, &["only a header"]),
        ("bad.csv", &format!("{HEADER}\nx,y\n"), &["no good row", "bad.csv:2", "2 fields"]),
    ] {
        let said = bed.refused(&bed.file(name, text), &acra).await;
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    }
    let said = bed.refused(&bed.folder.path().join("none.csv"), &acra).await;
    assert!(said.contains("none.csv") && said.contains("does not exist"), "{said}");
    assert!(bed.refused(bed.folder.path(), &acra).await.contains("is a folder"));
    let mapped = ImportOptions { columns: "uen=Reg No,name=Firm".parse().unwrap(), ..acra.clone() };
    let said = bed.refused(&bed.file("map.csv", "Reg No,Company\n1,2\n"), &mapped).await;
    assert!(said.contains("lacks the column `Firm`") && said.contains("`Company`"), "{said}");
    let older = ImportOptions { edition: SsicEdition::Y2020, ..acra };
    let said = bed.refused(&bed.file("good2.csv", content.to_acra_csv()), &older).await;
    assert!(said.contains("2025") && said.contains("2020"), "{said}");
    let mut cut = Vec::new();
    let mut gzip = flate2::write::GzEncoder::new(&mut cut, flate2::Compression::default());
    gzip.write_all(RegisterContent::generated(500).to_acra_csv().as_bytes()).unwrap();
    gzip.finish().unwrap();
    cut.truncate(cut.len() / 2);
    assert!(bed.refused(&bed.file("cut.csv.gz", cut), &ImportOptions::default()).await.contains("cut short"));
    assert_eq!(bed.register.snapshot().await.unwrap(), before);
    let all = RegisterFilter { include_ended: true, ..RegisterFilter::default() };
    assert_eq!(bed.register.counts(&[all]).await.unwrap(), [7]);
}

#[tokio::test]
async fn importing_again_updates_in_place() {
    let bed = Bed::new().await;
    let mut content = RegisterContent::small();
    let first = bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    assert_eq!((first.added, first.updated, first.changed), (7, 0, true));
    let second = bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    assert_eq!((second.added, second.updated, second.changed), (0, 0, false));
    assert_eq!(second.snapshot, first.snapshot);
    let was = content.entities[3].clone();
    content.entities[3].former_names.insert(0, was.name.clone());
    content.entities[3].name = "LIGHTHOUSE LOGISTICS PTE. LTD.".to_owned();
    let changed = RegisterContent { entities: vec![content.entities[3].clone()], ..content.clone() };
    let third = bed.import(&bed.file("r.csv", changed.to_acra_csv())).await;
    assert_eq!((third.added, third.updated, third.changed), (0, 1, true));
    assert_ne!(third.snapshot.id, first.snapshot.id);
    assert_eq!(third.snapshot.entities, 7);
    let found =
        bed.register.by_exact_name(&["lighthouse logistics".to_owned(), was.name.clone()]).await.unwrap();
    assert_eq!(found, [vec![content.entities[3].clone()], vec![content.entities[3].clone()]]);
    let near = [NameQuery { name: "Lighthose Logistics".to_owned(), limit: 1 }];
    assert_eq!(bed.register.candidates(&near).await.unwrap()[0], [content.entities[3].clone()]);
    // The same content in one go has the same id.
    let other = Bed::new().await;
    let whole = other.import(&other.file("r.csv", content.to_acra_csv())).await;
    assert_eq!(whole.snapshot, third.snapshot);
}

#[tokio::test]
async fn gzip_several_files_and_progress() {
    let bed = Bed::new().await;
    let mut content = RegisterContent::generated(3000);
    let rest = content.entities.split_off(1200);
    let plain = bed.file("a.csv", content.to_acra_csv());
    let packed = {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(RegisterContent { entities: rest, ..content.clone() }.to_acra_csv().as_bytes())
            .unwrap();
        bed.file("b.csv.gz", gzip.finish().unwrap())
    };
    let bytes = plain.metadata().unwrap().len() + packed.metadata().unwrap().len();
    let mut seen: Vec<ImportProgress> = Vec::new();
    let files = [plain, packed];
    let report = bed
        .register
        .import(&files, &ImportOptions::default(), &mut |progress| seen.push(progress))
        .await
        .unwrap();
    assert_eq!((report.read.rows, report.snapshot.entities), (3000, 3000));
    assert_eq!(report.snapshot.as_of.to_string(), "2026-12-31", "the newest registration");
    let last = seen.last().unwrap();
    assert_eq!(
        (last.rows, last.bytes, last.bytes_total, last.stage),
        (3000, bytes, bytes, ImportStage::Names)
    );
    assert!(seen.windows(2).all(|pair| pair[0].rows <= pair[1].rows && pair[0].bytes <= pair[1].bytes));
    assert!(seen.len() > 6);
}

#[tokio::test]
async fn other_formats_by_a_column_map() {
    let bed = Bed::new().await;
    let file = bed.file(
        "generic.csv",
        "State,Company,Reg No,Since,Code,Was\nstruck off,Acme,201912345K,2019-01-02,52292,Old Acme\nLive,Beta,53012345X,odd,na,na\n",
    );
    let columns =
        "uen=reg no, name=Company,status=State,registered=Since,ssic=Code,former=Was".parse().unwrap();
    let options = ImportOptions { columns, ..ImportOptions::default() };
    let report = bed.register.import(&[file], &options, &mut |_| {}).await.unwrap();
    assert_eq!((report.read.rows, report.read.odd_dates, report.snapshot.live), (2, 1, 1));
    let acme = bed.entity("201912345K").await;
    assert_eq!((acme.former_names, acme.status.live), (vec!["Old Acme".to_owned()], false));
}

#[tokio::test]
async fn the_index_of_names_is_rebuilt_when_it_cannot_be_used() {
    let bed = Bed::new().await;
    let content = RegisterContent::small();
    bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    let names = bed.folder.path().join("icp.db.names");
    let whole = std::fs::read(&names).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() - 3;
    damaged[middle] ^= 1;
    let mut ranks = whole.clone();
    ranks[20] ^= 1;
    let query = [NameQuery { name: "Sunrize Bakery".to_owned(), limit: 1 }];
    for (content, rebuilt) in [
        (Some(whole.clone()), false),
        (Some(damaged), true),
        (Some(ranks), true),
        (Some(whole[..whole.len() / 2].to_vec()), true),
        (Some(b"icpRANK1".to_vec()), true),
        (Some(Vec::new()), true),
        (None, true),
    ] {
        match content {
            Some(bytes) => std::fs::write(&names, bytes).unwrap(),
            None => std::fs::remove_file(&names).unwrap(),
        }
        // Another process: nothing in memory.
        let register = SqliteDb::open(bed.folder.path().join("icp.db")).await.unwrap().register();
        let found = register.candidates(&query).await.unwrap();
        assert_eq!(found[0][0].uen.as_str(), "201012345K");
        let notices = register.take_notices().await;
        assert_eq!(
            notices.iter().any(|notice| matches!(notice, RegisterNotice::NamesRebuilt(_))),
            rebuilt,
            "{notices:?}"
        );
        assert_eq!(std::fs::read(&names).unwrap(), whole, "it is put right");
    }
}

#[tokio::test]
async fn titles_of_a_classification_go_first() {
    let bed = Bed::new().await;
    let text = format!("{HEADER}\n{}\n", row("201912345K", "A", "52292", "LEARNT", "na"));
    let node = |text| SsicNode::new(text, SsicEdition::Y2025).unwrap();
    let file = bed.file("titles.csv", "code,title\n52292,\"From, file\"\n5229,Class\n");
    assert_eq!(bed.register.import_titles(&file, SsicEdition::Y2025).await.unwrap(), 2);
    bed.import(&bed.file("r.csv", text)).await;
    let titles = bed.register.titles(&[node("52292"), node("5229"), node("522")]).await.unwrap();
    assert_eq!((titles[&node("52292")].as_str(), titles[&node("5229")].as_str()), ("From, file", "Class"));
    assert_eq!(titles.get(&node("522")).map(String::as_str), node("522").built_in_title());
    let bad = bed.file("bad.csv", "code,title\n5x,No\n");
    let error = bed.register.import_titles(&bad, SsicEdition::Y2025).await.unwrap_err();
    assert!(error.to_string().contains("bad.csv:2"), "{error}");
}

#[tokio::test]
async fn stats_add_up() {
    let bed = Bed::new().await;
    let error = bed.register.stats(StatsBy::Status).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let content = RegisterContent::generated(500);
    bed.import(&bed.file("r.csv", content.to_acra_csv())).await;
    for by in [StatsBy::EntityType, StatsBy::Status, StatsBy::Age] {
        let stats = bed.register.stats(by).await.unwrap();
        assert_eq!(stats.rows.iter().map(|row| row.entities).sum::<u64>(), 500, "{by:?}");
        assert_eq!(stats.rows.iter().map(|row| row.live).sum::<u64>(), stats.snapshot.live, "{by:?}");
    }
    let divisions = bed.register.stats(StatsBy::Division).await.unwrap();
    let freight = divisions.rows.iter().find(|row| row.label == "52").unwrap();
    let node = SsicNode::new("52", SsicEdition::Y2025).unwrap();
    let inside = |entity: &&Entity| entity.ssic().any(|code| node.contains(code));
    assert_eq!(freight.entities, content.entities.iter().filter(inside).count() as u64);
    assert!(freight.title.is_some());
    assert!(bed.register.stats(StatsBy::Section).await.unwrap().rows.iter().all(|row| row.label.len() == 1));
}

#[tokio::test]
async fn a_stopped_import_leaves_the_register_as_it_was() {
    let bed = Bed::new().await;
    bed.import(&bed.file("r.csv", RegisterContent::small().to_acra_csv())).await;
    let before = bed.register.snapshot().await.unwrap();
    let file = bed.file("more.csv", RegisterContent::generated(5000).to_acra_csv());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut stop = Some(stop);
    let mut tell = |progress: ImportProgress| {
        if progress.rows >= 1000 {
            stop.take().map(|stop| stop.send(()));
        }
    };
    let (files, options) = ([file.clone()], ImportOptions::default());
    tokio::select! {
        biased;
        _ = stopped => {}
        done = bed.register.import(&files, &options, &mut tell) => panic!("it was not stopped: {done:?}"),
    }
    assert_eq!(bed.register.snapshot().await.unwrap(), before);
    let report = bed.import(&file).await;
    assert_eq!(report.snapshot.entities, 5007, "and it can be done again");
}
