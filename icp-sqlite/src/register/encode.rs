//! From rows to what the tables hold, in a thread of its own.

use std::sync::Arc;

use icp_core::Error;
use icp_core::model::{Entity, SsicCode};
use icp_core::normalize::core_key;
use icp_core::ports::{RegisterRow, RegisterRows, RowCounts};
use icp_core::titles::LearntTitles;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::values::date_number;

/// Rows of one batch, and of one statement.
pub(super) const BATCH: usize = 500;

/// A row, as the table has it.
pub(super) struct TableRow {
    pub(super) uen: String,
    pub(super) name: String,
    pub(super) former: Option<String>,
    pub(super) kind: Option<i64>,
    pub(super) status: i64,
    pub(super) live: bool,
    pub(super) registered: Option<i64>,
    pub(super) codes: [Option<i64>; 2],
    pub(super) postal: Option<String>,
    pub(super) content: i64,
    pub(super) name_key: i64,
}

/// A word that was not in the register yet: its id, kind and text.
pub(super) type NewWord = (i64, i64, Arc<str>);

/// A message from the thread.
pub(super) enum Message {
    Rows { rows: Vec<TableRow>, words: Vec<NewWord>, bad_rows: u64 },
    Done { counts: RowCounts, titles: LearntTitles },
    Failed(Error),
}

/// Ids of words: entity types (kind 0) and statuses (kind 1).
#[derive(Default)]
pub(super) struct Words {
    ids: [FxHashMap<Arc<str>, i64>; 2],
    last: i64,
    fresh: Vec<NewWord>,
}

impl Words {
    pub(super) fn know(&mut self, id: i64, kind: i64, text: String) {
        self.last = self.last.max(id);
        self.ids[usize::from(kind != 0)].insert(text.into(), id);
    }

    fn id(&mut self, kind: usize, text: &str) -> i64 {
        if let Some(id) = self.ids[kind].get(text) {
            return *id;
        }
        self.last += 1;
        let text: Arc<str> = text.into();
        self.ids[kind].insert(Arc::clone(&text), self.last);
        self.fresh.push((self.last, i64::from(kind == 1), text));
        self.last
    }
}

/// Goes through all rows and hands on what they hold; stops when nobody listens any more.
pub(super) fn encode(rows: RegisterRows, mut words: Words, send: &mut dyn FnMut(Message) -> bool) {
    let (mut counts, mut titles) = (RowCounts::default(), LearntTitles::default());
    let mut batch = Vec::with_capacity(BATCH);
    for row in rows {
        match counts.count(row) {
            Ok(None) => {}
            Ok(Some(RegisterRow { entity, titles: of_codes, .. })) => {
                of_codes.iter().for_each(|(code, title)| titles.saw(*code, title));
                batch.push(table_row(entity, &mut words));
            }
            Err(error) => {
                send(Message::Failed(error));
                return;
            }
        }
        if batch.len() == BATCH {
            let rows = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            let words = std::mem::take(&mut words.fresh);
            if !send(Message::Rows { rows, words, bad_rows: counts.bad_rows }) {
                return;
            }
        }
    }
    if send(Message::Rows { rows: batch, words: words.fresh, bad_rows: counts.bad_rows }) {
        send(Message::Done { counts, titles });
    }
}

fn table_row(entity: Entity, words: &mut Words) -> TableRow {
    let number = |code: Option<SsicCode>| code.and_then(|code| code.as_str().parse::<i64>().ok());
    let codes = [number(entity.primary_ssic), number(entity.secondary_ssic)];
    let kind = entity.entity_type.as_ref();
    let former = (!entity.former_names.is_empty()).then(|| entity.former_names.join("\n"));
    let mut row = TableRow {
        uen: entity.uen.to_string(),
        name_key: name_key(&core_key(&entity.name)),
        name: entity.name,
        former,
        kind: kind.map(|kind| words.id(0, kind.as_str())),
        status: words.id(1, &entity.status.text),
        live: entity.status.live,
        registered: entity.registered_on.map(date_number),
        codes,
        postal: entity.postal_code,
        content: 0,
    };
    row.content = content(&row, kind.map_or("", |kind| kind.as_str()), &entity.status.text);
    row
}

/// A hash of a core key that stays the same from version to version (FNV-1a); equal hashes are compared by their names.
pub(super) fn name_key(core: &str) -> i64 {
    let hash = core.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

/// A hash of everything an entity is.
fn content(row: &TableRow, kind: &str, status: &str) -> i64 {
    let mut hash = Sha256::new();
    for part in [row.uen.as_str(), &row.name, row.former.as_deref().unwrap_or_default(), kind, status] {
        hash.update(part);
        hash.update([0x1f]);
    }
    for number in [row.registered, row.codes[0], row.codes[1]] {
        hash.update(number.unwrap_or(-1).to_le_bytes());
    }
    hash.update(row.postal.as_deref().unwrap_or_default());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    i64::from_le_bytes(first)
}
