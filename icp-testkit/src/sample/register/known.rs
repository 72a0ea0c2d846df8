//! The rows with a part in the story: the companies of the sample intake, and a few that look like them.

use super::Kind;
use super::Kind::{Business, Company};

/// A row written by hand.
#[derive(Debug)]
pub(super) struct Known {
    /// Its website in the sample web; the look-alikes have none.
    pub(super) domain: Option<&'static str>,
    pub(super) uen: &'static str,
    pub(super) name: &'static str,
    pub(super) former: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) public: bool,
    pub(super) status: &'static str,
    pub(super) registered: (i16, i8, i8),
    pub(super) primary: &'static str,
    pub(super) secondary: Option<&'static str>,
    pub(super) address: (u16, &'static str, u32),
}

const SEED: Known = Known {
    domain: None,
    uen: "",
    name: "",
    former: &[],
    kind: Company,
    public: false,
    status: "Live Company",
    registered: (2000, 1, 1),
    primary: "",
    secondary: None,
    address: (1, "", 0),
};

#[rustfmt::skip]
pub(super) const KNOWN: &[Known] = &[
    // Freight and warehousing.
    Known { domain: Some("northpier.example"), uen: "201512345K", name: "NORTHPIER LOGISTICS PTE. LTD.", registered: (2015, 4, 20),
        primary: "52292", secondary: Some("52101"), address: (21, "TUAS AVENUE 3", 639_418), ..SEED },
    Known { domain: Some("straitlane.example"), uen: "200908127M", name: "STRAITLANE FREIGHT PTE. LTD.", registered: (2009, 5, 8),
        former: &["S.L. AIR SERVICES PTE. LTD."], primary: "52292", address: (8, "JALAN BUROH", 619_277), ..SEED },
    Known { domain: Some("boxwell.example"), uen: "199803456G", name: "TEO HONG SHIPPING & FORWARDING PTE. LTD.", registered: (1998, 8, 11),
        primary: "52292", secondary: Some("52222"), address: (33, "PASIR PANJANG ROAD", 118_502), ..SEED },
    Known { domain: Some("cinnabarcold.example"), uen: "201722088W", name: "CINNABAR COLD CHAIN PTE. LTD.", registered: (2017, 8, 3),
        primary: "52102", secondary: Some("52101"), address: (5, "PENJURU ROAD", 609_131), ..SEED },
    Known { domain: Some("harrowtide.example"), uen: "201104419D", name: "HARROW & TIDE FORWARDING PTE. LTD.", registered: (2011, 2, 21),
        primary: "52292", secondary: Some("52234"), address: (80, "AIRPORT CARGO ROAD", 819_454), ..SEED },
    // Food wholesale.
    Known { domain: Some("kestrelfoods.example"), uen: "201830671R", name: "KESTREL FOODS (S) PTE. LTD.", registered: (2018, 9, 12),
        primary: "46302", secondary: Some("46309"), address: (12, "SENOKO ROAD", 758_103), ..SEED },
    Known { domain: Some("pandanpine.example"), uen: "202004733E", name: "PANDAN & PINE PROVISIONS PTE. LTD.", registered: (2020, 2, 5),
        primary: "46309", secondary: Some("46304"), address: (61, "UBI AVENUE 1", 408_941), ..SEED },
    Known { domain: Some("goldentamarind.example"), uen: "200611902Z", name: "GOLDEN TAMARIND TRADING PTE. LTD.", registered: (2006, 8, 9),
        primary: "46303", secondary: Some("10791"), address: (19, "SENOKO ROAD", 758_120), ..SEED },
    Known { domain: Some("saltfield.example"), uen: "201325510H", name: "SALTFIELD SEAFOOD PTE. LTD.", registered: (2013, 9, 17),
        primary: "46302", secondary: Some("10200"), address: (3, "JALAN BUROH", 619_266), ..SEED },
    Known { domain: Some("petitmarche.example"), uen: "201910284N", name: "PETIT MARCHE FINE FOODS PTE. LTD.", registered: (2019, 4, 2),
        primary: "46309", secondary: Some("46307"), address: (7, "TAI SENG AVENUE", 534_028), ..SEED },
    // Precision engineering.
    Known { domain: Some("arclightprecision.example"), uen: "200305518C", name: "ARCLIGHT PRECISION ENGINEERING PTE. LTD.", registered: (2003, 6, 13),
        primary: "25997", secondary: Some("28223"), address: (10, "SELETAR AEROSPACE DRIVE", 797_557), ..SEED },
    Known { domain: Some("vantek.example"), uen: "199406621B", name: "VANTEK TOOLWORKS PTE. LTD.", registered: (1994, 9, 9),
        primary: "28223", secondary: Some("25997"), address: (14, "KAKI BUKIT AVENUE 4", 417_803), ..SEED },
    Known { domain: Some("sembilanmetal.example"), uen: "198802137L", name: "SEMBILAN METAL STAMPING PTE. LTD.", registered: (1988, 7, 1),
        primary: "25913", secondary: Some("25997"), address: (27, "BENOI ROAD", 629_906), ..SEED },
    Known { domain: Some("kinrei.example"), uen: "201209945T", name: "KINREI MICRO COMPONENTS PTE. LTD.", registered: (2012, 4, 18),
        former: &["K.R. FINE MACHINING PTE. LTD."], primary: "25997", secondary: Some("32509"), address: (2, "WOODLANDS INDUSTRIAL PARK E5", 757_711), ..SEED },
    Known { domain: Some("bluequay.example"), uen: "200714286F", name: "BLUEQUAY MACHINING PTE. LTD.", registered: (2007, 8, 1),
        primary: "25997", address: (44, "JOO KOON CIRCLE", 629_062), ..SEED },
    // Lost.
    Known { domain: Some("littlelantern.example"), uen: "53309817J", name: "LITTLE LANTERN BOOKS & TOYS", registered: (2015, 11, 3), kind: Business,
        status: "Live", primary: "47640", secondary: Some("47610"), address: (112, "NORTH BRIDGE ROAD", 189_702), ..SEED },
    Known { domain: Some("straitsprovident.example"), uen: "196800921Q", name: "STRAITS PROVIDENT INSURANCE LIMITED", registered: (1968, 3, 28),
        public: true, primary: "65124", secondary: Some("65110"), address: (50, "ROBINSON ROAD", 68_882), ..SEED },
    Known { domain: Some("casajambu.example"), uen: "201007754P", name: "CASA JAMBU HOTELS PTE. LTD.", registered: (2010, 4, 12),
        primary: "55101", secondary: Some("56111"), address: (205, "BALESTIER ROAD", 329_683), ..SEED },
    // The user.
    Known { domain: Some("tidewise.example"), uen: "201903377X", name: "TIDEWISE PTE. LTD.", registered: (2019, 1, 30),
        primary: "62011", secondary: Some("63119"), address: (71, "ANSON ROAD", 79_914), ..SEED },
    // Near names that are somebody else.
    Known { uen: "200217743K", name: "KESTREL FOODS PTE. LTD.", registered: (2002, 9, 2), primary: "56200",
        address: (15, "DEFU LANE 7", 539_346), ..SEED },
    Known { uen: "201618830A", name: "NORTHPIER HOLDINGS PTE. LTD.", registered: (2016, 7, 4), primary: "64202",
        address: (9, "CECIL STREET", 69_533), ..SEED },
    Known { uen: "53218846C", name: "BOXWELL MOVERS", registered: (2012, 10, 22), kind: Business, status: "Cancelled", primary: "49232",
        address: (4, "DEFU LANE 7", 539_301), ..SEED },
    Known { uen: "202211095G", name: "ARCLIGHT STUDIO PTE. LTD.", registered: (2022, 4, 1), primary: "74192",
        address: (28, "MIDDLE ROAD", 188_976), ..SEED },
];
