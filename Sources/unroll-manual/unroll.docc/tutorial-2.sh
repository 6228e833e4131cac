unroll run two-gigabytes.yaml
