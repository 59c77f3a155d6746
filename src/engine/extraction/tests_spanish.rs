//! Spanish is read from its own lists: the same reader, no line of code for the language. Own sentences from many topics.

use super::*;
use crate::domain::{Certainty, Comparator, Polarity, Voice};

use Certainty::{Asserted, Conditional, Hedged, Predicted};
use Polarity::{Affirmed, Denied};

/// Published on a Saturday.
fn read_text(text: &str) -> Vec<ClaimReading> {
    let draft = Draft {
        text,
        outlet: "El Faro del Puerto",
        language: Some("es"),
        published_at: "2019-02-09T10:00:00Z".parse().ok(),
        ..Draft::default()
    };
    read(&draft).claims
}

/// Checks every row and shows all that are wrong.
fn all<T: PartialEq + std::fmt::Debug>(rows: &[(&str, T)], read: impl Fn(&str) -> T) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found = read(text);
            (found != *expected).then(|| format!("{text}\n  found    {found:?}\n  expected {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rows of text, proposition, polarity and chain ("nearest upstream > root") of the first claim.
fn frames(rows: &[(&str, &str, Polarity, &str)]) {
    let rows: Vec<(&str, Option<[String; 3]>)> = rows
        .iter()
        .map(|(text, proposition, polarity, chain)| {
            (*text, Some([proposition.to_string(), format!("{polarity:?}"), chain.to_string()]))
        })
        .collect();
    all(&rows, |text| {
        let claim = read_text(text).into_iter().next()?;
        let chain: Vec<String> = claim.attribution.chain.into_iter().map(|source| source.name).collect();
        Some([claim.proposition, format!("{:?}", claim.polarity), chain.join(" > ")])
    });
}

fn propositions(text: &str) -> Vec<String> {
    read_text(text).into_iter().map(|claim| claim.proposition).collect()
}

#[test]
fn a_frame_stands_on_either_side() {
    frames(&[
        ("El ministro dijo que la presa era segura.", "la presa era segura", Affirmed, "El ministro"),
        ("La presa era segura, dijo el ministro.", "La presa era segura", Affirmed, "el ministro"),
        ("La presa era segura, dijo el ministro el lunes en el parlamento.", "La presa era segura", Affirmed, "el ministro"),
        ("El ministro dijo el lunes que la presa era segura.", "la presa era segura", Affirmed, "El ministro"),
        (
            "El ministro aseguró este lunes en rueda de prensa que la presa era segura.",
            "la presa era segura",
            Affirmed,
            "El ministro",
        ),
        ("El ministro informó de que la presa era segura.", "la presa era segura", Affirmed, "El ministro"),
        ("La jueza ha señalado que la presa era segura.", "la presa era segura", Affirmed, "La jueza"),
        ("Según la policía, el conductor huyó.", "el conductor huyó", Affirmed, "la policía"),
        ("El conductor huyó, según la policía.", "El conductor huyó", Affirmed, "la policía"),
        ("De acuerdo con el ministerio, el conductor huyó.", "el conductor huyó", Affirmed, "el ministerio"),
        (
            "Según un informe del banco, la inflación subió en 2018.",
            "la inflación subió en 2018",
            Affirmed,
            "un informe del banco",
        ),
        ("Ana Ruiz, la ingeniera jefe, dijo que la presa era segura.", "la presa era segura", Affirmed, "Ana Ruiz"),
        ("Un marinero que nadó hasta la costa dijo que el barco iba lleno.", "el barco iba lleno", Affirmed, "Un marinero"),
        ("Los analistas sospechan que la empresa ocultó los datos.", "la empresa ocultó los datos", Affirmed, "Los analistas"),
        (
            "Aunque llovió, el partido terminó con 20.000 espectadores.",
            "el partido terminó con 20.000 espectadores",
            Affirmed,
            "",
        ),
    ]);
}

#[test]
fn a_subject_that_is_left_out_is_whoever_spoke_last() {
    let claims = read_text("El ministro dijo que la presa era segura. Agregó que los vecinos volverán en mayo.");
    let source = claims[1].attribution.source.as_ref().map(|source| source.name.as_str());
    assert_eq!((claims[1].proposition.as_str(), source), ("los vecinos volverán en mayo", Some("El ministro")));
}

#[test]
fn a_quotation_has_its_speaker_in_every_style_of_print() {
    frames(&[
        ("«La presa era segura», afirmó Ana Ruiz.", "La presa era segura", Affirmed, "Ana Ruiz"),
        ("“La presa era segura”, afirmó la ingeniera Ana Ruiz.", "La presa era segura", Affirmed, "Ana Ruiz"),
        ("\"La presa era segura\", explicó el alcalde.", "La presa era segura", Affirmed, "el alcalde"),
        ("El ministro dijo: «La presa es segura».", "La presa es segura", Affirmed, "El ministro"),
        ("—La presa era segura —dijo Ana Ruiz—. Los vecinos volverán.", "La presa era segura", Affirmed, "Ana Ruiz"),
        (
            "«La presa era segura», dijo este martes a la prensa el ministro de Obras, Juan Pérez, en Caracas.",
            "La presa era segura",
            Affirmed,
            "Juan Pérez",
        ),
        (
            "«El informe dice “la presa es segura” y lo creemos», afirmó Ana Ruiz.",
            "El informe dice “la presa es segura” y lo creemos",
            Affirmed,
            "Ana Ruiz",
        ),
    ]);
    for text in [
        "«La presa es segura. Los vecinos volverán en mayo», afirmó el ministro.",
        "—La presa es segura —afirmó el ministro—. Los vecinos volverán en mayo.",
    ] {
        let claims = read_text(text);
        assert_eq!(claims.len(), 2, "{text}");
        for claim in claims {
            assert_eq!(claim.attribution.source.map(|source| source.name).as_deref(), Some("el ministro"), "{text}");
        }
    }
}

#[test]
fn a_denial_gives_the_assertion_with_its_polarity_turned() {
    frames(&[
        ("La empresa negó que hubiera vendido los datos.", "hubiera vendido los datos", Denied, "La empresa"),
        ("La empresa negó haber vendido los datos.", "haber vendido los datos", Denied, "La empresa"),
        ("La empresa desmintió los informes de que el río está contaminado.", "el río está contaminado", Denied, "La empresa"),
        ("La empresa rechazó como falsas las acusaciones de que contaminó el río.", "contaminó el río", Denied, "La empresa"),
        ("El gobierno niega que haya presos en el cuartel.", "haya presos en el cuartel", Denied, "El gobierno"),
        ("No hay pruebas de que la vacuna cause autismo.", "la vacuna cause autismo", Denied, ""),
        ("Es falso que la vacuna cause autismo.", "la vacuna cause autismo", Denied, ""),
        ("El alcalde aseguró que es falso que el puente sea viejo.", "el puente sea viejo", Denied, "El alcalde"),
        ("No es cierto que el puente sea viejo, dijo el alcalde.", "el puente sea viejo", Denied, "el alcalde"),
        ("Los rumores de que la actriz murió son falsos, dijo su agente.", "la actriz murió", Denied, "su agente"),
        ("Ana Ruiz dijo que Juan Pérez mintió sobre la venta de armas.", "la venta de armas", Denied, "Ana Ruiz"),
    ]);
}

#[test]
fn what_one_does_is_no_denial_and_no_report() {
    frames(&[
        ("El ministro se negó a renunciar al cargo.", "El ministro se negó a renunciar al cargo", Denied, ""),
        (
            "El consejo rechazó el plan de ampliar la carretera.",
            "El consejo rechazó el plan de ampliar la carretera",
            Affirmed,
            "",
        ),
        ("Juan Pérez se declaró presidente del club.", "Juan Pérez se declaró presidente del club", Affirmed, ""),
        ("La jueza acusó a Juan Pérez de robar los fondos.", "Juan Pérez de robar los fondos", Affirmed, "La jueza"),
    ]);
}

#[test]
fn it_is_a_lie_denies_what_was_said_right_before() {
    let claims = read_text("Juan Pérez dijo que la isla había sido vendida a un banco. «Es mentira», respondió el gobernador.");
    let name = |source: &Option<Source>| source.as_ref().map(|source| source.name.clone());
    assert_eq!(
        (claims[0].polarity, name(&claims[0].attribution.source), name(&claims[0].attribution.asserted_by)),
        (Denied, Some("el gobernador".to_owned()), Some("Juan Pérez".to_owned()))
    );
}

#[test]
fn outlets_and_unnamed_sources_stand_in_the_chain() {
    frames(&[
        (
            "Un funcionario que pidió el anonimato dijo a Reuters que las conversaciones fracasaron.",
            "las conversaciones fracasaron",
            Affirmed,
            "Reuters > Un funcionario",
        ),
        (
            "Las conversaciones fracasaron, dijo a Reuters un alto funcionario.",
            "Las conversaciones fracasaron",
            Affirmed,
            "Reuters > un alto funcionario",
        ),
        (
            "Las conversaciones fracasaron, dijo un alto funcionario de la Casa Blanca a Reuters.",
            "Las conversaciones fracasaron",
            Affirmed,
            "Reuters > un alto funcionario de la Casa Blanca",
        ),
        (
            "Las conversaciones fracasaron, declaró el canciller a la agencia EFE.",
            "Las conversaciones fracasaron",
            Affirmed,
            "EFE > el canciller",
        ),
        ("La planta cerrará en mayo, informó EFE.", "La planta cerrará en mayo", Affirmed, "EFE"),
        ("La planta cerrará en mayo, según informó la agencia EFE.", "La planta cerrará en mayo", Affirmed, "EFE"),
        (
            "Reuters citó a un alto funcionario que dijo que las conversaciones fracasaron.",
            "las conversaciones fracasaron",
            Affirmed,
            "Reuters > un alto funcionario",
        ),
    ]);
    let kinds: Vec<_> = ["Un alto funcionario", "El ministerio de Defensa", "Un informe", "La empresa", "Ana Ruiz", "EFE"]
        .into_iter()
        .filter_map(|who| read_text(&format!("{who} dijo que la presa era segura.")).pop()?.attribution.source)
        .map(|source| source.kind)
        .collect();
    use SourceKind::{Anonymous, Document, OfficialBody, Organisation, Outlet, Person};
    assert_eq!(kinds, [Anonymous, OfficialBody, Document, Organisation, Person, Outlet]);
}

#[test]
fn telling_this_very_outlet_is_own_access() {
    let claims = read_text("El barco iba lleno, dijo un marinero a El Faro del Puerto.");
    assert!(claims[0].attribution.own_access && claims[0].attribution.chain.iter().all(|s| s.kind != SourceKind::Outlet));
}

#[test]
fn negations_agree() {
    all(
        &[
            ("La policía no ha confirmado la muerte del periodista.", Some(Denied)),
            ("No se ha confirmado la muerte del periodista.", Some(Denied)),
            ("El banco nunca pagó los impuestos.", Some(Denied)),
            ("El banco no pagó ningún impuesto.", Some(Denied)),
            ("La empresa tampoco pagó los salarios.", Some(Denied)),
            ("Ningún país reconoció la elección.", Some(Denied)),
            ("Nadie votó en la isla.", Some(Denied)),
            ("La vacuna no contiene mercurio.", Some(Denied)),
            ("La empresa dejó de pagar los salarios.", Some(Denied)),
            ("El ministro descartó un ataque.", Some(Denied)),
            ("La frontera ya no está abierta.", Some(Denied)),
            ("El banco pagó los impuestos.", Some(Affirmed)),
            ("El gobierno no solo pagó los impuestos.", Some(Affirmed)),
        ],
        |text| read_text(text).first().map(|claim| claim.polarity),
    );
}

#[test]
fn tense_and_adverbs_tell_how_sure_it_is() {
    all(
        &[
            ("El avión cayó al mar.", Some(Asserted)),
            ("El volcán podría entrar en erupción.", Some(Hedged)),
            ("Al parecer, el avión cayó al mar.", Some(Hedged)),
            ("El avión presuntamente cayó al mar.", Some(Hedged)),
            ("Se cree que la planta filtra agua.", Some(Hedged)),
            ("Es posible que el puente cierre en mayo.", Some(Hedged)),
            ("El gobierno habría pagado el rescate.", Some(Hedged)),
            ("El gobierno no descarta un ataque.", Some(Hedged)),
            ("La empresa alega que el río está limpio.", Some(Hedged)),
            ("La mina cerrará en mayo.", Some(Predicted)),
            ("El ministro anunció que la mina cerraría en mayo.", Some(Predicted)),
            ("El gobierno va a pagar el rescate.", Some(Predicted)),
            ("El banco planea vender la filial.", Some(Predicted)),
            ("Si llueve, el partido se suspenderá.", Some(Conditional)),
            ("El partido se suspenderá si llueve el lunes.", Some(Conditional)),
            ("Sí hubo muertos en la mina, dijo el alcalde.", Some(Asserted)),
        ],
        |text| read_text(text).first().map(|claim| claim.certainty),
    );
}

#[test]
fn numbers_are_written_the_spanish_way() {
    use Comparator::{About, AtLeast, Exactly, MoreThan};
    let row = |comparator, low: f64, unit: &str| Some((comparator, Some(low), Some(unit.to_owned())));
    let rows = [
        ("La deuda sumó 1.234,5 euros.", row(Exactly, 1234.5, "EUR")),
        ("Salieron 3,5 millones de migrantes del país.", row(Exactly, 3.5e6, "migrantes")),
        ("Más de 50 países reconocieron al presidente.", row(MoreThan, 50.0, "paises")),
        ("Al menos doce mineros murieron en la mina.", row(AtLeast, 12.0, "mineros")),
        ("El 12 % de los hospitales cerró el lunes.", row(Exactly, 12.0, "percent")),
        ("Decenas de personas murieron en el incendio.", row(About, 20.0, "personas")),
        ("La policía confiscó treinta y cinco kilos de cocaína.", row(Exactly, 35.0, "kilograms")),
    ];
    all(&rows, |text| {
        let quantity = read_text(text).into_iter().next()?.quantities.into_iter().next()?;
        Some((quantity.comparator, quantity.low, quantity.unit))
    });
}

#[test]
fn days_are_counted_from_publication() {
    let day = |text: &str| read_text(text).first()?.event_date.map(|day| day.to_string());
    all(
        &[
            ("El ministro renunció el lunes.", Some("2019-02-04".to_owned())),
            ("El ministro renunció el 10 de enero.", Some("2019-01-10".to_owned())),
            ("El ministro renunció ayer.", Some("2019-02-08".to_owned())),
            ("La mina cerrará el próximo martes.", Some("2019-02-12".to_owned())),
            ("La mina cerró hace dos semanas.", None),
        ],
        day,
    );
    let period = |text: &str| read_text(text).first()?.event_period.map(|period| format!("{}..{}", period.from(), period.to()));
    all(
        &[
            ("La mina cerró hace dos semanas.", Some("2019-01-21..2019-01-27".to_owned())),
            ("La mina cerró la semana pasada.", Some("2019-01-28..2019-02-03".to_owned())),
        ],
        period,
    );
}

#[test]
fn participants_have_the_names_that_english_claims_use() {
    let names = |text: &str| {
        let claims = read_text(text);
        claims.first().map_or_else(Vec::new, |claim| claim.entities.iter().map(|entity| entity.name.clone()).collect())
    };
    for (text, expected) in [
        ("Estados Unidos impuso sanciones a Caracas.", &["united states", "venezuela"][..]),
        ("El ejército estadounidense salió de Siria.", &["united states", "syria"]),
        ("El barco llegó a EE.UU. el lunes.", &["united states"]),
        ("El barco llegó a EE. UU. el lunes.", &["united states"]),
        ("La ONU evacuó a los soldados venezolanos.", &["united nations", "venezuela"]),
        ("La OTAN abrió una base en Letonia.", &["nato", "latvia"]),
        ("El canciller ruso, Iván Petrov, viajó a Londres.", &["russia", "ivan petrov", "united kingdom"]),
        ("El chile en polvo subió en la lima.", &[]),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn two_facts_make_two_claims() {
    let rows: &[(&str, Vec<String>)] = &[
        (
            "El presidente cerró la frontera y expulsó al embajador de Chile.",
            vec!["El presidente cerró la frontera".to_owned(), "El presidente expulsó al embajador de Chile".to_owned()],
        ),
        (
            "El alcalde, que rechazó el plan la semana pasada, renunció el lunes.",
            vec!["El alcalde renunció el lunes".to_owned(), "El alcalde rechazó el plan la semana pasada".to_owned()],
        ),
        (
            "La inflación aumentó 3,5 puntos, pero el desempleo bajó al 8 %.",
            vec!["La inflación aumentó 3,5 puntos".to_owned(), "el desempleo bajó al 8 %".to_owned()],
        ),
        ("La mina cerró porque el dueño murió en marzo.", vec!["La mina cerró".to_owned(), "el dueño murió en marzo".to_owned()]),
        ("El ministro visitó a los mineros y pescadores.", vec!["El ministro visitó a los mineros y pescadores".to_owned()]),
    ];
    all(rows, propositions);
}

#[test]
fn questions_state_nothing() {
    for text in ["¿Abrirá el puente alguna vez?", "—¿Corrió peligro la presa? —preguntó el juez."] {
        assert_eq!(read_text(text), [], "{text}");
    }
}

#[test]
fn sentences_end_behind_their_abbreviations() {
    for marked in [
        "El Sr. Pérez llegó a EE.UU. el lunes. | La ministra salió.",
        "La Dra. Ruiz viajó a EE. UU. en enero. | El barco llegó.",
        "Vive en EE.UU. | La ministra salió.",
        "Tomó el vuelo núm. 5 a Lima. | Nadie salió.",
        "¡Ganamos! | ¿Quién lo dijo? | El alcalde lo dijo.",
        "«¿Ganamos?», preguntó el alcalde. | Nadie respondió.",
        "Pagó 1.234,5 euros. | El banco cerró.",
    ] {
        let text = marked.replace(" | ", " ");
        let lexicon = Lexicon::of("es").unwrap();
        let found: Vec<&str> =
            crate::engine::text::sentences::sentences(&text, 0, lexicon).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, marked.split(" | ").collect::<Vec<_>>());
    }
}

#[test]
fn lines_of_the_page_are_no_claims() {
    let text = "Publicidad\nEl puente cerró el lunes después de la tormenta, dijo el alcalde.\nLe puede interesar: La presa cede\n\
        Leer más: El alcalde renuncia\nSuscríbete a nuestro boletín\nFoto: Ana Ruiz / EFE\nComparte esta noticia\n\
        Los trabajos costaron 12 millones de euros en 2018, según el ministerio.\nRedacción\nTodos los derechos reservados.";
    assert_eq!(
        propositions(text),
        ["El puente cerró el lunes después de la tormenta", "Los trabajos costaron 12 millones de euros en 2018"]
    );
}

#[test]
fn a_headline_is_a_claim_of_the_title() {
    let title = "El puente cerró tras la tormenta, dice el alcalde";
    let reading =
        read(&Draft { title: Some(title), text: "El puente cerró el lunes.", language: Some("es"), ..Draft::default() });
    assert!(reading.claims[0].headline && reading.claims[0].attribution.voice == Voice::Attributed);
    assert_eq!(reading.claims[0].span.slice(title), Some(title));
}

#[test]
fn the_language_of_an_article_is_detected() {
    let of = |text: &str| {
        let reading = read(&Draft { text, ..Draft::default() });
        (reading.language, reading.claims.is_empty())
    };
    for (text, language, unread) in [
        (
            "El alcalde dijo el lunes que el puente es seguro y que los trabajos terminarán en mayo, según el informe de la ciudad.",
            "es",
            false,
        ),
        ("El puente es seguro y no hay peligro para los vecinos.", "es", false),
        ("The bridge is safe, and nobody in the town is in danger.", "en", false),
        (
            "Le maire a déclaré lundi que le pont est sûr et que les travaux seront terminés en mai, selon un rapport de la ville.",
            "fr",
            true,
        ),
        (
            "Мэр заявил в понедельник, что мост безопасен и что работы будут завершены в мае, сообщает городская служба.",
            "ru",
            true,
        ),
        ("市长周一表示，这座桥是安全的，工程将于五月完工。据该市的一份报告称，没有人受伤。", "zh", true),
        ("قال رئيس البلدية يوم الاثنين إن الجسر آمن وإن الأعمال ستنتهي في مايو، بحسب تقرير المدينة الصادر أمس.", "ar", true),
    ] {
        assert_eq!(of(text), (language.to_owned(), unread), "{text}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 200, ..Default::default() })]

    #[test]
    fn any_text_is_read_without_panic_and_every_span_slices_it(text in "\\PC{0,400}", title in "\\PC{0,80}") {
        for language in [None, Some("es"), Some("fr"), Some("zh"), Some("")] {
            let draft = Draft { text: &text, title: Some(&title), outlet: "X", language, ..Draft::default() };
            let reading = read(&draft);
            proptest::prop_assert!(!reading.language.is_empty() || language == Some(""));
            for claim in reading.claims {
                let whole = if claim.headline { &title } else { &text };
                proptest::prop_assert_eq!(claim.span.slice(whole), Some(claim.text.as_str()));
            }
        }
    }

    #[test]
    fn newslike_text_in_mixed_scripts_is_read_without_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["dijo", "que", "el", "ministro", "negó", "«", "»", "“", "”", "—", "\"", "'", ",", ".", "quien", "y",
            "Pérez", "Ana", "a", "Reuters", "mintió", "sobre", "12", "más", "de", "según", "es", "falso", "no", "hay", "pruebas", "se",
            "EE.UU.", "él", "citó", "¿", "?", "¡", "\n", "%", "€", "1.234,5", "millones", "está", "esta", "мост", "桥", "الجسر",
            "e\u{301}sta", "\u{200f}", "como", "falsas", "las", "acusaciones", "lunes"]), 0..120)) {
        let text = words.join(" ");
        for language in [None, Some("es")] {
            let draft = Draft { text: &text, outlet: "X", language, ..Draft::default() };
            for claim in read(&draft).claims {
                proptest::prop_assert_eq!(claim.span.slice(&text), Some(claim.text.as_str()));
                proptest::prop_assert!((0.0..=1.0).contains(&claim.check_worthiness));
            }
        }
    }
}
