//! Sections, divisions, groups and classes of the classification, built in as facts. Titles of subclasses are learnt
//! from the register file.
//!
//! Codes and titles: Singapore Standard Industrial Classification 2025, Department of Statistics, Singapore.
//! The sections of the editions 2010 to 2020 are those of ISIC Rev. 4.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::ssic::SsicEdition;

/// Groups and classes of SSIC 2025: a code and its title a line.
static FINER_2025: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    include_str!("ssic_2025.tsv").lines().filter_map(|line| line.split_once('\t')).collect()
});

pub(super) fn section_of(edition: SsicEdition, division: &[u8]) -> Option<u8> {
    if edition == SsicEdition::Y2025 {
        let at = DIVISIONS_2025.binary_search_by(|(code, _, _)| code.as_bytes().cmp(division)).ok()?;
        return Some(DIVISIONS_2025[at].1);
    }
    let number = std::str::from_utf8(division).ok()?.parse::<u8>().ok()?;
    SECTIONS_ISIC_4
        .iter()
        .find(|(_, first, last, _)| (*first..=*last).contains(&number))
        .map(|(letter, ..)| *letter)
}

pub(super) fn title(edition: SsicEdition, code: &str) -> Option<&'static str> {
    match (code.len(), edition) {
        (1, SsicEdition::Y2025) => {
            SECTIONS_2025.iter().find(|(letter, _)| code.as_bytes()[0] == *letter).map(|(_, title)| *title)
        }
        (1, _) => SECTIONS_ISIC_4
            .iter()
            .find(|(letter, ..)| code.as_bytes()[0] == *letter)
            .map(|(.., title)| *title),
        (2, _) => DIVISIONS_2025
            .binary_search_by(|(division, _, _)| (*division).cmp(code))
            .ok()
            .map(|at| DIVISIONS_2025[at].2)
            .or_else(|| {
                let (_, title) = OLDER_DIVISIONS.iter().find(|(division, _)| *division == code)?;
                (edition != SsicEdition::Y2025).then_some(*title)
            }),
        (3 | 4, SsicEdition::Y2025) => FINER_2025.get(code).copied(),
        _ => None,
    }
}

const SECTIONS_2025: [(u8, &str); 22] = [
    (b'A', "Agriculture and fishing"),
    (b'B', "Mining and quarrying"),
    (b'C', "Manufacturing"),
    (b'D', "Electricity, gas, steam and air-conditioning supply"),
    (b'E', "Water supply; sewerage, waste management and remediation activities"),
    (b'F', "Construction"),
    (b'G', "Wholesale and retail trade"),
    (b'H', "Transportation and storage"),
    (b'I', "Accommodation and food service activities"),
    (b'J', "Publishing, broadcasting, and content production and distribution activities"),
    (
        b'K',
        "Telecommunications, computer programming, consultancy, computing infrastructure, and other information service activities",
    ),
    (b'L', "Financial and insurance activities"),
    (b'M', "Real estate activities"),
    (b'N', "Professional, scientific and technical activities"),
    (b'O', "Administrative and support service activities"),
    (b'P', "Public administration and defence"),
    (b'Q', "Education"),
    (b'R', "Health and social services"),
    (b'S', "Arts, sports and recreation"),
    (b'T', "Other service activities"),
    (b'U', "Activities of households as employers of domestic personnel"),
    (b'V', "Activities of extra-territorial organisations and bodies"),
];

const DIVISIONS_2025: [(&str, u8, &str); 82] = [
    ("01", b'A', "Agriculture and related service activities"),
    ("02", b'A', "Forestry, logging and related service activities"),
    ("03", b'A', "Agriculture, fishing and aquaculture"),
    ("08", b'B', "Mining and quarrying"),
    (
        "09",
        b'B',
        "Service activities incidental to oil and gas extraction (except surveying and engineering design and consultancy services supporting mining, oil and gas extraction and offshore exploration activities)",
    ),
    ("10", b'C', "Manufacture of food products"),
    ("11", b'C', "Manufacture of beverages"),
    ("12", b'C', "Manufacture of tobacco products"),
    ("13", b'C', "Manufacture of textiles"),
    (
        "14",
        b'C',
        "Manufacture of wearing apparel; manufacture of articles of fur; manufacture of knitted and crocheted apparel",
    ),
    ("15", b'C', "Tanning and dressing of leather; dressing and dyeing of fur; manufacture of footwear"),
    (
        "16",
        b'C',
        "Manufacture of wood and of products of wood and cork (except furniture); manufacture of articles of straw and plaiting materials",
    ),
    ("17", b'C', "Manufacture of paper and paper products"),
    ("18", b'C', "Printing and reproduction of recorded media"),
    ("19", b'C', "Manufacture of coke and refined petroleum products"),
    ("20", b'C', "Manufacture of chemicals and chemical products"),
    ("21", b'C', "Manufacture of pharmaceuticals and biological products"),
    ("22", b'C', "Manufacture of rubber and plastic products"),
    ("23", b'C', "Manufacture of other non-metallic mineral products"),
    ("24", b'C', "Manufacture of basic metals"),
    ("25", b'C', "Manufacture of fabricated metal products (except machinery and equipment)"),
    ("26", b'C', "Manufacture of computer, electronic and optical products"),
    ("27", b'C', "Manufacture of electrical equipment"),
    ("28", b'C', "Manufacture of machinery and equipment"),
    ("29", b'C', "Manufacture of motor vehicles, trailers and semi-trailers"),
    ("30", b'C', "Manufacture of other transport equipment"),
    ("31", b'C', "Manufacture of furniture"),
    ("32", b'C', "Other manufacturing"),
    ("35", b'D', "Electricity, gas, steam and air-conditioning supply"),
    ("36", b'E', "Water collection, treatment and supply"),
    ("37", b'E', "Sewerage"),
    ("38", b'E', "Waste collection, treatment and disposal activities; materials recovery"),
    ("39", b'E', "Other waste management service activities"),
    ("41", b'F', "Construction of buildings"),
    ("42", b'F', "Civil engineering"),
    ("43", b'F', "Specialised construction activities"),
    ("46", b'G', "Wholesale trade"),
    ("47", b'G', "Retail trade"),
    ("49", b'H', "Land transport and transport via pipelines"),
    ("50", b'H', "Water transport"),
    ("51", b'H', "Air transport"),
    ("52", b'H', "Warehousing and support activities for transportation"),
    ("53", b'H', "Postal and courier activities"),
    ("55", b'I', "Accommodation"),
    ("56", b'I', "Food and beverage service activities"),
    ("58", b'J', "Publishing activities"),
    (
        "59",
        b'J',
        "Movie, video, television and other programme production, sound recording and music publishing activities",
    ),
    ("60", b'J', "Programming, broadcasting, news agency and other content distribution activities"),
    ("61", b'K', "Telecommunications"),
    ("62", b'K', "Computer programming, information technology consultancy and related activities"),
    ("63", b'K', "Information service activities and online marketplaces"),
    ("64", b'L', "Financial service activities (except insurance and pension funding)"),
    ("65", b'L', "Insurance, reinsurance, provident funding and pension funding"),
    ("66", b'L', "Activities auxiliary to financial service and insurance activities"),
    ("68", b'M', "Real estate activities"),
    ("69", b'N', "Legal and accounting activities"),
    ("70", b'N', "Activities of head offices; management consultancy activities"),
    ("71", b'N', "Architectural and engineering activities; technical testing and analysis"),
    ("72", b'N', "Scientific research and development"),
    ("73", b'N', "Advertising and market research"),
    ("74", b'N', "Other professional, scientific and technical activities"),
    ("75", b'N', "Veterinary activities"),
    ("77", b'O', "Rental and leasing activities"),
    ("78", b'O', "Employment activities"),
    ("79", b'O', "Travel agencies and tour operators"),
    ("80", b'O', "Security and investigation activities"),
    ("81", b'O', "Cleaning and landscape maintenance activities"),
    ("82", b'O', "Office administrative, office support and other business support activities"),
    ("84", b'P', "Public administration and defence"),
    ("85", b'Q', "Education"),
    ("86", b'R', "Health services"),
    ("87", b'R', "Residential care services"),
    ("88", b'R', "Social services without accommodation"),
    ("90", b'S', "Arts creation and performing arts activities"),
    ("91", b'S', "Libraries, archives, museums and other cultural activities"),
    ("92", b'S', "Gambling and betting activities"),
    ("93", b'S', "Sports activities and amusement and recreation activities"),
    ("94", b'T', "Activities of membership organisations"),
    ("95", b'T', "Repair of computers, personal and household goods and vehicles"),
    ("96", b'T', "Other personal service activities"),
    ("97", b'U', "Activities of households as employers of domestic personnel"),
    ("99", b'V', "Activities of extra-territorial organisations and bodies"),
];

const SECTIONS_ISIC_4: [(u8, u8, u8, &str); 21] = [
    (b'A', 1, 3, "Agriculture and fishing"),
    (b'B', 5, 9, "Mining and quarrying"),
    (b'C', 10, 33, "Manufacturing"),
    (b'D', 35, 35, "Electricity, gas, steam and air-conditioning supply"),
    (b'E', 36, 39, "Water supply; sewerage, waste management and remediation activities"),
    (b'F', 41, 43, "Construction"),
    (b'G', 45, 47, "Wholesale and retail trade"),
    (b'H', 49, 53, "Transportation and storage"),
    (b'I', 55, 56, "Accommodation and food service activities"),
    (b'J', 58, 63, "Information and communications"),
    (b'K', 64, 66, "Financial and insurance activities"),
    (b'L', 68, 68, "Real estate activities"),
    (b'M', 69, 75, "Professional, scientific and technical activities"),
    (b'N', 77, 82, "Administrative and support service activities"),
    (b'O', 84, 84, "Public administration and defence"),
    (b'P', 85, 85, "Education"),
    (b'Q', 86, 88, "Health and social services"),
    (b'R', 90, 93, "Arts, entertainment and recreation"),
    (b'S', 94, 96, "Other service activities"),
    (b'T', 97, 98, "Activities of households as employers of domestic personnel"),
    (b'U', 99, 99, "Activities of extra-territorial organisations and bodies"),
];

/// Divisions that SSIC 2025 no longer has.
const OLDER_DIVISIONS: [(&str, &str); 3] = [
    ("33", "Repair, maintenance and installation of machinery and equipment"),
    ("45", "Wholesale and retail trade and repair of motor vehicles and motorcycles"),
    ("98", "Undifferentiated production activities of private households for own use"),
];
