#include "options.h"

// jemalloc reads this name of the program it is linked with, before main.
//
// lg_extent_max_active_fit: by default a freed extent is not split for a request of less than a 64th of its size. The
// records of a training step are freed all together and coalesce into one extent, so the next step would not get them
// back but new pages, faulted in one by one: LSTM, T 1024, 41 MB of records, forward 57 ms instead of 38, and resident
// memory that grows by 41 MB a step until it decays.
//
// dirty_decay_ms, muzzy_decay_ms: free pages are kept. They would be given back while a process waits for its turn to be
// measured, which no step of a training loop does.
//
// thp: pages of 2 MiB where the kernel has them. With small ones it is chance where a tensor's pages lie, and for the life of
// a process its tensors get in each other's way in the cache or do not: LSTM, T 1000, B 32, H 256, two threads, 0.45 s a
// step in some processes and 0.61 in others; with large pages 0.45 in all.
const char *malloc_conf = "thp:always,lg_extent_max_active_fit:30,dirty_decay_ms:-1,muzzy_decay_ms:-1";
