//! Any number of small articles that overlap as news does: stories in invented places, each told by many outlets in words of
//! their own, passed on, put into numbers and denied. The same numbers give the same articles, for ever.
//!
//! Also a part of `benches/ingest.rs`.

use serde_json::{Value, json};

/// `{p}` is the story's place, `{f}` the firm or body in it, `{n}` a number that most outlets agree on.
struct Story {
    title: &'static str,
    /// One claim in several wordings.
    asserted: [&'static str; 3],
    denied: &'static str,
    counted: [&'static str; 2],
    quoted: &'static str,
    around: [&'static str; 3],
}

const STORIES: [Story; 8] = [
    Story {
        title: "The {p} ferry",
        asserted: [
            "Three inspections of the {p} ferry were skipped last spring.",
            "The {p} ferry missed three inspections last spring.",
            "Last spring three inspections of the ferry in {p} were skipped.",
        ],
        denied: "{f} denied that three inspections of the {p} ferry were skipped.",
        counted: [
            "{n} passengers were hurt when the {p} ferry struck the quay.",
            "The ferry struck the quay in {p} and hurt {n} passengers.",
        ],
        quoted: "“Nobody at the {p} quay saw the warning light,” a spokesman for {f} said.",
        around: [
            "Commuters in {p} waited in the rain for a replacement boat.",
            "The {p} council will hear the port authority on Thursday.",
            "{f} has run the crossing at {p} since 2009.",
        ],
    },
    Story {
        title: "Closure of the {p} bridge",
        asserted: [
            "Cracks were found in two pillars of the {p} bridge.",
            "Engineers found cracks in two pillars of the bridge at {p}.",
            "Two pillars of the {p} bridge have cracks.",
        ],
        denied: "{f} rejected reports that cracks were found in two pillars of the {p} bridge.",
        counted: [
            "Repairs to the {p} bridge will cost {n} million euros.",
            "It will cost {n} million euros to repair the bridge in {p}.",
        ],
        quoted: "“We closed the {p} bridge within the hour,” the chief engineer of {f} said.",
        around: [
            "Lorries are sent over the old road north of {p}.",
            "Shopkeepers in {p} fear for their summer trade.",
            "The {p} bridge was opened in 1974.",
        ],
    },
    Story {
        title: "Leak at the {p} works",
        asserted: [
            "Chlorine leaked from a tank at the {p} works on Tuesday.",
            "A tank at the {p} works leaked chlorine on Tuesday.",
            "On Tuesday chlorine escaped from a tank of the works in {p}.",
        ],
        denied: "{f} denied that chlorine leaked from a tank at the {p} works.",
        counted: [
            "{n} workers were taken to hospital after the leak in {p}.",
            "After the leak at {p} {n} workers went to hospital.",
        ],
        quoted: "“The valves at {p} were checked in March,” the director of {f} said.",
        around: [
            "Schools in {p} kept their windows shut for the day.",
            "The fire brigade of {p} measured the air until midnight.",
            "{f} makes solvents for paint in {p}.",
        ],
    },
    Story {
        title: "The {p} budget",
        asserted: [
            "The town of {p} has borrowed money to pay its teachers.",
            "{p} borrowed money to pay the town's teachers.",
            "To pay its teachers, the town of {p} has borrowed money.",
        ],
        denied: "{f} denied that the town of {p} has borrowed money to pay its teachers.",
        counted: ["The debt of {p} grew by {n} million euros in a year.", "In a year {p} added {n} million euros to its debt."],
        quoted: "“There is a hole in the books of {p},” the treasurer of {f} said.",
        around: [
            "The library in {p} has shortened its hours.",
            "An auditor from the ministry arrived in {p} on Monday.",
            "{f} advises small towns such as {p} on their loans.",
        ],
    },
    Story {
        title: "Theft from the {p} museum",
        asserted: [
            "Two bronze figures were stolen from the {p} museum at night.",
            "Thieves took two bronze figures from the museum in {p} at night.",
            "At night two bronze figures were stolen from the museum of {p}.",
        ],
        denied: "{f} rejected reports that two bronze figures were stolen from the {p} museum.",
        counted: [
            "The figures from {p} are insured for {n} million euros.",
            "An insurer values the {p} figures at {n} million euros.",
        ],
        quoted: "“The alarm in {p} had been switched off for repairs,” a guard employed by {f} said.",
        around: [
            "The museum in {p} stays closed until the police have finished.",
            "Visitors laid flowers at the door of the {p} museum.",
            "{f} has guarded the museum of {p} for six years.",
        ],
    },
    Story {
        title: "Strike at the {p} mine",
        asserted: [
            "Miners in {p} have stopped work over unpaid overtime.",
            "Over unpaid overtime the miners of {p} have stopped work.",
            "Work at the {p} mine has stopped because overtime was not paid.",
        ],
        denied: "{f} denied that miners in {p} have stopped work over unpaid overtime.",
        counted: ["{n} miners marched through {p} on Saturday.", "On Saturday {n} miners marched through the streets of {p}."],
        quoted: "“We have not seen our overtime since May,” the leader of the {p} union said.",
        around: [
            "The lifts at the {p} mine stood still all week.",
            "A mediator will travel to {p} on Friday.",
            "{f} bought the mine in {p} four years ago.",
        ],
    },
    Story {
        title: "Illness in {p}",
        asserted: [
            "The well in {p} was contaminated with nitrate for a month.",
            "For a month nitrate contaminated the well in {p}.",
            "Nitrate was in the well of {p} for a month.",
        ],
        denied: "{f} denied that the well in {p} was contaminated with nitrate for a month.",
        counted: ["{n} children in {p} fell ill in June.", "In June {n} children fell ill in {p}."],
        quoted: "“The samples from {p} were clean when we took them,” a chemist of {f} said.",
        around: [
            "Soldiers handed out water in the market square of {p}.",
            "The mayor of {p} cancelled the summer fair.",
            "{f} has run the waterworks of {p} since the spring.",
        ],
    },
    Story {
        title: "The {p} election",
        asserted: [
            "Ballots from two districts of {p} were counted twice.",
            "In {p} the ballots of two districts were counted twice.",
            "Ballots of two districts in {p} were counted a second time.",
        ],
        denied: "{f} denied that ballots from two districts of {p} were counted twice.",
        counted: ["The mayor of {p} won by {n} votes.", "A margin of {n} votes decided the election in {p}."],
        quoted: "“Every ballot box in {p} was sealed,” an observer from {f} said.",
        around: [
            "A judge in {p} will look at the lists next week.",
            "The square in {p} was full on the evening of the vote.",
            "{f} sent eleven observers to {p}.",
        ],
    },
];

const OUTLETS: [(&str, &str); 24] = [
    ("Harbour Times", "newspaper"),
    ("Northern Courier", "newspaper"),
    ("Ostrel Press", "agency"),
    ("Radio Lindqvist", "broadcaster"),
    ("Gazette of the Valley", "newspaper"),
    ("Morning Lantern", "newspaper"),
    ("Channel Eleven West", "broadcaster"),
    ("The Estuary", "magazine"),
    ("Castell Wire", "agency"),
    ("Uplands Observer", "newspaper"),
    ("Quayside Online", "website"),
    ("Evening Record Brannoch", "newspaper"),
    ("The Weekly Meridian", "magazine"),
    ("Tarn Valley Post", "newspaper"),
    ("Signal Radio Este", "broadcaster"),
    ("Daily Halyard", "newspaper"),
    ("The Copper Street Journal", "newspaper"),
    ("Plains Dispatch", "newspaper"),
    ("Borderland Review", "magazine"),
    ("Five Rivers News", "website"),
    ("Aldgrove Advertiser", "newspaper"),
    ("Telegraph of Sund", "newspaper"),
    ("Lighthouse Report", "website"),
    ("Orchard Tribune", "newspaper"),
];

/// The first `count` articles: each story in turn is told by all outlets.
pub fn articles(count: usize) -> Vec<Value> {
    (0..count).map(|n| article(n / OUTLETS.len(), n % OUTLETS.len())).collect()
}

/// The body of a request that posts many.
pub fn ndjson(articles: &[Value]) -> String {
    articles.iter().map(|article| format!("{article}\n")).collect()
}

/// Fisher and Yates' shuffle: the same order for the same seed.
pub fn shuffled<T>(mut items: Vec<T>, seed: u64) -> Vec<T> {
    let mut dice = Dice(seed);
    for end in (1..items.len()).rev() {
        items.swap(end, dice.below(end + 1));
    }
    items
}

fn article(story: usize, outlet: usize) -> Value {
    let Story { title, asserted, denied, counted, quoted, around } = &STORIES[story % STORIES.len()];
    let (place, firm) =
        (place(story), format!("{} {}", name(story * 7 + 3), ["Holdings", "Services", "Lines", "Partners"][story % 4]));
    let mut dice = Dice((story * OUTLETS.len() + outlet) as u64);
    // One outlet in six has another number.
    let number = 12 + (story * 17) % 70 + if dice.below(6) == 0 { 9 } else { 0 };
    let mut sentences = vec![around[dice.below(3)]];
    sentences.push(if dice.below(5) == 0 { denied } else { asserted[dice.below(3)] });
    if dice.below(4) > 0 {
        sentences.push(counted[dice.below(2)]);
    }
    if dice.below(2) == 0 {
        sentences.push(quoted);
    }
    sentences.push(around[dice.below(3)]);
    sentences.dedup();
    let fill = |text: &str| text.replace("{p}", &place).replace("{f}", &firm).replace("{n}", &number.to_string());
    let (outlet_name, kind) = OUTLETS[outlet];
    let domain = format!("{}.example", outlet_name.to_lowercase().replace(' ', "-"));
    let paragraphs: Vec<String> = sentences.iter().map(|sentence| fill(sentence)).collect();
    json!({
        "url": format!("https://{domain}/{story}-{}", place.to_lowercase()),
        "title": fill(title),
        "text": paragraphs.join("\n\n"),
        "outlet": {"name": outlet_name, "domain": domain, "kind": kind},
        "published_at": format!("2026-{:02}-{:02}T{outlet:02}:30:00Z", 1 + story / 28 % 9, 1 + story % 28),
        "language": "en",
    })
}

/// A name that no place bears, another one for each number.
fn place(number: usize) -> String {
    name(number * 5 + 1)
}

fn name(number: usize) -> String {
    const FIRST: [&str; 23] = [
        "Bra", "Cor", "Dun", "Els", "Fen", "Gar", "Hol", "Ing", "Jar", "Kel", "Lor", "Mar", "Nor", "Ost", "Pel", "Quor", "Ros",
        "Stan", "Tor", "Ul", "Var", "Wen", "Yar",
    ];
    const MIDDLE: [&str; 19] =
        ["a", "be", "ci", "do", "er", "fi", "go", "hu", "is", "ko", "li", "mo", "na", "or", "pu", "ri", "se", "ta", "ve"];
    const LAST: [&str; 17] = [
        "bury", "croft", "dale", "feld", "gate", "ham", "holm", "keld", "ley", "mere", "ness", "port", "stead", "thorpe", "vik",
        "wick", "worth",
    ];
    // The three lengths have no common divisor: every number below their product has a name of its own.
    format!("{}{}{}", FIRST[number % FIRST.len()], MIDDLE[number % MIDDLE.len()], LAST[number % LAST.len()])
}

/// Knuth's linear congruential generator.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
