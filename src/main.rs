fn main() -> std::process::ExitCode {
    crossclaim::cli::main()
}
