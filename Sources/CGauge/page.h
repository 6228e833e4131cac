// The page that a gauged program and its descendants share with `unroll gauge`: they add to it, it reads. Both change
// its numbers by the functions below alone.
#pragma once

#include <stdint.h>
#include <string.h>

enum {
  UNROLL_GAUGE_VERSION = 2,
  UNROLL_GAUGE_PROCESSES = 4096,
  UNROLL_GAUGE_PHASES = 64,
  UNROLL_GAUGE_NAME = 48,
  UNROLL_GAUGE_SITES = 4096,
  UNROLL_GAUGE_FRAMES = 12,
  UNROLL_GAUGE_SYMBOL = 160
};

/// The variable that names the page's file.
#define UNROLL_GAUGE_VARIABLE "UNROLL_GAUGE_PAGE"

/// Live bytes: all of them, blocks of the heap, and private anonymous mappings of the program's own.
enum unroll_gauge_role { UNROLL_GAUGE_ALL, UNROLL_GAUGE_HEAP, UNROLL_GAUGE_MAPPED, UNROLL_GAUGE_ROLES };

struct unroll_gauge_process {
  /// 0 of a free place, -1 while it is taken out.
  int32_t identifier;
  int32_t threads;
  /// What it holds of each role. Below 0 in a child that gave back more of what it inherited than it made.
  int64_t live[UNROLL_GAUGE_ROLES];
  /// In a child: what it inherited when it was forked, and what it has given back since, of that or its own.
  int64_t inherited, given_back;
};

struct unroll_gauge_phase {
  char name[UNROLL_GAUGE_NAME];
  int64_t peak, nanoseconds;
};

/// One place in the program that allocates: its callers, innermost first, and what is live of it by the samples.
struct unroll_gauge_site {
  uint64_t key;
  int32_t process, depth;
  int64_t live, peak;
  uint64_t frames[UNROLL_GAUGE_FRAMES];
  /// What is at each, `symbol` or `+offset`, and in which file; empty where the process ended without a word.
  char symbols[UNROLL_GAUGE_FRAMES][UNROLL_GAUGE_SYMBOL];
};

struct unroll_gauge_page {
  uint32_t version;
  uint32_t takes_sites;
  /// Bytes that a thread may be off by before it adds them up; 0: none.
  int64_t slack;
  int64_t live[UNROLL_GAUGE_ROLES], peak[UNROLL_GAUGE_ROLES];
  /// The most, and the least, since they were last asked for.
  int64_t recent_most, recent_least;
  int64_t allocations, processes;
  /// Threads that allocate, now and at most; processes that found no place.
  int64_t threads, most_threads, unplaced;
  /// What children that are still there gave back of what they may have inherited, now and at most.
  int64_t doubtful, most_doubtful;
  /// Which phase it is, and since when by the monotonic clock; how many there are.
  int32_t current, phases;
  int64_t began;
  int32_t phase_lock, site_lock;
  /// Samples whose site found no place.
  int64_t sites_lost;
};

// Behind it lie its tables.

static inline struct unroll_gauge_phase *unroll_gauge_phases(struct unroll_gauge_page *page) {
  return (struct unroll_gauge_phase *)(page + 1);
}

static inline struct unroll_gauge_process *unroll_gauge_processes(struct unroll_gauge_page *page) {
  return (struct unroll_gauge_process *)(unroll_gauge_phases(page) + UNROLL_GAUGE_PHASES);
}

static inline struct unroll_gauge_site *unroll_gauge_sites(struct unroll_gauge_page *page) {
  return (struct unroll_gauge_site *)(unroll_gauge_processes(page) + UNROLL_GAUGE_PROCESSES);
}

/// What is at a frame of a site; empty where it has not been named.
static inline const char *unroll_gauge_symbol(const struct unroll_gauge_site *site, int frame) {
  return site->symbols[frame];
}

static inline uint64_t unroll_gauge_frame(const struct unroll_gauge_site *site, int frame) { return site->frames[frame]; }

/// Bytes of a page with its tables.
static inline long unroll_gauge_bytes(void) {
  return sizeof(struct unroll_gauge_page) + UNROLL_GAUGE_PHASES * sizeof(struct unroll_gauge_phase) +
      UNROLL_GAUGE_PROCESSES * sizeof(struct unroll_gauge_process) + UNROLL_GAUGE_SITES * sizeof(struct unroll_gauge_site);
}

static inline int64_t unroll_gauge_read(const int64_t *number) { return __atomic_load_n(number, __ATOMIC_RELAXED); }

/// A number is at least this from now on.
static inline void unroll_gauge_raise(int64_t *number, int64_t value) {
  int64_t now = unroll_gauge_read(number);
  while (now < value && !__atomic_compare_exchange_n(number, &now, value, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

static inline void unroll_gauge_lower(int64_t *number, int64_t value) {
  int64_t now = unroll_gauge_read(number);
  while (now > value && !__atomic_compare_exchange_n(number, &now, value, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

/// Adds live bytes of a role, of a process that has a place.
static inline void unroll_gauge_add(
    struct unroll_gauge_page *page, struct unroll_gauge_process *process, enum unroll_gauge_role role, int64_t bytes) {
  for (enum unroll_gauge_role one = UNROLL_GAUGE_ALL;; one = role) {
    if (process) __atomic_add_fetch(&process->live[one], bytes, __ATOMIC_RELAXED);
    int64_t now = __atomic_add_fetch(&page->live[one], bytes, __ATOMIC_RELAXED);
    if (bytes > 0) unroll_gauge_raise(&page->peak[one], now);
    if (one == UNROLL_GAUGE_ALL) {
      if (bytes > 0) {
        unroll_gauge_raise(&page->recent_most, now);
        unroll_gauge_raise(&unroll_gauge_phases(page)[__atomic_load_n(&page->current, __ATOMIC_RELAXED)].peak, now);
      } else {
        unroll_gauge_lower(&page->recent_least, now);
      }
    }
    if (one == role) return;
  }
}

/// What a process held is gone.
static inline void unroll_gauge_clear(struct unroll_gauge_page *page, struct unroll_gauge_process *process) {
  for (int role = 0; role < UNROLL_GAUGE_ROLES; role++) {
    int64_t held = __atomic_exchange_n(&process->live[role], 0, __ATOMIC_RELAXED);
    int64_t now = __atomic_sub_fetch(&page->live[role], held, __ATOMIC_RELAXED);
    if (role == UNROLL_GAUGE_ALL) unroll_gauge_lower(&page->recent_least, now);
  }
  int64_t given_back = __atomic_exchange_n(&process->given_back, 0, __ATOMIC_RELAXED);
  int64_t doubtful = given_back < process->inherited ? given_back : process->inherited;
  __atomic_sub_fetch(&page->doubtful, doubtful, __ATOMIC_RELAXED);
  process->inherited = 0;
  __atomic_sub_fetch(&page->threads, __atomic_exchange_n(&process->threads, 0, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

/// Takes a process out that has ended, or whose program has been replaced by another; not one that has its place by now.
static inline void unroll_gauge_end(
    struct unroll_gauge_page *page, struct unroll_gauge_process *process, int32_t identifier) {
  if (!__atomic_compare_exchange_n(&process->identifier, &identifier, -1, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
  unroll_gauge_clear(page, process);
  __atomic_store_n(&process->identifier, 0, __ATOMIC_RELEASE);
}

/// The most and the least bytes live since this was last called.
static inline void unroll_gauge_take_bucket(struct unroll_gauge_page *page, int64_t *least, int64_t *most) {
  int64_t now = unroll_gauge_read(&page->live[UNROLL_GAUGE_ALL]);
  *most = __atomic_exchange_n(&page->recent_most, now, __ATOMIC_RELAXED);
  *least = __atomic_exchange_n(&page->recent_least, now, __ATOMIC_RELAXED);
}
