"""The task every Python peer is given, in the protocol of `rust/src/main.rs`: arguments <peer> <claims.tsv> <queries.txt> <seconds>;
prints JSON lines, first one on the index, then one a query, until the seconds of CPU time are used up.
"""
import json, sys, time

# A query's answers beyond this many are not wanted: no cluster of the generated claims is larger than 20.
WANTED = 50


def cpu_seconds():
    return time.process_time()


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def run(peers):
    """`peers`: classes by name. `Peer(ids, texts)` builds the index; `peer.find(texts)` gives for each text pairs (id, score), the
    likest first; `peer.block` is how many texts it wants at once; `peer.cpu_seconds` is whose CPU time counts.
    """
    name, claims, queries, seconds = sys.argv[1:]
    rows = [line.rstrip("\n").split("\t", 4) for line in open(claims, encoding="utf-8")]
    ids, texts = [int(row[0]) for row in rows], [row[4] for row in rows]
    queries = [int(line) for line in open(queries)]
    memory, began = resident_bytes(), cpu_seconds()
    with peers[name](ids, texts) as peer:
        build = peer.build_seconds if hasattr(peer, "build_seconds") else cpu_seconds() - began
        size = peer.index_bytes if hasattr(peer, "index_bytes") else resident_bytes() - memory
        print(json.dumps({"build_s": build, "bytes_per_claim": size / len(ids)}))
        spent = 0.0
        for start in range(0, len(queries), peer.block):
            block = queries[start:start + peer.block]
            before = peer.cpu_seconds()
            # Ids count from 1 in order of arrival.
            found = peer.find([texts[query - 1] for query in block])
            took = peer.cpu_seconds() - before
            for query, answers in zip(block, found):
                alone = {"cpu_us": took * 1e6} if peer.block == 1 else {"cpu_us_in_block": took * 1e6 / len(block)}
                print(json.dumps({"query": query, **alone, "found": [(int(id), float(score)) for id, score in answers[:WANTED]]}))
            spent += took
            if spent > float(seconds):
                break
        sys.stdout.flush()


class InProcess:
    """A library inside this process: all CPU time is its own."""
    block = 1
    cpu_seconds = staticmethod(cpu_seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass
