// System calls that Swift cannot make: their C functions take a variable number of arguments, or there are none.
#pragma once

#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Sleeps until woken, unless the lower half of the word is no longer what is expected. It may come back without a reason.
static inline void unroll_park(const int64_t *word, uint32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, (void *)0, (void *)0, 0);
}

/// Wakes every thread of this process that sleeps at the word.
static inline void unroll_unpark(const int64_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, (void *)0, (void *)0, 0);
}

/// How many processors this thread may run on; 0 where the kernel does not say.
static inline int unroll_allowed_processors(void) {
  // As many as a kernel can be built for.
  static const long size = 8192 / 8;
  uint64_t mask[8192 / 64] = {0};
  const long written = syscall(SYS_sched_getaffinity, 0, size, mask);
  int count = 0;
  for (long word = 0; word < written / 8; word++) count += __builtin_popcountll(mask[word]);
  return count;
}

/// Has the kernel end this process by SIGTERM when the thread that started it ends; 0 when it will.
static inline int unroll_end_with_parent(void) { return (int)syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0); }

/// Has the kernel kill this process and what it becomes, even while it is stopped, when the thread that started it ends; 0 when it will.
static inline int unroll_die_with_parent(void) { return (int)syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

/// A descriptor of memory that has no file, closed in programs this one becomes; below 0, with errno, where there is none.
static inline int unroll_anonymous_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }

/// N of x86-64-vN, the widest instructions that this program was built for; 0 of another architecture's.
static inline int unroll_built_level(void) {
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512CD__)
  return 4;
#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
  return 3;
#elif defined(__SSE4_2__)
  return 2;
#elif defined(__x86_64__)
  return 1;
#else
  return 0;
#endif
}

/// N of x86-64-vN, the widest that the processor has; 0 of another architecture's.
static inline int unroll_processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  if (__builtin_cpu_supports("x86-64-v3")) return 3;
  if (__builtin_cpu_supports("x86-64-v2")) return 2;
  return 1;
#else
  return 0;
#endif
}
