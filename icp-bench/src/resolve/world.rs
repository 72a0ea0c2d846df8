//! A register of real and recombined names.

use std::io::Read;
use std::path::Path;

use icp_core::model::{Entity, EntityStatus, Uen};
use icp_core::normalize::core_key;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

use crate::rng::Rng;

/// Where a name is from: queries about one origin are never trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Countries to learn from.
    Train,
    /// Countries to measure on.
    Test,
    /// Recombined: a distractor only.
    Made,
}

/// Countries whose names are only measured on, with all listed companies.
pub(crate) const TEST_COUNTRIES: [&str; 5] = ["SG", "HK", "GB", "AU", "MY"];

/// One register row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    pub(crate) origin: Origin,
    pub(crate) live: bool,
}

/// The register, and real names left out of it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) rows: Vec<Row>,
    pub(crate) absent: Vec<(String, Origin)>,
    /// Pairs of names of one listed company: the short one, and the row of the full one.
    pub(crate) isin: Vec<(String, u32)>,
    /// Rows that share their whole name with another live row.
    pub(crate) twins: Vec<u32>,
    /// Rows by hash of their core key.
    pub(crate) keys: FxHashMap<u64, u32>,
    /// Core keys in order, to count who begins alike.
    pub(crate) sorted: Vec<String>,
}

pub(crate) fn key_hash(key: &str) -> u64 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

fn gz(path: &Path) -> Result<String, String> {
    let file = std::fs::File::open(path)
        .map_err(|e| format!("cannot read {}: {e}; give the data's folder with --data", path.display()))?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .map_err(|e| format!("cannot unpack {}: {e}", path.display()))?;
    Ok(text)
}

/// All real names with their origin: GLEIF, then listed companies.
pub(crate) fn real_names(data: &Path) -> Result<Vec<(String, Origin)>, String> {
    let mut names = Vec::new();
    let text = gz(&data.join("gleif_legal_names.csv.gz"))?;
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.map_err(|e| format!("gleif_legal_names.csv: {e}"))?;
        let (name, country) = (record.get(1).unwrap_or_default(), record.get(2).unwrap_or_default());
        let origin = if TEST_COUNTRIES.contains(&country) { Origin::Test } else { Origin::Train };
        names.push((name.to_owned(), origin));
    }
    let text = gz(&data.join("listed_companies.csv.gz"))?;
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.map_err(|e| format!("listed_companies.csv: {e}"))?;
        names.push((record.get(0).unwrap_or_default().to_owned(), Origin::Test));
    }
    names.retain(|(name, _)| {
        name.chars().all(|c| c <= '\u{24f}') && name.chars().filter(|c| c.is_alphabetic()).count() >= 2
    });
    Ok(names)
}

impl World {
    /// Builds a register of `size` rows.
    pub(crate) fn build(data: &Path, size: usize) -> Result<Self, String> {
        let mut rng = Rng::new(20_251_123);
        let mut world = Self {
            rows: Vec::with_capacity(size),
            absent: Vec::new(),
            isin: Vec::new(),
            twins: Vec::new(),
            keys: FxHashMap::default(),
            sorted: Vec::new(),
        };
        let mut left_out = FxHashSet::default();
        world.add_isin(data)?;
        let mut real = real_names(data)?;
        rng.shuffle(&mut real);
        let mut chain = Chain::default();
        for (name, origin) in real {
            let key = core_key(&name);
            let hash = key_hash(&key);
            if key.len() < 3 || world.keys.contains_key(&hash) || left_out.contains(&hash) {
                continue;
            }
            chain.learn(&key);
            if rng.chance(0.05) {
                left_out.insert(hash);
                world.absent.push((name, origin));
            } else {
                let live = rng.chance(0.9);
                world.add(Row { name: name.to_uppercase(), alias: None, origin, live }, hash);
            }
            if world.rows.len() * 4 > size * 3 {
                break;
            }
        }
        world.add_aliases(&mut rng);
        world.add_twins(&mut rng);
        let mut tries = 0usize;
        while world.rows.len() < size && tries < size * 40 {
            tries += 1;
            let Some(made) = chain.make(&mut rng) else { continue };
            let key = core_key(&made);
            let hash = key_hash(&key);
            if key.len() < 3 || world.keys.contains_key(&hash) || left_out.contains(&hash) {
                continue;
            }
            let form = match rng.below(100) {
                0..46 => " PTE. LTD.",
                46..51 => " PRIVATE LIMITED",
                51..94 => "",
                94..96 => " LLP",
                96..98 => " LIMITED",
                98 => " SDN. BHD.",
                _ => " CO. PTE LTD",
            };
            let live = rng.chance(0.6);
            world.add(Row { name: made + form, alias: None, origin: Origin::Made, live }, hash);
        }
        world.sorted = world.rows.iter().map(|row| core_key(&row.name)).collect();
        world.sorted.sort_unstable();
        Ok(world)
    }

    fn add(&mut self, row: Row, hash: u64) -> u32 {
        let id = self.rows.len() as u32;
        self.keys.insert(hash, id);
        self.rows.push(row);
        id
    }

    fn add_isin(&mut self, data: &Path) -> Result<(), String> {
        let path = data.join("isin_name_pairs_dev.json");
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let pairs: Vec<(String, String, String)> =
            serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for (_, short, full) in pairs {
            let hash = key_hash(&core_key(&full));
            let id = match self.keys.get(&hash) {
                Some(id) => *id,
                None => self.add(
                    Row { name: full.to_uppercase(), alias: None, origin: Origin::Test, live: true },
                    hash,
                ),
            };
            self.isin.push((short, id));
        }
        Ok(())
    }

    /// Gives some rows a name in Chinese characters, as Hong Kong's and Singapore's companies have.
    fn add_aliases(&mut self, rng: &mut Rng) {
        const SIGNS: &str = "安邦宝昌成达大德东丰福富高光广国海航和恒宏华汇嘉建金锦京久康科兰利联龙隆美明南宁鹏平奇启强庆荣瑞润盛胜时世顺泰天通同万旺伟文祥新信兴亚阳银永友裕元远悦云泽展长正志中众卓子";
        const TRADES: [&str; 12] =
            ["贸易", "科技", "控股", "国际", "投资", "建筑", "工程", "食品", "物流", "电子", "实业", "集团"];
        let signs: Vec<char> = SIGNS.chars().collect();
        for at in 0..self.rows.len() {
            if self.rows[at].origin != Origin::Made && rng.chance(0.02) {
                let many = 2 + rng.below(3);
                let mut alias: String = (0..many).map(|_| *rng.pick(&signs)).collect();
                alias.push_str(TRADES[rng.below(TRADES.len())]);
                let hash = key_hash(&alias);
                if let std::collections::hash_map::Entry::Vacant(free) = self.keys.entry(hash) {
                    free.insert(at as u32);
                    self.rows[at].alias = Some(format!("{alias}有限公司"));
                }
            }
        }
    }

    /// Registers some names a second time.
    fn add_twins(&mut self, rng: &mut Rng) {
        for at in 0..self.rows.len() {
            if rng.chance(0.002) && self.rows[at].live && self.rows[at].alias.is_none() {
                let twin = self.rows[at].clone();
                self.twins.push(at as u32);
                self.twins.push(self.rows.len() as u32);
                self.rows.push(twin);
            }
        }
        self.twins.sort_unstable();
    }

    /// How many rows' keys begin with these words.
    pub(crate) fn begins_with(&self, key: &str) -> usize {
        let from = self.sorted.partition_point(|other| other.as_str() < key);
        self.sorted[from..]
            .iter()
            .take(50)
            .take_while(|other| other.starts_with(key))
            .filter(|other| other.len() == key.len() || other.as_bytes()[key.len()] == b' ')
            .count()
    }

    /// The entity of a row.
    pub(crate) fn entity(&self, id: u32) -> Entity {
        let row = &self.rows[id as usize];
        let status = EntityStatus::from_register(if row.live { "Live Company" } else { "Struck Off" });
        Entity::new(uen(id), row.name.as_str(), status).with_former_names(row.alias.iter().cloned().collect())
    }
}

/// A made-up UEN for a row.
#[expect(clippy::expect_used, reason = "the text has a UEN's shape for every number below ten million")]
fn uen(id: u32) -> Uen {
    format!("20{:07}K", id % 10_000_000).parse().expect("a UEN")
}

/// The row of a made-up UEN.
pub(crate) fn row_of(uen: &Uen) -> u32 {
    uen.as_str()[2..9].parse().unwrap_or(u32::MAX)
}

/// Which word follows which in real names.
#[derive(Debug, Default)]
struct Chain {
    words: Vec<String>,
    numbers: FxHashMap<String, u32>,
    starts: Vec<u32>,
    next: Vec<Vec<u32>>,
}

const END: u32 = u32::MAX;

impl Chain {
    fn learn(&mut self, key: &str) {
        let mut before = None;
        for word in key.split(' ') {
            let number = match self.numbers.get(word) {
                Some(number) => *number,
                None => {
                    let number = self.words.len() as u32;
                    self.words.push(word.to_owned());
                    self.numbers.insert(word.to_owned(), number);
                    self.next.push(Vec::new());
                    number
                }
            };
            match before {
                None => self.starts.push(number),
                Some(before) => self.next[before as usize].push(number),
            }
            before = Some(number);
        }
        if let Some(last) = before {
            self.next[last as usize].push(END);
        }
    }

    fn make(&self, rng: &mut Rng) -> Option<String> {
        let mut word = *rng.pick(&self.starts);
        let mut made = String::new();
        for _ in 0..9 {
            if !made.is_empty() {
                made.push(' ');
            }
            made.push_str(&self.words[word as usize]);
            word = *rng.pick(&self.next[word as usize]);
            if word == END {
                return Some(made.to_uppercase());
            }
        }
        None
    }
}
