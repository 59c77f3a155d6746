#!/usr/bin/env python3
"""Compares linking with public libraries: every peer finds the cluster mates of the same sampled claims, and is scored alike.

    make bench-peers                                  # 10,000 and 100,000 generated claims
    make bench-peers SIZES=1000000
    CLAIMS=claims.tsv make bench-peers                # a file of your own, as scripts/generate-claims.py writes it
    PEERS="minhash tantivy" make bench-peers          # only some

Prints the tables and writes them to target/bench-peers.md. A peer is a process that prints what it found for each query and the
CPU time that it took (see task.py); nothing here knows how it went about it.
"""
import datetime, json, os, pathlib, random, subprocess, sys
from collections import Counter
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "target/bench-peers"
RUST = ROOT / "target/peers/release/crossclaim-peers"

QUERIES = 2_000
# CPU seconds a peer may spend on queries: a slow one answers fewer of them, and the table says how many.
QUERY_SECONDS = int(os.environ.get("QUERY_SECONDS", 120))
# Minutes of the clock after which a peer is given up at a size.
LIMIT_MINUTES = int(os.environ.get("LIMIT_MINUTES", 20))


@dataclass
class Peer:
    name: str
    title: str
    command: list
    # Beyond this many claims it takes hours or does not fit into memory.
    largest: int = 10_000_000


def python(script, name):
    return [sys.executable, HERE / script, name]


PEERS = [
    Peer("minhash", "MinHash LSH, exact verification (gaoya, Rust)", [RUST, "minhash"]),
    Peer("tantivy", "tantivy BM25, exact verification (Rust)", [RUST, "tantivy"]),
    Peer("datasketch", "MinHash LSH, exact verification (datasketch, Python)", python("python_peers.py", "datasketch"), 100_000),
    Peer("tf-idf", "TF-IDF of words, sparse top-n (scikit-learn, sparse_dot_topn)", python("python_peers.py", "tf-idf")),
    Peer("tf-idf-trigrams", "TF-IDF of trigrams, sparse top-n (the same)", python("python_peers.py", "tf-idf-trigrams")),
    Peer("full-text", "Postgres full text, GIN", python("postgres_peers.py", "full-text")),
    Peer("trigram", "Postgres pg_trgm, GIN", python("postgres_peers.py", "trigram")),
    Peer("rapidfuzz", "token_set_ratio (rapidfuzz)", python("python_peers.py", "rapidfuzz"), 100_000),
    Peer("jaro-winkler", "Jaro-Winkler (strsim, Rust)", [RUST, "jaro-winkler"], 10_000),
]


@dataclass
class Row:
    title: str
    cpu_us: float
    p99_us: float | None
    pair_f1: float
    recall_at_10: float
    bytes_per_claim: float | None
    build_s: float | None
    queries: int | None


def main():
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    WORK.mkdir(parents=True, exist_ok=True)
    files = [pathlib.Path(os.environ["CLAIMS"])] if "CLAIMS" in os.environ else [generated(size) for size in sizes]
    report = [f"{machine()}, {datetime.date.today()}.\n"]
    for claims in files:
        report += compare(claims)
        (ROOT / "target/bench-peers.md").write_text("\n".join(report), encoding="utf-8")
    print("\n".join(report))


def generated(size):
    path = WORK / f"claims-{size}.tsv"
    subprocess.run([sys.executable, ROOT / "scripts/generate-claims.py", "--n", str(size), "--out", path], check=True)
    return path


def compare(claims):
    with open(claims, encoding="utf-8") as lines:
        cluster_of = {int(id): int(cluster) for id, cluster, _ in (line.split("\t", 2) for line in lines)}
    # Peers are asked for the first ones where time is short: a sample in random order has no better or worse end.
    sample = random.Random(1).sample(range(1, len(cluster_of) + 1), min(QUERIES, len(cluster_of)))
    queries = WORK / f"queries-{len(cluster_of)}.txt"
    queries.write_text("".join(f"{query}\n" for query in sample))
    wanted = os.environ.get("PEERS", "").split()
    ours, notes, rows = own_row(claims, queries), [], []
    for peer in PEERS:
        if wanted and peer.name not in wanted:
            continue
        if len(cluster_of) > peer.largest:
            notes.append(f"{peer.title}: not run beyond {peer.largest:,} claims.")
            continue
        print(f"{len(cluster_of):,} claims: {peer.title}", file=sys.stderr)
        try:
            answers = WORK / f"{peer.name}-{len(cluster_of)}.jsonl"
            with open(answers, "w") as out:
                run([*peer.command, claims, queries, str(QUERY_SECONDS)], out)
            rows.append(scored(peer.title, answers, cluster_of))
        except subprocess.TimeoutExpired:
            notes.append(f"{peer.title}: given up after {LIMIT_MINUTES} minutes.")
        except subprocess.CalledProcessError as failed:
            notes.append(f"{peer.title}: failed with status {failed.returncode}.")
    return table(len(cluster_of), claims.name, ours, rows, notes)


def run(command, out):
    with subprocess.Popen(command, stdout=out) as process:
        try:
            status = process.wait(LIMIT_MINUTES * 60)
        except subprocess.TimeoutExpired:
            # Asked politely, since a peer may have a server to stop.
            process.terminate()
            process.wait()
            raise
    if status:
        raise subprocess.CalledProcessError(status, command)


def own_row(claims, queries):
    """Crossclaim's own figures, from its benchmark: at the threshold it ships with, not at the best for this sample."""
    if not (ROOT / "benches/linking.rs").exists():
        return None
    environment = {**os.environ, "CLAIMS": str(claims.resolve()), "QUERIES": str(queries), "JSON": "1"}
    printed = subprocess.run(["cargo", "bench", "--quiet", "--locked", "--bench", "linking"], cwd=ROOT, env=environment, check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    for line in printed.splitlines():
        if line.startswith("{") and (figures := json.loads(line)).get("engine") == "crossclaim":
            return Row("**Crossclaim**", figures["cpu_us_per_query"], figures["p99_us"], figures["pair_f1"], figures["recall_at_10"],
                       figures["bytes_per_claim"], figures.get("build_s"), figures.get("queries"))
    raise SystemExit("cargo bench --bench linking printed no line for crossclaim")


def scored(title, path, cluster_of):
    index, *answers = map(json.loads, open(path))
    sizes = Counter(cluster_of.values())
    pairs, mates, in_ten, in_reach = [], 0, 0, 0
    for answer in answers:
        cluster = cluster_of[answer["query"]]
        # The claim that is asked for stands in the index itself, and finding it is no merit.
        found = [(score, cluster_of[id] == cluster) for id, score in answer["found"] if id != answer["query"]]
        expected = sizes[cluster] - 1
        pairs += found
        mates += expected
        in_ten += sum(right for _, right in found[:10])
        in_reach += min(10, expected)
    # What a query took in a block is a mean, of which there is no percentile.
    alone = sorted(answer["cpu_us"] for answer in answers if "cpu_us" in answer)
    took = alone or [answer["cpu_us_in_block"] for answer in answers]
    return Row(title, sum(took) / len(took), alone[len(alone) * 99 // 100] if alone else None, best_f1(pairs, mates),
               in_ten / in_reach, index["bytes_per_claim"], index["build_s"], len(answers))


def best_f1(pairs, mates):
    """F1 of the pairs with at least the threshold's score, at the threshold where it is highest."""
    best, right, taken = 0.0, 0, 0
    ordered = sorted(pairs, key=lambda pair: -pair[0])
    for at, (score, is_mate) in enumerate(ordered):
        taken, right = taken + 1, right + is_mate
        # Pairs of one score are taken all or none.
        if at + 1 == len(ordered) or ordered[at + 1][0] != score:
            best = max(best, 2 * right / (taken + mates))
    return best


def table(claims, name, ours, rows, notes):
    columns = {
        "": lambda row: row.title,
        "CPU a query": lambda row: duration(row.cpu_us),
        "beside ours": lambda row: times(row.cpu_us / ours.cpu_us),
        "p99": lambda row: duration(row.p99_us),
        "pair F1": lambda row: f"{row.pair_f1:.3f}",
        "recall@10": lambda row: f"{row.recall_at_10:.3f}",
        "bytes a claim": lambda row: count(row.bytes_per_claim),
        "build, CPU": lambda row: duration(row.build_s and row.build_s * 1e6),
        "queries": lambda row: count(row.queries),
    }
    rows = sorted(rows, key=lambda row: row.cpu_us)
    if ours is None:
        del columns["beside ours"]
    else:
        rows.insert(0, ours)
    lines = [columns.keys(), ["---", *["--:"] * (len(columns) - 1)], *([cell(row) for cell in columns.values()] for row in rows)]
    return [f"### {claims:,} claims of `{name}`\n", *(f"| {' | '.join(cells)} |" for cells in lines), "", *(f"{note}\n" for note in notes)]


def times(ratio):
    return f"×{ratio:.2g}" if ratio < 100 else f"×{round(ratio, -1):,.0f}"


def count(number):
    return "–" if number is None else f"{number:,.0f}"


def duration(microseconds):
    if microseconds is None:
        return "–"
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:.3g} {unit}" if microseconds < 1000 * size else f"{microseconds / size:,.0f} {unit}"
    return f"{microseconds:.3g} µs"


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown processor")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB"


if __name__ == "__main__":
    main()
