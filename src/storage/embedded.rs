//! A private Postgres cluster, run from the server binaries found on the machine.
