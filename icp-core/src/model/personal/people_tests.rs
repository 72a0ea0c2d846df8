use super::people::{People, is_personal_address, mask_free, without_name};

fn masked(blocks: &[&str]) -> Vec<String> {
    let people = People::of(blocks, &[]);
    blocks.iter().map(|block| people.mask(block).unwrap_or_else(|| (*block).to_owned())).collect()
}

#[test]
fn names_beside_titles_are_masked() {
    for (text, clean) in [
        ("Jane Tan, Head of Operations, Acme", "[name], Head of Operations, Acme"),
        ("Jane Tan – COO", "[name] – COO"),
        ("Jane Tan (CEO)", "[name] (CEO)"),
        ("Managing Director: Daniel Lim", "Managing Director: [name]"),
        ("CEO Daniel Lim opened the plant.", "CEO [name] opened the plant."),
        ("Our founder, Daniel Lim, sold it.", "Our founder, [name], sold it."),
        ("Founded by Daniel Lim and Siti Rahim in 2010", "Founded by [name] and [name] in 2010"),
        ("by Jane Tan", "by [name]"),
        ("Call Mr Tan or Mdm Siti Rahim", "Call Mr [name] or Mdm [name]"),
        ("Dr. Anna Müller-Koch leads it", "Dr. [name] leads it"),
        ("Ahmad bin Rosli, Pengarah Urusan", "[name], Pengarah Urusan"),
        ("Tan Wei Ming, Director", "[name], Director"),
        ("Monica Lee, CEO. Monica and Santa Monica", "[name], CEO. [name] and Santa Monica"),
    ] {
        assert_eq!(masked(&[text]), [clean], "{text}");
    }
}

#[test]
fn companies_titles_places_and_products_are_left() {
    for text in [
        "Human Resources, Manager",
        "Singapore Office, Branch Manager",
        "Jane Tan Design Pte Ltd, Director",
        "Mr Clean Services",
        "Dr Martens",
        "Senior Software Engineer, Cloud Platform",
        "Customer Success Manager: Marina Bay",
        "Powered by Google Cloud",
        "Trusted by Michael Kors and Thomas Cook",
        "Acme Logistics, Managing Director",
        "Grace Hall, Level 3",
        "Microsoft Partner",
        "Dr. King's Legacy",
        "Director Business Development",
    ] {
        assert_eq!(masked(&[text]), [text], "{text}");
    }
}

#[test]
fn cards_are_read_together() {
    let cards = [
        "Our team",
        "Jane Tan",
        "COO",
        "Peter Lim, CPA",
        "Finance Director",
        "Xqw Brzk",
        "Engineer",
        "Jane runs it.",
    ];
    let clean = [
        "Our team",
        "[name]",
        "COO",
        "[name], CPA",
        "Finance Director",
        "[name]",
        "Engineer",
        "[name] runs it.",
    ];
    assert_eq!(masked(&cards), clean);
    let cards = ["Cloud Storage", "Manager", "Blue Widget", "Engineer"];
    assert_eq!(masked(&cards), cards);
}

#[test]
fn addresses_of_people_are_known() {
    for url in [
        "https://a.sg/team/jane-tan",
        "https://a.sg/about/our-team/jane-tan.html",
        "https://a.sg/author/daniel-lim/",
        "https://a.sg/x/[name]",
    ] {
        assert!(is_personal_address(url), "{url}");
    }
    for url in [
        "https://a.sg/team/",
        "https://a.sg/team/sales-team",
        "https://a.sg/products/jane-chair",
        "https://a.sg/about",
    ] {
        assert!(!is_personal_address(url), "{url}");
    }
    assert_eq!(without_name("https://a.sg/team/jane-tan/?x=1"), "https://a.sg/team/[name]/?x=1");
}

#[test]
fn masking_names_twice_changes_nothing() {
    for text in ["Jane Tan, COO, and Daniel Lim, CFO", "Mr Tan and Dr. Anna Koch", "by Jane Tan"] {
        let once = mask_free(text).unwrap();
        assert_eq!(mask_free(&once), None, "{once}");
    }
}
