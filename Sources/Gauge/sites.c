// Where live bytes come from: blocks are sampled, by bytes, and each sample stands for as many as lie between two.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gauge.h"

/// Bytes from one sample to the next of a thread; larger blocks are all sampled, with their size. Sites of a process that are named
/// at its end, which takes up to a millisecond a frame in large libraries.
enum { INTERVAL = 1 << 18, SAMPLES = 1 << 17, NAMED = 16 };

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

void gauge_lock_samples(void) {
  while (__atomic_exchange_n(&sample_lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
}

void gauge_unlock_samples(void) { __atomic_store_n(&sample_lock, 0, __ATOMIC_RELEASE); }

void gauge_drop_samples(void) {
  if (samples) syscall(SYS_munmap, samples, SAMPLES * sizeof *samples);
  samples = NULL;
}

static uint64_t hash(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccd;
  return value ^ value >> 29;
}

/// The site of these callers, in this process; below 0 where there is no place for it.
static int32_t find_site(struct unroll_gauge_page *page, void **frames, int depth) {
  uint64_t key = (uint64_t)getpid();
  for (int index = 0; index < depth; index++) key = hash(key ^ (uint64_t)frames[index]);
  struct unroll_gauge_site *sites = unroll_gauge_sites(page);
  gauge_lock(&page->site_lock);
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
  gauge_unlock(&page->site_lock);
  return found;
}

/// Keeps which site a block is of; 0 where there is no place for it.
static int keep(void *block, int32_t site, int64_t bytes) {
  int is_kept = 0;
  gauge_lock_samples();
  if (!samples) {
    void *room = (void *)syscall(
        SYS_mmap, 0, SAMPLES * sizeof *samples, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room != MAP_FAILED) samples = room;
  }
  for (uint64_t probe = 0; samples && probe < 256 && !is_kept; probe++) {
    struct sample *one = &samples[(hash((uintptr_t)block) + probe) % SAMPLES];
    if (one->block > gone) continue;
    *one = (struct sample){(uintptr_t)block, site, bytes};
    is_kept = 1;
  }
  gauge_unlock_samples();
  return is_kept;
}

__attribute__((noinline)) void gauge_sample(void *block, size_t bytes) {
  struct unroll_gauge_page *page = gauge_page;
  if (!page || is_inside) return;
  int64_t weight = bytes;
  if (weight < INTERVAL) {
    until_next -= weight;
    if (until_next > 0) return;
    until_next += INTERVAL;
    weight = INTERVAL;
  }
  int reason = errno;
  is_inside = 1;
  // Two of them are this library's.
  void *frames[UNROLL_GAUGE_FRAMES + 2];
  int depth = backtrace(frames, UNROLL_GAUGE_FRAMES + 2) - 2;
  int32_t site = depth > 0 ? find_site(page, frames + 2, depth) : -1;
  if (site >= 0 && keep(block, site, weight)) {
    struct unroll_gauge_site *one = &unroll_gauge_sites(page)[site];
    unroll_gauge_raise(&one->peak, __atomic_add_fetch(&one->live, weight, __ATOMIC_RELAXED));
  } else {
    __atomic_add_fetch(&page->sites_lost, 1, __ATOMIC_RELAXED);
  }
  is_inside = 0;
  errno = reason;
}

void gauge_forget(void *block) {
  struct unroll_gauge_page *page = gauge_page;
  if (!page || !samples || is_inside) return;
  gauge_lock_samples();
  for (uint64_t probe = 0; probe < 256; probe++) {
    struct sample *one = &samples[(hash((uintptr_t)block) + probe) % SAMPLES];
    if (one->block == 0) break;
    if (one->block != (uintptr_t)block) continue;
    __atomic_sub_fetch(&unroll_gauge_sites(page)[one->site].live, one->bytes, __ATOMIC_RELAXED);
    one->block = gone;
    break;
  }
  gauge_unlock_samples();
}

/// Adds to a text that has room for `UNROLL_GAUGE_SYMBOL`.
static void append(char *text, const char *more) {
  size_t used = strlen(text);
  strncpy(text + used, more, UNROLL_GAUGE_SYMBOL - 1 - used);
}

/// `symbol file`, or `+offset file` where the address is in no symbol that the file exports.
static void name_frame(char *text, uint64_t address) {
  Dl_info found;
  // The address is that of the return, which may be the next function's.
  if (!dladdr((void *)(address - 1), &found) || !found.dli_fname) return;
  if (found.dli_sname) {
    append(text, found.dli_sname);
  } else {
    uint64_t offset = address - (uint64_t)found.dli_fbase;
    char digits[20] = "+0x";
    int count = 3;
    for (int shift = 60; shift >= 0; shift -= 4) {
      int digit = offset >> shift & 15;
      if (digit || count > 3 || !shift) digits[count++] = "0123456789abcdef"[digit];
    }
    digits[count] = 0;
    append(text, digits);
  }
  const char *file = strrchr(found.dli_fname, '/');
  append(text, " ");
  append(text, file ? file + 1 : found.dli_fname);
}

void gauge_name_sites(struct unroll_gauge_page *page) {
  struct unroll_gauge_site *sites = unroll_gauge_sites(page);
  int32_t own = getpid();
  is_inside = 1;
  for (int round = 0; round < NAMED; round++) {
    struct unroll_gauge_site *most = NULL;
    for (int index = 0; index < UNROLL_GAUGE_SITES; index++) {
      struct unroll_gauge_site *one = &sites[index];
      if (one->depth == 0 || one->process != own || one->symbols[0][0]) continue;
      if (!most || one->peak > most->peak) most = one;
    }
    if (!most) break;
    for (int index = 0; index < most->depth; index++) {
      name_frame(most->symbols[index], most->frames[index]);
      // So that a site is named once, whatever is found.
      if (!most->symbols[index][0]) append(most->symbols[index], "?");
    }
  }
  is_inside = 0;
}
