//! A new migration is part of the binary: cargo would not notice it by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
