// jemalloc's public header, and the flag macros Swift cannot import as functions.
#pragma once
#include <jemalloc/jemalloc.h>
#include <stddef.h>

/// Flags that allocate from one arena, past the thread's cache, so that the arena's figures are exact at once.
static inline int unroll_arena_flags(unsigned arena) { return MALLOCX_ARENA(arena) | MALLOCX_TCACHE_NONE; }

/// Flags as above, and the memory aligned to a cache line and to the widest vector register.
static inline int unroll_aligned_arena_flags(unsigned arena) { return unroll_arena_flags(arena) | MALLOCX_ALIGN(64); }

// Memcheck sees jemalloc's arenas as one piece of memory that may all be used. Built with UNROLL_MEMCHECK, heaps tell it what
// is a block and what is not: use after its end, beyond its end or before it is written is then an error.
#ifdef UNROLL_MEMCHECK
#include <valgrind/memcheck.h>
static inline void unroll_tell_allocated(void *block, size_t size, size_t usable) {
  VALGRIND_MALLOCLIKE_BLOCK(block, size, 0, 0);
  VALGRIND_MAKE_MEM_NOACCESS((char *)block + size, usable - size);
}
static inline void unroll_tell_freed(void *block) { VALGRIND_FREELIKE_BLOCK(block, 0); }
#else
static inline void unroll_tell_allocated(void *block, size_t size, size_t usable) {
  (void)block, (void)size, (void)usable;
}
static inline void unroll_tell_freed(void *block) { (void)block; }
#endif
