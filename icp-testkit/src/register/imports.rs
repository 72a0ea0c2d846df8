//! The rules of imports.

use std::collections::BTreeMap;

use icp_core::model::{Entity, RegisterFilter, SsicCode, SsicEdition, SsicNode};
use icp_core::ports::{
    BadRow, ImportProgress, ImportRequest, ImportStage, ReadMeter, Register, RegisterPage, RegisterRow,
    RowError,
};
use icp_core::{Error, ErrorKind};

use super::{RegisterBuilder, RegisterContent, small};
use crate::fixture::{entity, must};

type Row = Result<RegisterRow, RowError>;

fn good(entity: Entity) -> Row {
    Ok(entity.into())
}

fn bad(line: u64) -> Row {
    Err(RowError::Bad(BadRow::new("rows.csv", line, "no UEN")))
}

/// An import whose ages are counted at a day of its own.
fn request(rows: Vec<Row>) -> ImportRequest<'static> {
    let as_of = RegisterContent::small().as_of;
    ImportRequest::new(rows.into_iter(), SsicEdition::Y2025).with_as_of(Some(as_of))
}

async fn everything(register: &dyn Register) -> Vec<Entity> {
    must(register.page(&RegisterPage::new(RegisterFilter::everything(), 10_000)).await)
}

async fn refused(register: &dyn Register, request: ImportRequest<'_>) -> Option<ErrorKind> {
    register.import(request).await.err().map(|error| error.kind())
}

/// New UENs are added, known ones brought up to date; an entity that is there already changes nothing.
pub async fn import_adds_and_updates(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build().await;
    let content = RegisterContent::small();
    let first = must(register.import(content.request()).await);
    assert_eq!((first.read.rows, first.added, first.updated, first.changed), (7, 7, 0, true));
    let again = must(register.import(content.request()).await);
    assert_eq!((again.read.rows, again.added, again.updated, again.changed), (7, 0, 0, false));
    assert_eq!(again.snapshot, first.snapshot);

    let mut renamed = content.entities[0].clone();
    renamed.former_names.push(renamed.name.clone());
    renamed.name = "LIGHTHOUSE PTE. LTD.".to_owned();
    let new = entity("202012345K", "NEWCOMER PTE. LTD.");
    let rows = vec![good(renamed.clone()), good(content.entities[1].clone()), good(new.clone())];
    let outcome = must(register.import(request(rows)).await);
    assert_eq!((outcome.added, outcome.updated, outcome.changed), (1, 1, true));
    assert_eq!((outcome.snapshot.entities, outcome.snapshot.live), (8, 7));

    let mut expected = content.entities;
    expected[0] = renamed.clone();
    expected.push(new);
    expected.sort_by_key(|entity| entity.uen);
    assert_eq!(everything(&*register).await, expected);
    for name in ["lighthouse", "acme"] {
        let found = must(register.by_exact_name(&[name.to_owned()]).await);
        assert!(found[0].contains(&renamed), "{name}");
    }
    let near = must(register.candidates(&[icp_core::ports::NameQuery::new("Lighthose", 1)]).await);
    assert_eq!(near, [vec![renamed]]);
}

/// When the source fails, the register is as it was, and the error is the source's.
pub async fn import_is_all_or_nothing(builder: &dyn RegisterBuilder) {
    let failing = |rows: u32| {
        let entities = RegisterContent::generated(rows).entities.into_iter().map(good);
        let failed = Error::new(ErrorKind::Unavailable, "read the tape", "it tore");
        ImportRequest::new(entities.chain([Err(RowError::Failed(failed))]), SsicEdition::Y2025)
    };
    for rows in [0, 3, 3000] {
        let (_guard, register) = small(builder).await;
        let before = (must(register.snapshot().await), everything(&*register).await);
        let error = register.import(failing(rows)).await.err();
        let error = error.map(|error| (error.kind(), error.to_string()));
        assert!(
            matches!(&error, Some((ErrorKind::Unavailable, text)) if text.contains("it tore")),
            "{error:?}"
        );
        assert_eq!((must(register.snapshot().await), everything(&*register).await), before);
        let outcome = must(register.import(RegisterContent::small().request()).await);
        assert!(!outcome.changed, "and it can be used again");
    }
    let (_guard, register) = builder.build().await;
    assert_eq!(refused(&*register, failing(600)).await, Some(ErrorKind::Unavailable));
    assert_eq!(register.snapshot().await.err().map(|error| error.kind()), Some(ErrorKind::NotFound));
}

/// Bad rows are left out and counted, the first hundred named; without a good row the import is refused.
pub async fn import_names_bad_rows(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build().await;
    assert_eq!(refused(&*register, request(vec![])).await, Some(ErrorKind::Invalid));
    assert_eq!(refused(&*register, request(vec![bad(2), bad(3)])).await, Some(ErrorKind::Invalid));
    let odd = RegisterRow::from(entity("201912345K", "ACME PTE. LTD.")).with_odd(2, 1);
    let mut rows: Vec<Row> = (2..132).map(bad).collect();
    rows.insert(50, Ok(odd));
    rows.push(good(entity("202012345K", "NEWCOMER PTE. LTD.")));
    let outcome = must(register.import(request(rows)).await);
    let read = &outcome.read;
    assert_eq!((read.rows, read.bad_rows, read.odd_codes, read.odd_dates), (2, 130, 2, 1));
    let lines: Vec<u64> = read.bad.iter().map(|bad| bad.line).collect();
    assert_eq!(lines, (2..102).collect::<Vec<u64>>());
    assert_eq!(read.bad[0].to_string(), "rows.csv:2: no UEN");
    assert_eq!((outcome.added, outcome.snapshot.entities), (2, 2));
}

/// Rows of another edition than the register's are refused.
pub async fn import_keeps_one_edition(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    let before = must(register.snapshot().await);
    let other = vec![entity("202012345K", "NEWCOMER PTE. LTD.")];
    let other = ImportRequest::of_entities(other, SsicEdition::Y2020);
    assert_eq!(refused(&*register, other).await, Some(ErrorKind::Invalid));
    assert_eq!(must(register.snapshot().await), before);
}

/// The most frequent title of a code is its title, unless a classification gives one.
pub async fn import_learns_titles(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build().await;
    let code = |text| must(SsicCode::new(text, SsicEdition::Y2025));
    let node = |text| must(SsicNode::new(text, SsicEdition::Y2025));
    let title = async |text| {
        let titles = must(register.titles(&[node(text)]).await);
        titles.get(&node(text)).cloned().unwrap_or_default()
    };
    let titles = ["SHIPPING", "FORWARDING", "FORWARDING", "FLEETS"];
    let rows = titles.iter().zip(RegisterContent::small().entities).map(|(title, entity)| {
        let titles = vec![(code("52292"), (*title).to_owned()), (code("52100"), "STORES".to_owned())];
        Ok(RegisterRow::from(entity).with_titles(titles))
    });
    let classification = BTreeMap::from([
        (node("52100"), "Storage, by the book".to_owned()),
        (node("5229"), "Other support, by the book".to_owned()),
    ]);
    must(register.import(request(rows.collect()).with_titles(classification)).await);
    assert_eq!(title("52292").await, "FORWARDING");
    assert_eq!(title("52100").await, "Storage, by the book");
    assert_eq!(title("5229").await, "Other support, by the book");
    assert_eq!(Some(title("522").await.as_str()), node("522").built_in_title());
    // A later import without a classification leaves its titles in place.
    let row = RegisterRow::from(entity("202012345K", "NEWCOMER PTE. LTD."))
        .with_titles(vec![(code("52100"), "STORES".to_owned())]);
    must(register.import(request(vec![Ok(row)])).await);
    assert_eq!(title("52100").await, "Storage, by the book");
}

/// Progress counts every row, never goes back, and shows the source's meter.
pub async fn import_says_how_far_it_is(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build().await;
    let meter = ReadMeter::new(1, 3000);
    let read = meter.clone();
    let mut rows: Vec<Row> = RegisterContent::generated(2990).entities.into_iter().map(good).collect();
    rows.extend((0..10).map(bad));
    let rows = rows.into_iter().inspect(move |_| read.add(1));
    let mut seen: Vec<ImportProgress> = Vec::new();
    let mut listen = |progress| seen.push(progress);
    let request = ImportRequest::new(rows, SsicEdition::Y2025).with_meter(meter).with_progress(&mut listen);
    must(register.import(request).await);
    assert!(seen.windows(2).all(|pair| {
        let [one, next] = pair else { return false };
        one.rows <= next.rows && one.bad_rows <= next.bad_rows && one.bytes <= next.bytes
    }));
    let last = seen.last().map(|last| (last.rows, last.bad_rows, last.bytes, last.bytes_total));
    assert_eq!(last, Some((2990, 10, 3000, 3000)));
    assert!(seen.iter().filter(|progress| progress.stage == ImportStage::Rows).count() > 3);
    assert!(seen.iter().any(|progress| progress.stage == ImportStage::Counts));
}
