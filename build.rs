//! Migrations, samples and the dashboard are part of the binary: cargo would not notice a new file by itself.

fn main() {
    for directory in ["migrations", "samples/articles", "src/dashboard/static"] {
        println!("cargo:rerun-if-changed={directory}");
    }
}
