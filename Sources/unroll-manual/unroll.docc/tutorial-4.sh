unroll plan --input 32 --hidden 64 --batch 8 --length 1000 --budget 2GB --max-length --offline
# strategy                       max length, steps  max batch, sequences  length bound by  batch bound by
# full                                      195201                  1433  budget           budget
# truncated:window=1                     100000000                 65536  cap              cap
# segmented (length 6302)                100000000                 32768  cap              budget
# …
