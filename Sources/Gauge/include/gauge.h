// What the parts of the preload library share. It is C, and needs nothing but libc: it runs inside of any program, before
// that has begun, where no other language's runtime can be.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../../CGauge/page.h"

#define EXPORTED __attribute__((visibility("default")))
#define THREAD_LOCAL static __thread __attribute__((tls_model("initial-exec")))

/// The page, and this process's place in it; null until the library has been set up, and where the program is not gauged.
extern struct unroll_gauge_page *gauge_page;
extern struct unroll_gauge_process *gauge_process;
extern int gauge_takes_sites;

/// A thread's part that has not been added up.
struct gauge_thread {
  /// Its bytes, above the least that they may be: they lie between -slack and slack, so that one comparison with the span of both
  /// tells whether they still do. Slack is 0 until the thread is known, that its first call is heard of.
  int64_t above;
  uint64_t span;
  int64_t allocations;
  /// Calls of the allocator under way: what it does for itself is not the program's.
  int depth;
  /// Whether its end will be heard of, and whether that has come.
  int is_known, has_ended;
};

/// The bytes of a thread that have not been added up.
static inline int64_t gauge_bytes(const struct gauge_thread *thread) { return thread->above - (int64_t)(thread->span / 2); }
/// None of its bytes is left; from now on they may be off by this slack.
static inline void gauge_begin(struct gauge_thread *thread, int64_t slack) {
  thread->above = slack;
  thread->span = 2 * (uint64_t)slack;
}

/// Chooses how calls are counted, once it is known whether sites are taken.
void gauge_choose(void);
/// Adds up a thread's part. Threads are named at their first call.
void gauge_flush(struct gauge_thread *thread);
/// The thread that calls.
struct gauge_thread *gauge_this_thread(void);
/// Adds bytes of a role at once.
void gauge_add(enum unroll_gauge_role role, int64_t bytes);

/// A sample of a block for the table of sites; and the end of a block, which may have been one.
void gauge_sample(void *block, size_t bytes);
void gauge_forget(void *block);

/// A forked child has none of its parent's samples.
void gauge_drop_samples(void);
/// Names the frames of this process's largest sites.
void gauge_name_sites(struct unroll_gauge_page *page);

/// Locks that are held while a process forks, for the thread that holds one is not there in the child.
void gauge_lock_mappings(void);
void gauge_unlock_mappings(void);
void gauge_lock_samples(void);
void gauge_unlock_samples(void);

/// A lock of the page; it is taken from a process that was killed with it.
void gauge_lock(int32_t *lock);
void gauge_unlock(int32_t *lock);

/// Whether an address is in the code of the allocator that the program uses.
int gauge_is_allocator(const void *address);

/// Finds the next definition of a function behind this library's; ends the program where there is none.
void *gauge_next(const char *name);
