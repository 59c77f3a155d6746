#!/usr/bin/env python3
"""Makes the tagger's tables (src/engine/text/lexicon/en/tag*.tsv) from sentences of tokens.

    pip download --no-deps textblob-aptagger && unzip textblob_aptagger-*.whl textblob_aptagger/*.pickle
    cargo run --release --example tokens < texts.jsonl > sentences.jsonl
    python3 scripts/tag-counts.py textblob_aptagger/trontagger-0.1.0.pickle sentences.jsonl src/engine/text/lexicon/en

The teacher is the averaged perceptron of textblob-aptagger (Honnibal 2013, MIT), the text the article bodies of the Fake News
Challenge training set; only counts of words, endings and tag sequences are kept.
"""
import collections, json, pickle, sys
from pathlib import Path

QUOTES = "\"“”«»'‘’„"
MERGED = {"NNPS": "NNP", "JJR": "JJ", "JJS": "JJ", "RBR": "RB", "RBS": "RB", "PDT": "DT", "EX": "PRP", "WDT": "WH", "WP": "WH",
          "WP$": "WH", "WRB": "WH", "UH": "RB", "FW": "NN", "LS": "CD", "SYM": "NN", "POS": "NN"}
PRONOUNS = set("he she it that there who what here where how i we they you let this these everybody everyone nobody someone".split())
ENDINGS = ("s", "re", "ve", "ll", "d", "m")


def pieces(tokens):
    """Our tokens as the teacher cuts them: "don't" is two, "Gov" and "." are one, marks have its names."""
    out, opened = [], False
    for k, token in enumerate(tokens):
        token = token.replace("’", "'").replace("‘", "'")
        low = token.lower()
        if token in "\"“”«»":
            opens = token in "“«" or (token == '"' and not opened)
            out.append((k, "``" if opens else "''"))
            opened = opens
        elif low.endswith("n't") and len(token) > 3:
            out += [(k, token[:-3]), (k, "n't")]
        elif low == "cannot":
            out += [(k, "can"), (k, "not")]
        elif "'" in low and low.split("'")[-1] in ENDINGS and low.split("'")[0]:
            cut = token.rindex("'")
            out += [(k, token[:cut]), (k, token[cut:])]
        elif token == "." and 0 < k < len(tokens) - 1 and out and tokens[k + 1][0].isalpha():
            out[-1] = (out[-1][0], out[-1][1] + ".")
        else:
            out.append((k, {"(": "-LRB-", "[": "-LRB-", ")": "-RRB-", "]": "-RRB-", "—": "--", "–": "--"}.get(token, token)))
    return out


class Teacher:
    def __init__(self, path):
        weights, self.certain, self.tags = pickle.loads(Path(path).read_bytes())
        self.weights = {feature: list(row.items()) for feature, row in weights.items()}

    @staticmethod
    def shape(word):
        if "-" in word and word[0] != "-":
            return "!HYPHEN"
        if word.isdigit() and len(word) == 4:
            return "!YEAR"
        return "!DIGITS" if word[0].isdigit() else word.lower()

    def guess(self, at, word, context, before, earlier):
        at += 2
        scores = collections.defaultdict(float)
        for feature in ("bias", "i suffix " + word[-3:], "i pref1 " + word[0], "i-1 tag " + before, "i-2 tag " + earlier,
                        f"i tag+i-2 tag {before} {earlier}", "i word " + context[at], f"i-1 tag+i word {before} {context[at]}",
                        "i-1 word " + context[at - 1], "i-1 suffix " + context[at - 1][-3:], "i-2 word " + context[at - 2],
                        "i+1 word " + context[at + 1], "i+1 suffix " + context[at + 1][-3:], "i+2 word " + context[at + 2]):
            for tag, weight in self.weights.get(feature, ()):
                scores[tag] += weight
        return max(self.tags, key=lambda tag: (scores[tag], tag))

    def tag(self, tokens):
        """(token, our tag) of a sentence, quotation marks left out."""
        cut = pieces(tokens)
        context = ["-START-", "-START2-"] + [self.shape(word) for _, word in cut] + ["-END-", "-END2-"]
        before, earlier, found = "-START-", "-START2-", collections.defaultdict(list)
        for at, (k, word) in enumerate(cut):
            tag = self.certain.get(word) or self.guess(at, word, context, before, earlier)
            before, earlier = tag, before
            found[k].append(tag)
        out = []
        for k, token in enumerate(tokens):
            low = token.lower().replace("’", "'")
            if token in QUOTES:
                continue
            if not any(c.isalnum() for c in token):
                out.append((token, "." if token in ".!?…" else ","))
                continue
            tag = MERGED.get(found[k][0], found[k][0])
            head, _, tail = low.partition("'")
            if len(found[k]) > 1 and "'" in low and (tail in ENDINGS[1:] or (tail == "s" and head in PRONOUNS)):
                tag = "CL"
            if tag in ("NN", "NNS", "NNP") and low.endswith("'s"):
                tag = "GEN"
            out.append((token, tag if tag.isalpha() or tag == "PRP$" else "NN"))
        return out


def folded(word):
    low = word.lower().replace("’", "'")
    return low[:-2] if low.endswith("'s") and len(low) > 2 else low


def is_heading(sentence):
    long = [word for word, _ in sentence if len(word) > 3 and word[0].isalpha()]
    return len(long) >= 3 and sum(word[0].isupper() for word in long) * 10 >= len(long) * 7


def count(sentences):
    words, endings = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    transitions = collections.defaultdict(collections.Counter)
    for sentence in sentences:
        if is_heading(sentence):
            continue
        earlier = before = "<"
        for at, (word, tag) in enumerate(sentence):
            key = ("^" if word[0].isupper() and at > 0 else "") + folded(word)
            # "that's" tells nothing of "that".
            if not (tag == "CL" and word.lower().replace("’", "'").endswith("'s")):
                words[key][tag] += 1
            transitions[earlier, before][tag] += 1
            earlier, before = before, tag
    for key, tags in words.items():
        mark, word = ("^", key[1:]) if key.startswith("^") else ("", key)
        if sum(tags.values()) > 8 or not word.isalpha():
            continue
        for tag, times in tags.items():
            if tag not in ("GEN", "CL"):
                for length in range(min(4, len(word)) + 1):
                    endings[mark + word[len(word) - length:]][tag] += times
    return words, endings, transitions


def main():
    teacher, folder = Teacher(sys.argv[1]), Path(sys.argv[3])
    sentences = [teacher.tag(json.loads(line)) for line in open(sys.argv[2], encoding="utf-8")]
    words, endings, transitions = count([sentence for sentence in sentences if sentence])
    note = ("# Counts from the article bodies of the Fake News Challenge training set (Pomerleau & Rao 2017), tagged by the averaged\n"
            "# perceptron of textblob-aptagger (Honnibal 2013). Made by: scripts/tag-counts.py. Penn Treebank tags, some merged (see tagger.rs).\n")
    row = lambda tags: " ".join(f"{tag}:{times}" for tag, times in sorted(tags.items(), key=lambda item: (-item[1], item[0])))
    share = lambda tags, least: {tag: times for tag, times in tags.items() if times / sum(tags.values()) >= least}
    with open(folder / "tags.tsv", "w", encoding="utf-8") as out:
        out.write(note + "# word (with ^ where a capital inside a sentence begins it), tag:times.\n")
        for word in sorted(words):
            tags = {tag: times for tag, times in words[word].items() if tag not in ("GEN", ",", ".")}
            if sum(tags.values()) >= 2 and any(c.isalpha() for c in word) and len(word) <= 25:
                out.write(f"{word}\t{row(share(tags, 0.004))}\n")
    with open(folder / "tag-transitions.tsv", "w", encoding="utf-8") as out:
        out.write(note + "# two tags before, tag before (\"<\" is the beginning), tag:times.\n")
        for earlier, before in sorted(transitions):
            out.write(f"{earlier} {before}\t{row(transitions[earlier, before])}\n")
    with open(folder / "tag-endings.tsv", "w", encoding="utf-8") as out:
        out.write(note + "# ending of rare words (with ^ under a capital; the empty ending is all of them), tag:times.\n")
        for ending in sorted(endings):
            if sum(endings[ending].values()) >= 6:
                out.write(f"{ending or '-'}\t{row(share(endings[ending], 0.01))}\n")


if __name__ == "__main__":
    main()
