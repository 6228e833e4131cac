// malloc and its siblings: each calls the next definition, that of libc or of the program's own allocator, and counts the
// usable size of what it gave or took.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "gauge.h"

THREAD_LOCAL struct gauge_thread self;

struct gauge_thread *gauge_this_thread(void) { return &self; }

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static size_t (*next_usable)(void *);

/// What dlsym itself allocates while it looks for the functions. Never given back.
static char early[16384] __attribute__((aligned(16)));
static size_t early_used;
static int is_looking;

static int is_early(const void *block) { return (uintptr_t)block - (uintptr_t)early < sizeof early; }

static void *early_block(size_t bytes) {
  size_t start = __atomic_fetch_add(&early_used, (bytes + 15) & ~(size_t)15, __ATOMIC_RELAXED);
  return start + bytes <= sizeof early ? early + start : NULL;
}

/// Whether the next allocator is glibc's, as far as its blocks tell: it has their size in front of them, and does nothing of the
/// program's for itself. Asking it, and guarding against what it does, takes longer than the rest of the counting.
static int is_plain;

/// The way of most calls: malloc and free of such an allocator, where no sites are taken; otherwise null. One look tells all.
static void *(*plain_malloc)(size_t);
static void (*plain_free)(void *);

static int finds_plain_sizes(void);

void gauge_choose(void) {
  int is_short = is_plain && !gauge_takes_sites;
  plain_malloc = is_short ? next_malloc : NULL;
  plain_free = is_short ? next_free : NULL;
}

__attribute__((cold, noinline)) static void look(void) {
  int reason = errno;
  is_looking = 1;
  next_calloc = gauge_next("calloc");
  next_realloc = gauge_next("realloc");
  next_free = gauge_next("free");
  next_usable = gauge_next("malloc_usable_size");
  next_malloc = gauge_next("malloc");
  is_plain = finds_plain_sizes();
  gauge_choose();
  is_looking = 0;
  errno = reason;
}

/// The usable size of one of glibc's blocks: of its chunk, without the three bits that say what it is, and its words.
static inline size_t plain_size(const void *block) {
  size_t head = ((const size_t *)block)[-1], chunk = head & ~(size_t)7;
  return head & 2 ? chunk - 2 * sizeof(size_t) : chunk - sizeof(size_t);
}

/// Looks whether that is so, for small blocks, large ones and those that are mappings.
__attribute__((cold, noinline)) static int finds_plain_sizes(void) {
  static const size_t sizes[] = {1, 24, 25, 1000, 5000, 100000, 300000, 1 << 26};
  Dl_info function, library;
  if (!dladdr((void *)next_malloc, &function) || !dladdr((void *)dlsym(RTLD_DEFAULT, "gnu_get_libc_version"), &library) ||
      function.dli_fbase != library.dli_fbase) {
    return 0;
  }
  int is_right = 1;
  for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
    void *block = next_malloc(sizes[index]);
    if (block) is_right &= next_usable(block) == plain_size(block);
    next_free(block);
  }
  return is_right;
}

static inline size_t size_of(void *block) { return is_plain ? plain_size(block) : next_usable(block); }

/// Keeps the caller's registers, that the short way need not.
__attribute__((noinline, preserve_most)) static void flush(void) { gauge_flush(&self); }

static inline void count(int64_t bytes, int64_t blocks) {
  self.above += bytes;
  self.allocations += blocks;
  if ((uint64_t)self.above > self.span) flush();
}

/// A call that does not go the short way. It takes its caller's place, for a site's callers begin after two functions of this
/// library.
#define LONG_WAY __attribute__((noinline)) static
#define GO_LONG __attribute__((musttail)) return

/// For the same reason.
#define INLINE static inline __attribute__((always_inline))

/// Counts a block that the next allocator gave.
INLINE void *given(void *block) {
  self.depth--;
  if (block && !self.depth) {
    size_t bytes = size_of(block);
    count(bytes, 1);
    if (__builtin_expect(gauge_takes_sites, 0)) gauge_sample(block, bytes);
  }
  return block;
}

/// Counts a block that the next allocator is about to take.
static inline void taken(void *block) {
  if (self.depth) return;
  count(-(int64_t)size_of(block), 0);
  if (__builtin_expect(gauge_takes_sites, 0)) gauge_forget(block);
}

LONG_WAY void *malloc_long(size_t bytes) {
  if (!next_malloc) {
    if (is_looking) return early_block(bytes);
    look();
  }
  self.depth++;
  return given(next_malloc(bytes));
}

/// Counts a block of the short way.
static inline void *plainly_given(void *block) {
  if (block) count(plain_size(block), 1);
  return block;
}

EXPORTED void *malloc(size_t bytes) {
  if (!plain_malloc) GO_LONG malloc_long(bytes);
  return plainly_given(plain_malloc(bytes));
}

LONG_WAY void *calloc_long(size_t elements, size_t bytes) {
  if (!next_malloc) {
    if (is_looking) return early_block(elements * bytes);
    look();
  }
  self.depth++;
  return given(next_calloc(elements, bytes));
}

EXPORTED void *calloc(size_t elements, size_t bytes) {
  if (!plain_malloc) GO_LONG calloc_long(elements, bytes);
  return plainly_given(next_calloc(elements, bytes));
}

LONG_WAY void free_long(void *block) {
  if (!next_malloc) look();
  taken(block);
  self.depth++;
  next_free(block);
  self.depth--;
}

EXPORTED void free(void *block) {
  if (!block || is_early(block)) return;
  if (!plain_free) GO_LONG free_long(block);
  count(-(int64_t)plain_size(block), 0);
  plain_free(block);
}

EXPORTED void cfree(void *block) { free(block); }

EXPORTED void *realloc(void *block, size_t bytes) {
  if (!block) return malloc(bytes);
  if (is_early(block)) {
    void *moved = malloc(bytes);
    size_t left = (size_t)(early + sizeof early - (char *)block);
    return moved ? memcpy(moved, block, bytes < left ? bytes : left) : NULL;
  }
  if (__builtin_expect(!next_malloc, 0)) look();
  int64_t before = size_of(block);
  int takes_sites = gauge_takes_sites && !self.depth;
  if (takes_sites) gauge_forget(block);
  self.depth++;
  void *moved = next_realloc(block, bytes);
  self.depth--;
  if (self.depth) return moved;
  if (moved) {
    int64_t after = size_of(moved);
    count(after - before, 1);
    if (takes_sites) gauge_sample(moved, after);
  } else if (!bytes) {
    count(-before, 0);
  } else if (takes_sites) {
    gauge_sample(block, before);
  }
  return moved;
}

EXPORTED void *reallocarray(void *block, size_t elements, size_t bytes) {
  size_t all;
  if (__builtin_mul_overflow(elements, bytes, &all)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, all);
}

EXPORTED int posix_memalign(void **block, size_t alignment, size_t bytes) {
  static int (*next)(void **, size_t, size_t);
  if (!next) next = gauge_next("posix_memalign");
  if (!next_malloc) look();
  self.depth++;
  int failed = next(block, alignment, bytes);
  given(failed ? NULL : *block);
  return failed;
}

/// A function of an alignment and a size.
#define ALIGNED(name)                                      \
  EXPORTED void *name(size_t alignment, size_t bytes) {    \
    static void *(*next)(size_t, size_t);                  \
    if (!next) next = gauge_next(#name);                   \
    if (!next_malloc) look();                              \
    self.depth++;                                          \
    return given(next(alignment, bytes));                  \
  }

/// One of a size alone.
#define PAGED(name)                         \
  EXPORTED void *name(size_t bytes) {       \
    static void *(*next)(size_t);           \
    if (!next) next = gauge_next(#name);    \
    if (!next_malloc) look();               \
    self.depth++;                           \
    return given(next(bytes));              \
  }

ALIGNED(aligned_alloc)
ALIGNED(memalign)
PAGED(valloc)
PAGED(pvalloc)

EXPORTED size_t malloc_usable_size(void *block) {
  if (!block || is_early(block)) return 0;
  if (!next_malloc) look();
  return next_usable(block);
}

// jemalloc's own functions, of programs that call it by them. Each block has a usable size by the same function.

/// Other allocators lack these functions, and programs that use those do not call them.
EXPORTED void *mallocx(size_t bytes, int flags) {
  static void *(*next)(size_t, int);
  if (!next) next = gauge_next("mallocx");
  if (!next_malloc) look();
  self.depth++;
  return given(next(bytes, flags));
}

EXPORTED void *rallocx(void *block, size_t bytes, int flags) {
  static void *(*next)(void *, size_t, int);
  if (!next) next = gauge_next("rallocx");
  if (!next_malloc) look();
  int64_t before = size_of(block);
  int takes_sites = gauge_takes_sites && !self.depth;
  if (takes_sites) gauge_forget(block);
  self.depth++;
  void *moved = next(block, bytes, flags);
  self.depth--;
  int64_t after = moved ? (int64_t)next_usable(moved) : before;
  if (!self.depth) count(after - before, moved ? 1 : 0);
  if (takes_sites) gauge_sample(moved ? moved : block, after);
  return moved;
}

/// In place: the block remains its first caller's, with the bytes that were sampled of it.
EXPORTED size_t xallocx(void *block, size_t bytes, size_t extra, int flags) {
  static size_t (*next)(void *, size_t, size_t, int);
  if (!next) next = gauge_next("xallocx");
  if (!next_malloc) look();
  int64_t before = size_of(block);
  self.depth++;
  size_t after = next(block, bytes, extra, flags);
  self.depth--;
  if (!self.depth) count((int64_t)next_usable(block) - before, 0);
  return after;
}

EXPORTED void dallocx(void *block, int flags) {
  static void (*next)(void *, int);
  if (!next) next = gauge_next("dallocx");
  if (!next_malloc) look();
  taken(block);
  self.depth++;
  next(block, flags);
  self.depth--;
}

EXPORTED void sdallocx(void *block, size_t bytes, int flags) {
  static void (*next)(void *, size_t, int);
  if (!next) next = gauge_next("sdallocx");
  if (!next_malloc) look();
  taken(block);
  self.depth++;
  next(block, bytes, flags);
  self.depth--;
}
