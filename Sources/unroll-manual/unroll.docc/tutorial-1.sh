unroll run two-gigabytes.yaml --dry-run --offline
