unroll compare results/two-gigabytes --columns length,strategy,peak_bytes,prediction_gap_bytes
# length  strategy                  peak  gap
#     32  full                  1.20 MiB  0 B
#     32  truncated:window=16   1.04 MiB  0 B
#     32  segmented (length 3)   973 KiB  0 B
#     32  binomial:slots=8       949 KiB  0 B
# …
