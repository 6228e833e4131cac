// jemalloc's public header, and the flag macros Swift cannot import as functions.
#pragma once
#include <jemalloc/jemalloc.h>
#include <stddef.h>

/// Flags that allocate from one arena, past the thread's cache, so that the arena's figures are exact at once.
static inline int unroll_arena_flags(unsigned arena) { return MALLOCX_ARENA(arena) | MALLOCX_TCACHE_NONE; }

/// Flags as above, and the memory aligned to a cache line and to the widest vector register.
static inline int unroll_aligned_arena_flags(unsigned arena) { return unroll_arena_flags(arena) | MALLOCX_ALIGN(64); }
