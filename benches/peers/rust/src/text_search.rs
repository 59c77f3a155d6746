//! tantivy: BM25 over English stems finds candidates, which are verified by the words they share.

use tantivy::{
    Index, Searcher, Term,
    collector::TopDocs,
    doc,
    query::{BooleanQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer},
};

use crate::{Claim, Peer, WANTED, ranked, text::Words};

pub struct Tantivy {
    searcher: Searcher,
    analyzer: TextAnalyzer,
    text: Field,
    words: Words,
    claims: Vec<Box<[u32]>>,
}

impl Peer for Tantivy {
    fn build(claims: &[Claim]) -> Self {
        let analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(40))
            .filter(LowerCaser)
            .filter(StopWordFilter::new(Language::English).expect("tantivy has English stop words"))
            .filter(Stemmer::new(Language::English))
            .build();
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer("english").set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let id = schema.add_u64_field("id", FAST);
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register("english", analyzer.clone());
        let mut writer = index.writer_with_num_threads(1, 500_000_000).expect("a writer in memory");
        let mut words = Words::default();
        let mut sets = Vec::with_capacity(claims.len());
        for claim in claims {
            writer.add_document(doc!(text => claim.text, id => u64::from(claim.id))).expect("a document in memory");
            sets.push(words.add(stems(&analyzer, claim.text)));
        }
        writer.commit().expect("a commit in memory");
        let segments = index.searchable_segment_ids().expect("segments in memory");
        writer.merge(&segments).wait().expect("a merge in memory");
        writer.wait_merging_threads().expect("merges in memory");
        let searcher = index.reader().expect("a reader in memory").searcher();
        Self { searcher, analyzer, text, words, claims: sets }
    }

    fn find(&self, text: &str) -> Vec<(u32, f64)> {
        let stems = stems(&self.analyzer, text);
        let ids = self.words.known(stems.iter().map(String::as_str));
        let terms = stems.iter().map(|stem| {
            let term = Term::from_field_text(self.text, stem);
            (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>)
        });
        let best = TopDocs::with_limit(WANTED).order_by_score();
        let found = self.searcher.search(&BooleanQuery::new(terms.collect()), &best).expect("a search in memory");
        let ids_of: Vec<_> = self
            .searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().u64("id").expect("a fast field"))
            .collect();
        let candidates = found.into_iter().filter_map(|(_, at)| ids_of[at.segment_ord as usize].first(at.doc_id));
        ranked(candidates.map(|id| (id as u32, self.words.weighted_jaccard(&ids, &self.claims[id as usize - 1]))).collect())
    }
}

fn stems(analyzer: &TextAnalyzer, text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    // A stream borrows its analyzer mutably, though it only reads it.
    analyzer.clone().token_stream(text).process(&mut |token| stems.push(token.text.clone()));
    stems
}
