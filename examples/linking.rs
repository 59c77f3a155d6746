//! Makes the files of `src/engine/similarity/weights` from texts labelled with the claim they are about.
//!
//! `cargo run --release --example linking -- headlines <emergent/train.jsonl> > headlines.tsv` reads lines of `claim_id`, `fold`,
//! `claim`, `headline`; `… -- articles samples/stories > articles.tsv` reads articles whose every claim is labelled. With the directory of a
//! sentence model as a third argument, and `--features semantic`, it makes `headlines-semantic.tsv` and `articles-semantic.tsv`. How well the
//! weights do on claims they were not fitted on goes to standard error: folds by claim, or by story, so that nothing of a claim is
//! in both halves. The same input gives the same output, to the byte.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

use crossclaim::{
    embedder::Embedder,
    engine::{
        clustering::partition::{self, Millionths, ONE, millionths},
        evaluation::stories::{self, Story},
        settings::{Linking, Texts},
        similarity::{
            self, Features, GuardHit, Spelled,
            guards::guards,
            model::{Model, logistic},
            overlap::Overlap,
            search::whole_with,
            signals::{self, Signal, Values},
        },
    },
};
const FOLDS: usize = 10;
/// How strongly each weight is held at 0 (L2), in pairs.
const HOLD: f64 = 3.0;
/// Newton's steps until rest.
const STEPS: usize = 25;
/// Pairs below both of these are never alike and would only drown the others.
const LEAST_TERMS: f64 = 0.06;
const LEAST_SUBWORDS: f64 = 0.10;
/// Set by rule: equal words or an equal quotation settle it, whatever a label says.
const SETTLED: f64 = 8.0;
const BY_RULE: [Signal; 2] = [Signal::SameWords, Signal::SameQuotation];
/// Claims in a draw, and draws.
const DRAWN: usize = 60;
const DRAWS: usize = 20;

struct Mention {
    /// What it is about; a sentence may hold two labelled clauses.
    claims: Vec<usize>,
    fold: usize,
    features: Features,
}

struct Pair {
    a: usize,
    b: usize,
    values: Values,
    guards: Vec<GuardHit>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: linking headlines <emergent/train.jsonl> [<model>] | linking articles <directory of stories> [<model>]";
    let mut arguments = std::env::args().skip(1);
    let (texts, path) = arguments.next().zip(arguments.next()).ok_or(usage)?;
    let embedder = arguments.next().map(|model| Embedder::load(Path::new(&model))).transpose()?.unwrap_or_default();
    let (mentions, linking, source) = match texts.as_str() {
        "headlines" => (
            headlines(Path::new(&path), &embedder)?,
            Linking::headlines(),
            "the training half of Emergent (Ferreira & Vlachos 2016)",
        ),
        "articles" => (articles(Path::new(&path), &embedder)?, Linking::default(), "the labelled stories of the samples"),
        _ => return Err(usage.into()),
    };
    let pairs = pairs(&mentions, &linking);
    let claims = claims(&mentions);
    let report = cross_validate(&mentions, &pairs, claims, &linking);
    eprintln!(
        "{} mentions of {claims} claims, {} pairs, {} of them same",
        mentions.len(),
        pairs.len(),
        pairs.iter().filter(|pair| same(&mentions, pair.a, pair.b)).count()
    );
    eprint!("{report}");
    let fitted = fit(&mentions, &pairs.iter().collect::<Vec<_>>());
    println!("# Log odds that each signal adds when it reads 1; `base` is added before anything is read.");
    let (features, model) = if embedder.is_on() { ("--features semantic ", " <all-MiniLM-L6-v2>") } else { ("", "") };
    println!("# Made by: cargo run --release {features}--example linking -- {texts} <path>{model}, from {source}.");
    println!("# same_words and same_quotation are set by rule.");
    report.lines().for_each(|line| println!("# {line}"));
    println!("base\t{:.3}", fitted.base);
    for signal in Signal::ALL.into_iter().filter(|signal| embedder.is_on() || *signal != Signal::Semantic) {
        println!("{}\t{:.3}", signal.name(), fitted.weight(signal));
    }
    Ok(())
}

/// Each claim once, then its headlines.
fn headlines(path: &Path, embedder: &Embedder) -> Result<Vec<Mention>, Box<dyn std::error::Error>> {
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    let mut mentions = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let text = |field: &str| row[field].as_str().ok_or_else(|| format!("a row has no {field}"));
        let fold = row["fold"].as_u64().ok_or("a row has no fold")? as usize % FOLDS;
        let next = claims.len();
        let mut add = |claim, text: &str| {
            mentions.push(Mention { claims: vec![claim], fold, features: whole_with(text, embedder.embed(text)) })
        };
        let claim = match claims.get(text("claim_id")?) {
            Some(claim) => *claim,
            None => {
                claims.insert(text("claim_id")?.to_owned(), next);
                add(next, text("claim")?);
                next
            }
        };
        add(claim, text("headline")?);
    }
    mentions.sort_by(|a, b| a.features.folded().cmp(b.features.folded()).then(a.claims.cmp(&b.claims)));
    Ok(mentions)
}

/// The labelled claims of every story as the service reads them, each story a fold.
fn articles(directory: &Path, embedder: &Embedder) -> Result<Vec<Mention>, Box<dyn std::error::Error>> {
    let mut files: Vec<_> = std::fs::read_dir(directory)?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut mentions = Vec::new();
    let mut claims = 0;
    for (fold, file) in files.iter().enumerate() {
        let story: Story = serde_json::from_slice(&std::fs::read(file)?)?;
        for article in &story.articles {
            let mut linked = stories::link_article(article);
            linked.claims.iter_mut().for_each(|claim| claim.reading.embedding = embedder.embed(&claim.reading.proposition));
            let all = Features::in_article(linked.claims.iter().map(|claim| Features::of(&claim.reading)).collect());
            let mut labels: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (number, cluster) in story.clusters.iter().enumerate() {
                for labelled in cluster.mentions.iter().filter(|mention| mention.article == article.id) {
                    let Some(carrier) = stories::carrier(&linked.claims, &labelled.text) else { continue };
                    let at = linked.claims.iter().position(|claim| claim.id == carrier.id).ok_or("a claim of the article")?;
                    labels.entry(at).or_default().push(claims + number);
                }
            }
            mentions.extend(labels.into_iter().map(|(at, claims)| Mention { claims, fold, features: all[at].clone() }));
        }
        claims += story.clusters.len();
    }
    mentions.sort_by(|a, b| a.features.folded().cmp(b.features.folded()).then(a.claims.cmp(&b.claims)));
    Ok(mentions)
}

fn pairs(mentions: &[Mention], linking: &Linking) -> Vec<Pair> {
    let spelled: Vec<Spelled<'_>> = mentions.iter().map(|mention| Spelled::of(&mention.features)).collect();
    let mut pairs = Vec::new();
    for a in 0..mentions.len() {
        for b in a + 1..mentions.len() {
            let (x, y) = (&mentions[a].features, &mentions[b].features);
            // Claims of one story share little, once what all of it is about counts less.
            let story = linking.texts == Texts::Articles && mentions[a].fold == mentions[b].fold;
            let overlap = Overlap::of(x, y, linking.soft_match);
            let mut values = signals::of_ids(&overlap);
            let shared = values.get(Signal::SoftTfIdf).unwrap_or_default();
            if shared < 0.01 && !story {
                continue;
            }
            signals::of_words(&overlap, &spelled[a], &spelled[b], &mut values);
            if story || shared >= LEAST_TERMS || values.get(Signal::Subwords).unwrap_or_default() >= LEAST_SUBWORDS {
                pairs.push(Pair { a, b, values, guards: guards(&overlap) });
            }
        }
    }
    pairs
}

/// Logistic regression by Newton's method (iteratively reweighted least squares). A claim with many headlines has many more
/// pairs than one with few; each pair counts so much less that claims, and not their squares, are what is learnt from.
fn fit(mentions: &[Mention], pairs: &[&Pair]) -> Model {
    let mut sizes = vec![0.0_f64; claims(mentions)];
    mentions.iter().flat_map(|mention| &mention.claims).for_each(|claim| sizes[*claim] += 1.0);
    let share = |a: &Mention, b: &Mention| {
        let smallest = a.claims.iter().filter(|claim| b.claims.contains(claim)).map(|claim| sizes[*claim]).reduce(f64::min);
        smallest.map(|size| 1.0 / (size - 1.0).max(1.0).sqrt())
    };
    // Of what is the same for all nothing is learnt: headlines are all alone.
    let varies = |signal: &Signal| pairs.iter().any(|pair| pair.values.get(*signal) != pairs[0].values.get(*signal));
    let learnt: Vec<Signal> = Signal::ALL.into_iter().filter(|signal| !BY_RULE.contains(signal) && varies(signal)).collect();
    let width = learnt.len() + 1;
    let rows: Vec<(Vec<f64>, f64, f64)> = pairs
        .iter()
        .filter(|pair| BY_RULE.iter().all(|rule| pair.values.get(*rule) != Some(1.0)))
        .map(|pair| {
            let share = share(&mentions[pair.a], &mentions[pair.b]);
            let row = std::iter::once(1.0).chain(learnt.iter().map(|signal| pair.values.get(*signal).unwrap_or(0.0))).collect();
            (row, f64::from(u8::from(share.is_some())), share.unwrap_or(1.0))
        })
        .collect();
    // Shares move weight between claims and take none from the positives as a whole, or probabilities would come out low.
    let (count, sum) = rows.iter().filter(|row| row.1 > 0.5).fold((0.0, 0.0), |(n, s), row| (n + 1.0, s + row.2));
    let mut weights = vec![0.0; width];
    for _ in 0..STEPS {
        let mut slope = vec![0.0; width];
        let mut curvature = vec![vec![0.0; width]; width];
        for (row, label, share) in &rows {
            let share = if *label > 0.5 { share * count / sum } else { *share };
            let told = logistic(row.iter().zip(&weights).map(|(x, w)| x * w).sum());
            for (i, x) in row.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                slope[i] += share * (label - told) * x;
                let bend = share * told * (1.0 - told) * x;
                row[..=i].iter().enumerate().for_each(|(j, y)| curvature[i][j] += bend * y);
            }
        }
        for i in 0..width {
            let hold = if i == 0 { 0.0 } else { HOLD };
            slope[i] -= hold * weights[i];
            curvature[i][i] += hold + 1e-9;
            let (above, below) = curvature.split_at_mut(i);
            above.iter_mut().zip(&below[0]).for_each(|(row, mirrored)| row[i] = *mirrored);
        }
        let step = solve(curvature, slope);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
    }
    let mut model = Model { base: weights[0], weights: [0.0; Signal::ALL.len()] };
    learnt.iter().zip(&weights[1..]).for_each(|(signal, weight)| model.weights[*signal as usize] = *weight);
    BY_RULE.iter().for_each(|signal| model.weights[*signal as usize] = SETTLED);
    model
}

/// Gaussian elimination with pivoting; the matrix is symmetric and positive.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs())).unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (above, below) = matrix.split_at_mut(column + 1);
        let pivot = &above[column];
        for (row, entries) in (column + 1..).zip(below) {
            let factor = entries[column] / pivot[column];
            entries.iter_mut().zip(pivot).skip(column).for_each(|(entry, of_pivot)| *entry -= factor * of_pivot);
            right[row] -= factor * right[column];
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

/// A threshold, the F1 of draws at it, and precision, recall and F1 of the whole.
type Row = (f64, f64, (f64, f64, f64));

/// Every pair by models that were fitted without either of its claims' folds, and what clustering makes of that.
fn cross_validate(mentions: &[Mention], pairs: &[Pair], claims: usize, linking: &Linking) -> String {
    let folds = mentions.iter().map(|mention| mention.fold).max().unwrap_or_default() + 1;
    let models: Vec<Model> = (0..folds)
        .map(|fold| {
            let rest: Vec<&Pair> = pairs.iter().filter(|p| mentions[p.a].fold != fold && mentions[p.b].fold != fold).collect();
            fit(mentions, &rest)
        })
        .collect();
    let told: Vec<f64> = pairs
        .iter()
        .map(|pair| {
            let by = |mention: usize| models[mentions[mention].fold].log_odds(&pair.values);
            logistic(f64::midpoint(by(pair.a), by(pair.b)))
        })
        .collect();
    let all: BTreeSet<usize> = (0..mentions.len()).collect();
    let likeness = |inside: &BTreeSet<usize>| likeness(inside, pairs, &told, linking);
    let mut report = String::new();
    let mut line = |text: String| writeln!(report, "{text}").expect("a string takes all");
    let loss: f64 =
        pairs.iter().zip(&told).map(|(pair, p)| if same(mentions, pair.a, pair.b) { -p.ln() } else { -(1.0 - p).ln() }).sum();
    line(format!("{folds} folds, log loss of a pair {:.4}", loss / pairs.len() as f64));
    let draws: Vec<BTreeSet<usize>> = (0..DRAWS).map(|draw| drawn(mentions, claims, draw as u64)).collect();
    let matrices: Vec<_> = draws.iter().map(&likeness).collect();
    let whole = likeness(&all);
    let mut rows: Vec<Row> = Vec::new();
    for threshold in (10..=60).step_by(2).map(|percent| f64::from(percent) / 100.0) {
        let alone =
            draws.iter().zip(&matrices).map(|(inside, likeness)| b_cubed(mentions, inside, likeness, threshold).2).sum::<f64>();
        rows.push((threshold, alone / DRAWS as f64, b_cubed(mentions, &all, &whole, threshold)));
    }
    let best = |key: &dyn Fn(&Row) -> f64| *rows.iter().max_by(|a, b| key(a).total_cmp(&key(b))).expect("rows");
    for (name, row) in [
        ("best of draws", best(&|row| row.1)),
        ("best of whole", best(&|row| row.2.2)),
        ("best of both", best(&|row| row.1 + row.2.2)),
        ("as set", *rows.iter().min_by(|a, b| (a.0 - linking.link).abs().total_cmp(&(b.0 - linking.link).abs())).expect("rows")),
    ] {
        let (threshold, alone, (p, r, f)) = row;
        line(format!(
            "{name} @ {threshold:.2}: B-cubed F1 {alone:.4} in {DRAWS} draws of {DRAWN} claims, {f:.4} in the whole (P {p:.3}, R {r:.3})"
        ));
    }
    if linking.texts == Texts::Articles {
        for (threshold, _, (p, r, f)) in &rows {
            let (right, found) = linked(mentions, &whole, *threshold);
            line(format!(
                "@ {threshold:.2}: B-cubed P {p:.3} R {r:.3} F1 {f:.4}, pairs together {found:.3}, of them right {right:.3}"
            ));
        }
    }
    for (name, likeness) in [("pairs alone", &by_pairs(pairs, &told, linking)), ("in company", &whole)] {
        let tiers = tiers(mentions, likeness);
        line(format!(
            "{name}: recall {:.3} at pair precision 0.95, {:.3} at 0.99; partners in the top 20 {:.3}",
            tiers.0,
            tiers.1,
            top(mentions, likeness)
        ));
    }
    report
}

fn same(mentions: &[Mention], a: usize, b: usize) -> bool {
    mentions[a].claims.iter().any(|claim| mentions[b].claims.contains(claim))
}

/// Number of claims.
fn claims(mentions: &[Mention]) -> usize {
    mentions.iter().flat_map(|mention| &mention.claims).max().map_or(0, |most| most + 1)
}

/// Every mention of claims drawn by a linear congruential generator (Knuth's MMIX).
fn drawn(mentions: &[Mention], claims: usize, seed: u64) -> BTreeSet<usize> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491_4F6C_DD1D;
    let mut left: Vec<usize> = (0..claims).collect();
    let mut chosen = BTreeSet::new();
    while chosen.len() < DRAWN.min(claims) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        chosen.insert(left.swap_remove((state >> 33) as usize % left.len()));
    }
    (0..mentions.len()).filter(|mention| mentions[*mention].claims.iter().any(|claim| chosen.contains(claim))).collect()
}

type Likeness = BTreeMap<(usize, usize), Millionths>;

fn by_pairs(pairs: &[Pair], told: &[f64], linking: &Linking) -> Likeness {
    let told = pairs.iter().zip(told).filter(|(_, told)| **told >= linking.noise);
    told.map(|(pair, told)| ((pair.a, pair.b), millionths(similarity::likeness(*told, &pair.guards, linking)))).collect()
}

/// Of some mentions only, in each other's company, numbered as they are in the whole.
fn likeness(inside: &BTreeSet<usize>, pairs: &[Pair], told: &[f64], linking: &Linking) -> Likeness {
    let numbers: Vec<usize> = inside.iter().copied().collect();
    let ranks: BTreeMap<usize, usize> = numbers.iter().enumerate().map(|(rank, number)| (*number, rank)).collect();
    let within = by_pairs(pairs, told, linking)
        .into_iter()
        .filter_map(|((a, b), likeness)| Some(((*ranks.get(&a)?, *ranks.get(&b)?), likeness)))
        .collect();
    let read = if linking.company { partition::in_company(numbers.len(), &within) } else { within };
    read.into_iter().map(|((a, b), likeness)| ((numbers[a], numbers[b]), likeness)).collect()
}

fn b_cubed(mentions: &[Mention], inside: &BTreeSet<usize>, likeness: &Likeness, threshold: f64) -> (f64, f64, f64) {
    let numbers: Vec<usize> = inside.iter().copied().collect();
    let ranks: BTreeMap<usize, usize> = numbers.iter().enumerate().map(|(rank, number)| (*number, rank)).collect();
    let likeness = likeness.iter().map(|((a, b), likeness)| ((ranks[a], ranks[b]), *likeness)).collect();
    let groups = partition::partition(&vec![ONE; numbers.len()], &likeness, &BTreeMap::new(), millionths(threshold));
    let mut about: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    numbers
        .iter()
        .for_each(|number| mentions[*number].claims.iter().for_each(|claim| about.entry(*claim).or_default().push(*number)));
    let (mut precision, mut recall) = (0.0, 0.0);
    for group in &groups {
        for rank in group {
            let number = numbers[*rank];
            let right = group.iter().filter(|other| same(mentions, number, numbers[**other])).count() as f64;
            let all: BTreeSet<usize> = mentions[number].claims.iter().flat_map(|claim| &about[claim]).copied().collect();
            precision += right / group.len() as f64;
            recall += right / all.len() as f64;
        }
    }
    let (precision, recall) = (precision / numbers.len() as f64, recall / numbers.len() as f64);
    (precision, recall, 2.0 * precision * recall / (precision + recall))
}

/// Of pairs that stand in one group, the share that is right; of true pairs, the share that stands in one group.
fn linked(mentions: &[Mention], likeness: &Likeness, threshold: f64) -> (f64, f64) {
    let groups = partition::partition(&vec![ONE; mentions.len()], likeness, &BTreeMap::new(), millionths(threshold));
    let mut group = vec![0; mentions.len()];
    groups.iter().enumerate().for_each(|(number, members)| members.iter().for_each(|member| group[*member] = number));
    let (mut both, mut together, mut true_pairs) = (0.0, 0.0, 0.0);
    for a in 0..mentions.len() {
        for b in (a + 1..mentions.len()).filter(|b| mentions[a].features != mentions[*b].features) {
            let (one, labelled) = (group[a] == group[b], same(mentions, a, b));
            together += f64::from(u8::from(one));
            true_pairs += f64::from(u8::from(labelled));
            both += f64::from(u8::from(one && labelled));
        }
    }
    (both / together, both / true_pairs)
}

/// Recall of true pairs at pair precision 0.95 and 0.99, by likeness from the top. Pairs of one wording that is listed under two
/// claims are left out: no engine can tell those apart.
fn tiers(mentions: &[Mention], likeness: &Likeness) -> (f64, f64) {
    let mut ranked: Vec<(Millionths, bool)> = likeness
        .iter()
        .filter(|((a, b), _)| same(mentions, *a, *b) || mentions[*a].features.folded() != mentions[*b].features.folded())
        .map(|(&(a, b), likeness)| (*likeness, same(mentions, a, b)))
        .collect();
    ranked.sort_by_key(|(likeness, same)| (std::cmp::Reverse(*likeness), *same));
    let all = (0..mentions.len()).map(|a| (0..a).filter(|b| same(mentions, a, *b)).count()).sum::<usize>() as f64;
    let (mut right, mut at_95, mut at_99) = (0.0, 0.0, 0.0);
    for (count, (_, same)) in ranked.iter().enumerate() {
        right += f64::from(u8::from(*same));
        let precision = right / (count + 1) as f64;
        at_95 = if precision >= 0.95 { right / all } else { at_95 };
        at_99 = if precision >= 0.99 { right / all } else { at_99 };
    }
    (at_95, at_99)
}

/// Share of a mention's partners among its 20 most alike, of at most 20.
fn top(mentions: &[Mention], likeness: &Likeness) -> f64 {
    let mut near: Vec<Vec<(Millionths, usize)>> = vec![Vec::new(); mentions.len()];
    for (&(a, b), likeness) in likeness {
        near[a].push((*likeness, b));
        near[b].push((*likeness, a));
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for (mention, near) in near.iter_mut().enumerate() {
        near.sort_by_key(|(likeness, other)| (std::cmp::Reverse(*likeness), *other));
        let partners = (0..mentions.len()).filter(|other| same(mentions, mention, *other)).count() - 1;
        if partners > 0 {
            let hits = near.iter().take(20).filter(|(_, other)| same(mentions, mention, *other)).count();
            sum += hits as f64 / partners.min(20) as f64;
            count += 1.0;
        }
    }
    sum / count
}
