// Where live bytes come from: blocks are sampled, by bytes, and each sample stands for as many as lie between two.
#include <execinfo.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gauge.h"

/// Bytes from one sample to the next of a thread; larger blocks are all sampled, with their size.
enum { INTERVAL = 1 << 18, SAMPLES = 1 << 17 };

/// A block that was sampled: open addressing by its address. A block that is gone leaves a mark, so that searches go on.
struct sample {
  uintptr_t block;
  int32_t site;
  int64_t bytes;
};

static struct sample *samples;
static int sample_lock;
THREAD_LOCAL int64_t until_next;
THREAD_LOCAL int is_inside;

static const uintptr_t gone = 1;

static void acquire(int *lock) {
  while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
}

static void release(int *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

static uint64_t hash(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccd;
  return value ^ value >> 29;
}

/// The site of these callers, in this process.
static int32_t find_site(void **frames, int depth) {
  uint64_t key = (uint64_t)getpid();
  for (int index = 0; index < depth; index++) key = hash(key ^ (uint64_t)frames[index]);
  struct unroll_gauge_site *sites = unroll_gauge_sites(gauge_page);
  acquire(&gauge_page->site_lock);
  int32_t found = -1;
  for (uint64_t probe = 0; probe < 64 && found < 0; probe++) {
    int32_t place = (key + probe) % UNROLL_GAUGE_SITES;
    if (sites[place].depth == 0) {
      sites[place].key = key;
      sites[place].process = getpid();
      for (int index = 0; index < depth; index++) sites[place].frames[index] = (uint64_t)frames[index];
      sites[place].depth = depth;
      found = place;
    } else if (sites[place].key == key) {
      found = place;
    }
  }
  release(&gauge_page->site_lock);
  return found;
}

void gauge_sample(void *block, size_t bytes) {
  if (is_inside) return;
  int64_t weight = bytes;
  if (weight < INTERVAL) {
    until_next -= weight;
    if (until_next > 0) return;
    until_next += INTERVAL;
    weight = INTERVAL;
  }
  is_inside = 1;
  // Two of them are this library's.
  void *frames[UNROLL_GAUGE_FRAMES + 2];
  int depth = backtrace(frames, UNROLL_GAUGE_FRAMES + 2) - 2;
  int32_t site = depth > 0 ? find_site(frames + 2, depth) : -1;
  int is_kept = 0;
  if (site >= 0) {
    acquire(&sample_lock);
    if (!samples) {
      void *room = (void *)syscall(
          SYS_mmap, 0, SAMPLES * sizeof *samples, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (room != MAP_FAILED) samples = room;
    }
    for (uint64_t probe = 0; samples && probe < 256 && !is_kept; probe++) {
      struct sample *one = &samples[(hash((uintptr_t)block) + probe) % SAMPLES];
      if (one->block > gone) continue;
      *one = (struct sample){(uintptr_t)block, site, weight};
      is_kept = 1;
    }
    release(&sample_lock);
  }
  if (is_kept) {
    struct unroll_gauge_site *one = &unroll_gauge_sites(gauge_page)[site];
    unroll_gauge_raise(&one->peak, __atomic_add_fetch(&one->live, weight, __ATOMIC_RELAXED));
  } else {
    __atomic_add_fetch(&gauge_page->sites_lost, 1, __ATOMIC_RELAXED);
  }
  is_inside = 0;
}

void gauge_forget(void *block) {
  if (!samples || is_inside) return;
  acquire(&sample_lock);
  for (uint64_t probe = 0; probe < 256; probe++) {
    struct sample *one = &samples[(hash((uintptr_t)block) + probe) % SAMPLES];
    if (one->block == 0) break;
    if (one->block != (uintptr_t)block) continue;
    __atomic_sub_fetch(&unroll_gauge_sites(gauge_page)[one->site].live, one->bytes, __ATOMIC_RELAXED);
    one->block = gone;
    break;
  }
  release(&sample_lock);
}
