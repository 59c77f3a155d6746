"""datasketch, scikit-learn with sparse_dot_topn, and rapidfuzz, each set up as its documentation advises."""
import math, re
from collections import Counter

import numpy
from datasketch import MinHash, MinHashLSH
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn

import task


def words(text):
    return set(re.findall(r"\w+", text.lower()))


class DataSketch(task.InProcess):
    """MinHash LSH; candidates are verified exactly, as in `rust/src/minhash.rs`."""

    def __init__(self, ids, texts):
        self.signature = lambda tokens: MinHash.bulk([[token.encode() for token in tokens]], num_perm=128)[0]
        self.words = dict(zip(ids, map(words, texts)))
        texts_with = Counter(word for tokens in self.words.values() for word in tokens)
        self.weights = {word: math.log(len(ids) / times) + 1 for word, times in texts_with.items()}
        self.lsh = MinHashLSH(threshold=0.4, num_perm=128)
        with self.lsh.insertion_session() as session:
            for id, tokens in self.words.items():
                session.insert(id, self.signature(tokens))

    def weight(self, tokens):
        return sum(map(self.weights.__getitem__, tokens))

    def find(self, texts):
        tokens = words(texts[0])
        found = self.lsh.query(self.signature(tokens))
        jaccard = lambda other: self.weight(tokens & other) / self.weight(tokens | other)
        return [sorted(((id, jaccard(self.words[id])) for id in found), key=lambda pair: (-pair[1], pair[0]))]


class TfIdf(task.InProcess):
    """Cosine of TF-IDF vectors; a block of queries is one product of sparse matrices."""
    block = 100
    settings = {"stop_words": "english"}

    def __init__(self, ids, texts):
        self.ids = ids
        self.vectors = TfidfVectorizer(dtype=numpy.float32, **self.settings)
        self.transposed = self.vectors.fit_transform(texts).T.tocsr()

    def find(self, texts):
        best = sp_matmul_topn(self.vectors.transform(texts), self.transposed, top_n=task.WANTED, threshold=0.2, sort=True, n_threads=1)
        return [[(self.ids[column], score) for column, score in zip(best.indices[start:end], best.data[start:end])]
                for start, end in zip(best.indptr, best.indptr[1:])]


class TrigramTfIdf(TfIdf):
    settings = {"analyzer": "char_wb", "ngram_range": (3, 3)}


class RapidFuzz(task.InProcess):
    """Similarity to each claim in turn, in blocks, where the library is quickest."""
    block = 10

    def __init__(self, ids, texts):
        self.ids = numpy.array(ids)
        self.processed = [utils.default_process(text) for text in texts]

    def find(self, texts):
        scores = process.cdist([utils.default_process(text) for text in texts], self.processed, scorer=fuzz.token_set_ratio,
                               score_cutoff=40, dtype=numpy.float32, workers=1)
        found = []
        for row in scores:
            best = numpy.argpartition(row, -task.WANTED)[-task.WANTED:]
            best = best[numpy.argsort(-row[best], kind="stable")]
            found.append([(self.ids[at], row[at]) for at in best if row[at] > 0])
        return found


if __name__ == "__main__":
    task.run({"datasketch": DataSketch, "tf-idf": TfIdf, "tf-idf-trigrams": TrigramTfIdf, "rapidfuzz": RapidFuzz})
