"""Postgres full text and pg_trgm, in a private server that lives as long as the run. The CPU time is that of the backend."""
import os, pathlib, shutil, signal, subprocess, sys, tempfile, time

import psycopg

import task

SETTINGS = {
    # Only a socket in a private directory: nothing to collide with, and nobody else comes in.
    "listen_addresses": "", "fsync": "off", "autovacuum": "off", "jit": "off",
    "shared_buffers": "1GB", "work_mem": "256MB", "maintenance_work_mem": "1GB", "max_wal_size": "8GB",
    # One process does the work, so that its CPU time is all there is.
    "max_parallel_workers_per_gather": "0", "max_parallel_maintenance_workers": "0",
}


class Server:
    def __init__(self):
        here = pathlib.Path(__file__).resolve().parents[2]
        binaries = pathlib.Path(subprocess.check_output([here / "scripts/postgres-bin"], text=True).strip())
        self.directory = tempfile.mkdtemp(prefix="bench-peers-")
        # Postgres refuses to run as root.
        account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if account:
            shutil.chown(self.directory, "postgres", "postgres")
        self.process = None
        try:
            subprocess.run([binaries / "initdb", "-D", f"{self.directory}/data", "-U", "bench", "--auth=trust", "--no-sync",
                            "--encoding=UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=self.directory, **account)
            options = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
            with open(f"{self.directory}/log", "w") as log:
                self.process = subprocess.Popen([binaries / "postgres", "-D", f"{self.directory}/data", "-k", self.directory, *options],
                                                stdout=log, stderr=log, cwd=self.directory, **account)
            self.connection = self.connected()
        except BaseException:
            self.stop()
            raise

    def connected(self):
        for _ in range(600):
            try:
                return psycopg.connect(host=self.directory, user="bench", dbname="postgres", autocommit=True)
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    raise
                time.sleep(0.1)
        raise TimeoutError("Postgres did not start within a minute")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Peer:
    block = 1

    def __init__(self, ids, texts):
        self.server = Server()
        try:
            self.connection = self.server.connection
            self.backend = self.connection.info.backend_pid
            self.build(ids, texts)
            self.build_seconds = self.cpu_seconds()
            self.index_bytes = self.connection.execute(self.SIZE).fetchone()[0]
        except BaseException:
            self.server.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()

    def cpu_seconds(self):
        """Of the backend: its time on a CPU, in nanoseconds where the kernel counts them, else in ticks."""
        try:
            with open(f"/proc/{self.backend}/schedstat") as schedstat:
                return int(schedstat.read().split()[0]) / 1e9
        except FileNotFoundError:
            with open(f"/proc/{self.backend}/stat") as stat:
                user, system = stat.read().rpartition(")")[2].split()[11:13]
            return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def copy(self, ids, texts):
        with self.connection.cursor().copy("copy claim (id, text) from stdin") as copy:
            for row in zip(ids, texts):
                copy.write_row(row)


class FullText(Peer):
    """Any lexeme of the claim finds candidates, the best by `ts_rank` are verified by the lexemes they share."""
    SIZE = "select pg_relation_size('claim_words') + (select sum(pg_column_size(words)) from claim)::bigint"

    def build(self, ids, texts):
        self.connection.execute("create table claim (id int primary key, text text not null, "
                                "words tsvector generated always as (to_tsvector('english', text)) stored)")
        self.copy(ids, texts)
        self.connection.execute("create index claim_words on claim using gin (words) with (fastupdate = off)")
        self.connection.execute("vacuum analyze claim")

    def find(self, texts):
        return [self.connection.execute("""
            with asked as materialized (
                select to_tsvector('english', %s) as words
            ), wanted as materialized (
                select words, (select string_agg(quote_literal(lexeme), ' | ') from unnest(words))::tsquery as any_word from asked
            ), best as materialized (
                select claim.id, claim.words, wanted.words as asked
                from wanted join claim on claim.words @@ wanted.any_word
                order by ts_rank(claim.words, wanted.any_word, 1) desc
                limit %s
            )
            select id, shared::float8 / (length(words) + length(asked) - shared) as jaccard
            from best,
                lateral (select count(*) as shared from unnest(words) one join unnest(asked) other using (lexeme)) counted
            order by jaccard desc, id""", (text, task.WANTED)).fetchall() for text in texts]


class Trigram(Peer):
    """`%` over a GIN index of trigrams; the threshold lies a little under the best one, so that few rows are fetched in vain."""
    SIZE = "select pg_relation_size('claim_trigrams')"

    def build(self, ids, texts):
        self.connection.execute("create extension pg_trgm")
        self.connection.execute("create table claim (id int primary key, text text not null)")
        self.copy(ids, texts)
        self.connection.execute("create index claim_trigrams on claim using gin (text gin_trgm_ops) with (fastupdate = off)")
        self.connection.execute("vacuum analyze claim")
        # Left to itself, the planner compares the text with its whole statistics at each query, and then reads the whole table.
        self.connection.execute("set pg_trgm.similarity_threshold = 0.4; set plan_cache_mode = force_generic_plan; set enable_seqscan = off")

    def find(self, texts):
        return [self.connection.execute("select id, similarity(text, %s) as score from claim where text %% %s order by score desc, id limit %s",
                                        (text, text, task.WANTED), prepare=True).fetchall() for text in texts]


if __name__ == "__main__":
    # A run that takes too long is asked to end, and must not leave its server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    task.run({"full-text": FullText, "trigram": Trigram})
