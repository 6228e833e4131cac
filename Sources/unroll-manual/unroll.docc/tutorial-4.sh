unroll plan --input 32 --hidden 64 --batch 8 --length 1000 --budget 2GB --max-length --offline
