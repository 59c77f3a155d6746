#!/usr/bin/env python3
"""Labelled sentences and a reader's answers, to two measures: does it find the attributed sentences, and who speaks the quotations?

    python3 samples/attribution/score.py samples/attribution/sentences.jsonl PRED.jsonl [--verbose]

A line of PRED: {"id": …, "attributed": bool, "quotes": [{"text": …, "speaker": str or null}]}. Other fields are ignored.
README.md beside this file says what the labels mean.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

# What stands before a name and says nothing about who it is.
DROPPED = {"a", "an", "the", "mr", "mrs", "ms", "miss", "dr"}
# The head of a description stands before the first of these: "a spokesman for the ministry".
AFTER_HEAD = {"at", "for", "from", "in", "of", "on", "who", "which", "with"}


def read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, filter(str.strip, lines))}


def words(text):
    """Words alone: no case, accents, punctuation or possessives."""
    plain = unicodedata.normalize("NFKD", text).replace("’", "'").casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [re.sub(r"'s?$", "", word) for word in re.findall(r"\w+(?:'\w*)?", plain)]


def shared(a, b):
    return (Counter(a) & Counter(b)).total()


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ratio(part, whole):
    return part / whole if whole else 0.0


def overlap(gold, predicted):
    """How well two quotations agree; 0 where they are not the same one."""
    gold, predicted = words(gold), words(predicted)
    common = shared(gold, predicted)
    if not common:
        return 0.0
    score = f1(common / len(predicted), common / len(gold))
    return score if score >= 0.5 or common == min(len(gold), len(predicted)) else 0.0


def answer_to(quote, predicted):
    """The predicted quotation that agrees best. One may answer two gold ones: a reader may join what the frame splits."""
    best = max(predicted, key=lambda candidate: overlap(quote["text"], candidate["text"]), default=None)
    return best if best and overlap(quote["text"], best["text"]) else None


def name(speaker):
    return [word for word in words(speaker) if word not in DROPPED]


def head(speaker):
    """The word that carries a source: roe of "Jane Roe, the mayor", spokesman of "a spokesman for the ministry"."""
    description = name(speaker.split(",")[0])
    end = next((i for i, word in enumerate(description) if i and word in AFTER_HEAD), len(description))
    return description[:end][-1:]


def same_speaker(gold, predicted, lenient):
    a, b = name(gold), name(predicted)
    if not lenient:
        return a == b
    return a == b or any(part and part[0] in whole for part, whole in ((head(gold), b), (head(predicted), a)))


def report(label, right, predicted, gold):
    precision, recall = ratio(right, predicted), ratio(right, gold)
    counts = f"{right} right, {predicted} predicted, {gold} gold"
    print(f"{label:<22} P {precision:.3f}  R {recall:.3f}  F1 {f1(precision, recall):.3f}   ({counts})")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("gold", type=Path)
    options.add_argument("predicted", type=Path)
    options.add_argument("--verbose", action="store_true", help="print every miss")
    options = options.parse_args()
    gold, predicted = read(options.gold), read(options.predicted)
    if absent := gold.keys() - predicted.keys():
        print(f"{len(absent)} sentences without an answer count as not attributed", file=sys.stderr)

    misses = []
    found = wrongly = missed = 0
    quotes = matched = named = spoken = exact = lenient = 0
    for key, sentence in gold.items():
        answer = predicted.get(key, {})
        says = bool(answer.get("attributed"))
        found += says and sentence["attributed"]
        wrongly += says and not sentence["attributed"]
        missed += sentence["attributed"] and not says
        if says != sentence["attributed"]:
            misses.append(f"{'MISSED' if sentence['attributed'] else 'WRONGLY'} {key}  {sentence['text']}")
        for quote in sentence["quotes"]:
            match = answer_to(quote, answer.get("quotes") or [])
            speaker = match and match.get("speaker")
            quotes += 1
            matched += match is not None
            spoken += quote["speaker"] is not None
            named += bool(speaker)
            agree = [bool(speaker and quote["speaker"] and same_speaker(quote["speaker"], speaker, how)) for how in (False, True)]
            exact += agree[0]
            lenient += agree[1]
            if not agree[1] and (speaker or quote["speaker"]):
                what = f"read {speaker!r}" if match else "quotation not found"
                misses.append(f"SPEAKER {key}  {quote['speaker']!r}, {what}: {quote['text']}\n        {sentence['text']}")

    if options.verbose:
        print(*misses, sep="\n", end="\n\n")
    report("attributed", found, found + wrongly, found + missed)
    print(f"{'quotations found':<22} {matched} of {quotes}")
    report("speakers, lenient", lenient, named, spoken)
    report("speakers, exact", exact, named, spoken)


if __name__ == "__main__":
    main()
