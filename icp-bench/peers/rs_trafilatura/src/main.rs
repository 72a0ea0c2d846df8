//! The main text of saved pages by rs-trafilatura: FOLDER OUT. Writes OUT/ID.txt and OUT/speed (pages per CPU-second).

use std::io::Read as _;

fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("schedstat");
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).expect("a number") / 1e9
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (folder, out) = (args.next().expect("FOLDER"), args.next().expect("OUT"));
    let (mut pages, mut spent) = (0.0, 0.0);
    for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
        let name = entry.file_name().into_string().expect("a name");
        let Some(id) = name.strip_prefix("dev-").and_then(|name| name.strip_suffix(".html.gz")) else { continue };
        let mut html = Vec::new();
        let file = std::fs::File::open(entry.path()).expect("a file");
        flate2::read::GzDecoder::new(file).read_to_end(&mut html).expect("gzip");
        let html = String::from_utf8_lossy(&html).into_owned();
        let start = cpu();
        let text = rs_trafilatura::extract(&html).map(|it| it.content_text).unwrap_or_default();
        spent += cpu() - start;
        pages += 1.0;
        std::fs::write(format!("{out}/{id}.txt"), text).expect("written");
    }
    std::fs::write(format!("{out}/speed"), format!("{}", pages / spent)).expect("written");
}
