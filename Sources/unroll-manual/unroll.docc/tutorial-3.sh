unroll compare results/two-gigabytes
