use std::io::Read;
fn main() {
    let mut text = String::new();
    let path = std::env::args().nth(1).unwrap();
    std::fs::File::open(&path).unwrap().read_to_string(&mut text).unwrap();
    let title = std::env::args().nth(2);
    let outlet = std::env::args().nth(3).unwrap_or_default();
    let draft =
        crossclaim::engine::extraction::Draft { text: &text, title: title.as_deref(), outlet: &outlet, ..Default::default() };
    let reading = crossclaim::engine::extraction::read(&draft);
    println!("lang {} provenance {:?}", reading.language, reading.provenance);
    for c in &reading.claims {
        let a = &c.attribution;
        println!(
            "- [{}] {:?} {:?} cw={:.2}\n    P: {}\n    voice={:?} src={} cue={:?} chain=[{}] denial={:?} by={:?} own={}\n    q={:?}",
            c.text.replace('\n', " "),
            c.polarity,
            c.certainty,
            c.check_worthiness,
            c.proposition,
            a.voice,
            a.source.as_ref().map(|s| format!("{}({:?})", s.name, s.kind)).unwrap_or_default(),
            a.cue,
            a.chain.iter().map(|s| format!("{}({})", s.name, s.kind.as_str())).collect::<Vec<_>>().join(" > "),
            a.denial,
            a.asserted_by.as_ref().map(|s| &s.name),
            a.own_access,
            c.quantities
                .iter()
                .map(|q| format!("{} {:?} {:?}..{:?} {:?}", q.text, q.comparator, q.low, q.high, q.unit))
                .collect::<Vec<_>>()
        );
    }
}
