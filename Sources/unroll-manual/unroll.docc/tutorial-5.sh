unroll plan --input 32 --hidden 64 --batch 8 --length 200000 --budget 2GB --offline
