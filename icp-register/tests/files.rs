//! Register files of every kind, good and bad, into the register in memory.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use icp_core::ErrorKind;
use icp_core::memory::MemoryRegister;
use icp_core::model::{Entity, RegisterFilter, SsicEdition, SsicNode};
use icp_core::ports::{ImportOutcome, Register as _};
use icp_register::{FileOptions, RegisterFiles, read_titles};
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
    register: MemoryRegister,
}

impl Bed {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), register: MemoryRegister::empty() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    async fn try_import(&self, path: &Path, options: &FileOptions) -> icp_core::Result<ImportOutcome> {
        let as_of = Some("2026-11-01".parse().unwrap());
        let files = RegisterFiles::open(&[path.to_owned()], options)?;
        self.register.import(files.into_request().with_as_of(as_of)).await
    }

    async fn import_with(&self, path: &Path, options: &FileOptions) -> ImportOutcome {
        self.try_import(path, options).await.unwrap()
    }

    async fn import(&self, path: &Path) -> ImportOutcome {
        self.import_with(path, &FileOptions::default()).await
    }

    async fn refused(&self, path: &Path, options: &FileOptions) -> String {
        let error = self.try_import(path, options).await.unwrap_err();
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
    let bed = Bed::new();
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
    let bed = Bed::new();
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
    let bed = Bed::new();
    let content = RegisterContent::small();
    bed.import(&bed.file("good.csv", content.to_acra_csv())).await;
    let before = bed.register.snapshot().await.unwrap();
    let acra = FileOptions::default();
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
    let mapped = acra.clone().with_columns("uen=Reg No,name=Firm".parse().unwrap());
    let said = bed.refused(&bed.file("map.csv", "Reg No,Company\n1,2\n"), &mapped).await;
    assert!(said.contains("lacks the column `Firm`") && said.contains("`Company`"), "{said}");
    let older = FileOptions::new(SsicEdition::Y2020);
    let said = bed.refused(&bed.file("good2.csv", content.to_acra_csv()), &older).await;
    assert!(said.contains("2025") && said.contains("2020"), "{said}");
    let mut cut = Vec::new();
    let mut gzip = flate2::write::GzEncoder::new(&mut cut, flate2::Compression::default());
    gzip.write_all(RegisterContent::generated(500).to_acra_csv().as_bytes()).unwrap();
    gzip.finish().unwrap();
    cut.truncate(cut.len() / 2);
    assert!(bed.refused(&bed.file("cut.csv.gz", cut), &FileOptions::default()).await.contains("cut short"));
    assert_eq!(bed.register.snapshot().await.unwrap(), before);
    let all = RegisterFilter::everything();
    assert_eq!(bed.register.counts(&[all]).await.unwrap(), [7]);
}

#[tokio::test]
async fn other_formats_by_a_column_map() {
    let bed = Bed::new();
    let file = bed.file(
        "generic.csv",
        "State,Company,Reg No,Since,Code,Was\nstruck off,Acme,201912345K,2019-01-02,52292,Old Acme\nLive,Beta,53012345X,odd,na,na\n",
    );
    let columns =
        "uen=reg no, name=Company,status=State,registered=Since,ssic=Code,former=Was".parse().unwrap();
    let options = FileOptions::default().with_columns(columns);
    let report = bed.import_with(&file, &options).await;
    assert_eq!((report.read.rows, report.read.odd_dates, report.snapshot.live), (2, 1, 1));
    let acme = bed.entity("201912345K").await;
    assert_eq!((acme.former_names, acme.status.live), (vec!["Old Acme".to_owned()], false));
}

#[tokio::test]
async fn titles_of_a_classification_go_first() {
    let bed = Bed::new();
    let text = format!("{HEADER}\n{}\n", row("201912345K", "A", "52292", "LEARNT", "na"));
    let node = |text| SsicNode::new(text, SsicEdition::Y2025).unwrap();
    let file = bed.file("titles.csv", "code,title\n52292,\"From, file\"\n5229,Class\n");
    let read = read_titles(&file, SsicEdition::Y2025).unwrap();
    assert_eq!(read.len(), 2);
    let rows = RegisterFiles::open(&[bed.file("r.csv", text)], &FileOptions::default()).unwrap();
    bed.register.import(rows.into_request().with_titles(read)).await.unwrap();
    let titles = bed.register.titles(&[node("52292"), node("5229"), node("522")]).await.unwrap();
    assert_eq!((titles[&node("52292")].as_str(), titles[&node("5229")].as_str()), ("From, file", "Class"));
    assert_eq!(titles.get(&node("522")).map(String::as_str), node("522").built_in_title());
    let bad = bed.file("bad.csv", "code,title\n5x,No\n");
    let error = read_titles(&bad, SsicEdition::Y2025).unwrap_err();
    assert!(error.to_string().contains("bad.csv:2"), "{error}");
}

#[tokio::test]
async fn several_files_are_one_stream_and_the_meter_counts_them_whole() {
    let bed = Bed::new();
    let mut content = RegisterContent::generated(900);
    let rest = content.entities.split_off(400);
    let plain = bed.file("a.csv", content.to_acra_csv());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let rest = RegisterContent::new(rest, content.as_of, content.edition);
    gzip.write_all(rest.to_acra_csv().as_bytes()).unwrap();
    let packed = bed.file("b.csv.gz", gzip.finish().unwrap());
    let bytes = plain.metadata().unwrap().len() + packed.metadata().unwrap().len();
    let files = RegisterFiles::open(&[plain, packed], &FileOptions::default()).unwrap();
    let meter = files.meter();
    assert_eq!((meter.files(), meter.total(), meter.read()), (2, bytes, 0));
    let read: Vec<Entity> = files.map(|row| row.unwrap().entity).collect();
    assert_eq!(meter.read(), bytes);
    content.entities.extend(rest.entities);
    assert_eq!(read, content.entities);
}

#[test]
fn a_file_is_read_as_its_rows_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.csv");
    std::fs::write(&path, RegisterContent::generated(20_000).to_acra_csv()).unwrap();
    let mut files = RegisterFiles::open(&[path], &FileOptions::default()).unwrap();
    let meter = files.meter();
    assert!(files.next().unwrap().is_ok());
    assert!(meter.read() < meter.total() / 2, "{} of {} bytes", meter.read(), meter.total());
}
