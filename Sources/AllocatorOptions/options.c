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
const char *malloc_conf = "lg_extent_max_active_fit:30,dirty_decay_ms:-1,muzzy_decay_ms:-1";
