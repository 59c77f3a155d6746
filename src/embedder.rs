//! Sentence vectors by a model on disk, for those who want them: off unless a directory is named, and built only with the feature
//! `semantic`.
//!
//! The directory is one of sentence-transformers with a BERT in it, such as all-MiniLM-L6-v2 (Wang et al. 2020; Reimers and Gurevych
//! 2019): `config.json`, `tokenizer.json`, `model.safetensors`. A sentence's vector is the mean of its tokens'.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::domain::Embedding;

/// Makes vectors, or none where no model is named.
#[derive(Clone, Debug, Default)]
pub struct Embedder(Option<Arc<model::Model>>);

#[derive(Debug, thiserror::Error)]
pub enum EmbedderError {
    #[error("this program was built without the feature `semantic`, and cannot use the model in {0}")]
    NotBuilt(PathBuf),
    #[error("there is no model to be had from {path}: {reason}")]
    Unusable { path: PathBuf, reason: String },
}

impl Embedder {
    /// Reads a model whole, and tries it once.
    pub fn load(directory: &Path) -> Result<Self, EmbedderError> {
        Ok(Self(Some(Arc::new(model::Model::load(directory)?))))
    }

    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The vector of a sentence. Each is made by itself, as what stands beside it in a batch would change its last digits; takes about ten
    /// milliseconds.
    #[must_use]
    pub fn embed(&self, sentence: &str) -> Option<Arc<Embedding>> {
        let model = self.0.as_ref()?;
        match model.embed(sentence) {
            Ok(vector) => Embedding::of(&vector).map(Arc::new),
            Err(error) => {
                tracing::error!(%error, "a sentence could not be made a vector");
                None
            }
        }
    }
}

#[cfg(feature = "semantic")]
mod model {
    use std::{fs, path::Path};

    use candle_core::{Device, Error, Tensor};
    use candle_nn::VarBuilder;
    use candle_transformers::models::bert::{BertModel, Config, DTYPE};
    use tokenizers::{Tokenizer, TruncationParams};

    use super::EmbedderError;

    /// Tokens of a sentence that are read; a claim has some twenty.
    const MOST_TOKENS: usize = 128;

    pub struct Model {
        bert: BertModel,
        tokenizer: Tokenizer,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Model").finish_non_exhaustive()
        }
    }

    impl Model {
        pub fn load(directory: &Path) -> Result<Self, EmbedderError> {
            let unusable = |reason: String| EmbedderError::Unusable { path: directory.to_owned(), reason };
            let read = |name: &str| fs::read(directory.join(name)).map_err(|error| unusable(format!("{name}: {error}")));
            let config: Config =
                serde_json::from_slice(&read("config.json")?).map_err(|error| unusable(format!("config.json: {error}")))?;
            let mut tokenizer =
                Tokenizer::from_bytes(read("tokenizer.json")?).map_err(|error| unusable(format!("tokenizer.json: {error}")))?;
            // What the tokenizer of a model does to batches is not wanted here.
            tokenizer.with_padding(None);
            let truncation =
                TruncationParams { max_length: MOST_TOKENS.min(config.max_position_embeddings), ..Default::default() };
            tokenizer.with_truncation(Some(truncation)).map_err(|error| unusable(format!("tokenizer.json: {error}")))?;
            let weights = VarBuilder::from_buffered_safetensors(read("model.safetensors")?, DTYPE, &Device::Cpu)
                .map_err(|error| unusable(format!("model.safetensors: {error}")))?;
            let bert = BertModel::load(weights, &config).map_err(|error| unusable(format!("model.safetensors: {error}")))?;
            let model = Self { bert, tokenizer };
            model.embed("The dam at Orin has cracked.").map_err(|error| unusable(error.to_string()))?;
            Ok(model)
        }

        pub fn embed(&self, sentence: &str) -> Result<Vec<f32>, Error> {
            let tokens = self.tokenizer.encode(sentence, true).map_err(Error::wrap)?;
            let ids = Tensor::new(tokens.get_ids(), &Device::Cpu)?.unsqueeze(0)?;
            let vectors = self.bert.forward(&ids, &ids.zeros_like()?, None)?;
            vectors.mean(1)?.squeeze(0)?.to_vec1()
        }
    }
}

#[cfg(not(feature = "semantic"))]
mod model {
    use std::path::Path;

    use super::EmbedderError;

    /// There is none.
    #[derive(Debug)]
    pub enum Model {}

    impl Model {
        pub fn load(directory: &Path) -> Result<Self, EmbedderError> {
            Err(EmbedderError::NotBuilt(directory.to_owned()))
        }

        pub fn embed(&self, _: &str) -> Result<Vec<f32>, EmbedderError> {
            match *self {}
        }
    }
}

#[cfg(all(test, feature = "semantic"))]
mod tests {
    use std::{collections::HashMap, fs};

    use candle_core::{Device, Tensor};
    use serde_json::json;

    use super::*;

    const WORDS: [&str; 12] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "dam", "has", "cracked", "broke", "ferry", "sank", "."];

    /// A model of one layer and eight dimensions, with weights that mean nothing but are the same each time.
    fn write_model(directory: &Path) {
        let vocabulary: HashMap<&str, usize> = WORDS.iter().enumerate().map(|(id, word)| (*word, id)).collect();
        let config = json!({
            "vocab_size": WORDS.len(), "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
            "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "max_position_embeddings": 32, "type_vocab_size": 2,
            "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
        });
        let tokenizer = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
            "decoder": null,
            "model": {
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                "vocab": vocabulary,
            },
        });
        let layer = "encoder.layer.0";
        let mut shapes: Vec<(String, Vec<usize>)> = vec![
            ("embeddings.word_embeddings.weight".into(), vec![WORDS.len(), 8]),
            ("embeddings.position_embeddings.weight".into(), vec![32, 8]),
            ("embeddings.token_type_embeddings.weight".into(), vec![2, 8]),
        ];
        for (name, from, to) in [
            ("attention.self.query", 8, 8),
            ("attention.self.key", 8, 8),
            ("attention.self.value", 8, 8),
            ("attention.output.dense", 8, 8),
            ("intermediate.dense", 8, 16),
            ("output.dense", 16, 8),
        ] {
            shapes.push((format!("{layer}.{name}.weight"), vec![to, from]));
            shapes.push((format!("{layer}.{name}.bias"), vec![to]));
        }
        for name in ["embeddings", &format!("{layer}.attention.output"), &format!("{layer}.output")] {
            shapes.push((format!("{name}.LayerNorm.weight"), vec![8]));
            shapes.push((format!("{name}.LayerNorm.bias"), vec![8]));
        }
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / 16_777_216.0) - 0.5
        };
        let tensors: HashMap<String, Tensor> = shapes
            .into_iter()
            .map(|(name, shape)| {
                let numbers: Vec<f32> = (0..shape.iter().product()).map(|_| next()).collect();
                (name, Tensor::from_vec(numbers, shape, &Device::Cpu).unwrap())
            })
            .collect();
        candle_core::safetensors::save(&tensors, directory.join("model.safetensors")).unwrap();
        fs::write(directory.join("config.json"), config.to_string()).unwrap();
        fs::write(directory.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    }

    fn directory(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("crossclaim-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        directory
    }

    #[test]
    fn a_sentence_has_one_vector_and_other_words_have_another() {
        let directory = directory("model");
        write_model(&directory);
        let embedder = Embedder::load(&directory).unwrap();
        let embed = |sentence: &str| embedder.embed(sentence).expect("a vector");
        assert_eq!(embed("The dam has cracked."), embed("the dam has cracked ."), "as the tokenizer reads it");
        assert_ne!(embed("The dam has cracked."), embed("The ferry sank."));
        // Whatever it is given, and however long.
        for sentence in ["", " ", "\u{0}", "dam ".repeat(10_000).as_str(), "🦀 ü 12,5 %"] {
            assert_eq!(embed(sentence).heap_bytes(), 8, "{sentence:.20}");
        }
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_model_that_cannot_be_used_is_refused_with_the_file_at_fault() {
        let directory = directory("no-model");
        let refused = |at_fault: &str| {
            let error = Embedder::load(&directory).unwrap_err().to_string();
            assert!(error.contains(at_fault) && error.contains(&*directory.to_string_lossy()), "{error}");
        };
        refused("config.json");
        for file in ["config.json", "tokenizer.json", "model.safetensors"] {
            write_model(&directory);
            fs::write(directory.join(file), "{}").unwrap();
            refused(file);
        }
        fs::remove_dir_all(directory).unwrap();
    }
}
