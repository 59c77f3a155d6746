FROM rust:1.95-slim-bookworm AS build
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The caches outlive the layer, so the binary has to leave them in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    make build && cp target/release/crossclaim /usr/local/bin/crossclaim

FROM debian:bookworm-slim
# The client programs are for `crossclaim backup` and `restore`.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates postgresql-client && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home crossclaim
COPY --from=build /usr/local/bin/crossclaim /usr/local/bin/crossclaim
# By number, so that an orchestrator that forbids root can tell.
USER 10001
EXPOSE 8080
# Asks /readyz of the service in this container. Loading many claims may take a while before it is ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["crossclaim", "health"]
ENTRYPOINT ["crossclaim"]
CMD ["serve"]
