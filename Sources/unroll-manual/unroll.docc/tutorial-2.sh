unroll run two-gigabytes.yaml
# two-gigabytes: 12 trials measured, in results/two-gigabytes; next: unroll compare results/two-gigabytes
