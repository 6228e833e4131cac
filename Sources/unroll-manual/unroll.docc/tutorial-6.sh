unroll plan --check results/two-gigabytes
