// Private anonymous mappings that the program makes itself: large tensors and arenas. Those of the allocator are under its
// blocks. Counted is what may be written to: a reservation that may not is none yet.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gauge.h"

enum state { OTHER, RESERVED, COUNTED };

/// Ranges of addresses that are not `OTHER`, in order.
struct range {
  uintptr_t start, end;
  enum state state;
};

static struct range *ranges;
static size_t range_count, range_room;
static int lock;

static size_t whole_pages(size_t bytes) {
  static size_t page;
  if (!page) page = sysconf(_SC_PAGESIZE);
  return (bytes + page - 1) & ~(page - 1);
}

static void *raw_map(size_t bytes) {
  return (void *)syscall(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/// Room for three more ranges, which is what one change adds at most.
static int has_room(void) {
  if (range_count + 3 <= range_room) return 1;
  size_t room = range_room ? 2 * range_room : 1024;
  struct range *more = raw_map(room * sizeof *more);
  if (more == MAP_FAILED) return 0;
  if (ranges) {
    memcpy(more, ranges, range_count * sizeof *more);
    syscall(SYS_munmap, ranges, range_room * sizeof *more);
  }
  ranges = more;
  range_room = room;
  return 1;
}

/// The first range that ends after an address.
static size_t find(uintptr_t address) {
  size_t low = 0, high = range_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ranges[middle].end > address) high = middle; else low = middle + 1;
  }
  return low;
}

void gauge_lock_mappings(void) {
  while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
}

void gauge_unlock_mappings(void) { __atomic_store_n(&lock, 0, __ATOMIC_RELEASE); }

/// Whether a mapping is the program's, and not its allocator's: by who calls, and by whom that was called.
static int is_counting(const void *caller) {
  return gauge_page && !gauge_this_thread()->depth && !gauge_is_allocator(caller);
}

/// Gives a range of addresses another state, under the lock.
///
/// Returns by how much that changes the bytes that are counted.
static int64_t replace(uintptr_t start, uintptr_t end, enum state state) {
  if (start >= end || !has_room()) return 0;
  int64_t change = 0;
  size_t first = find(start), last = first, count = 0;
  struct range kept[3];
  for (; last < range_count && ranges[last].start < end; last++) {
    struct range one = ranges[last];
    if (one.state == COUNTED) change -= (one.end > end ? end : one.end) - (one.start < start ? start : one.start);
    if (one.start < start) kept[count++] = (struct range){one.start, start, one.state};
  }
  if (state != OTHER) kept[count++] = (struct range){start, end, state};
  if (state == COUNTED) change += end - start;
  if (last > first && ranges[last - 1].end > end) {
    kept[count++] = (struct range){end, ranges[last - 1].end, ranges[last - 1].state};
  }
  memmove(ranges + first + count, ranges + last, (range_count - last) * sizeof *ranges);
  memcpy(ranges + first, kept, count * sizeof *ranges);
  range_count += count - (last - first);
  return change;
}

static void set(uintptr_t start, uintptr_t end, enum state state) {
  gauge_lock_mappings();
  int64_t change = replace(start, end, state);
  gauge_unlock_mappings();
  gauge_add(UNROLL_GAUGE_MAPPED, change);
}

/// The first part, between two addresses, of a range that is not `OTHER`; its state is `OTHER` where there is none. Under the lock.
static struct range next_part(uintptr_t start, uintptr_t end) {
  struct range part = {end, end, OTHER};
  size_t index = find(start);
  if (index < range_count && ranges[index].start < end) {
    part = ranges[index];
    if (part.start < start) part.start = start;
    if (part.end > end) part.end = end;
  }
  return part;
}

static enum state state_of(int protection, int flags) {
  if (!(flags & MAP_ANONYMOUS) || !(flags & MAP_PRIVATE)) return OTHER;
  return protection & PROT_WRITE ? COUNTED : RESERVED;
}

/// 64-bit programs have it under two names.
#define MAP(name)                                                                                             \
  EXPORTED void *name(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {       \
    void *made = (void *)syscall(SYS_mmap, address, bytes, protection, flags, file, offset);                  \
    if (made != MAP_FAILED && is_counting(__builtin_return_address(0))) {                                     \
      set((uintptr_t)made, (uintptr_t)made + whole_pages(bytes), state_of(protection, flags));                \
    }                                                                                                         \
    return made;                                                                                              \
  }

MAP(mmap)
MAP(mmap64)

EXPORTED int munmap(void *address, size_t bytes) {
  // Before it is gone: another thread may get it at once. What does not begin with a page is refused.
  uintptr_t start = (uintptr_t)address;
  if (whole_pages(start) == start && is_counting(__builtin_return_address(0))) set(start, start + whole_pages(bytes), OTHER);
  return (int)syscall(SYS_munmap, address, bytes);
}

EXPORTED int mprotect(void *address, size_t bytes, int protection) {
  int failed = (int)syscall(SYS_mprotect, address, bytes, protection);
  // What may no longer be written to is still there.
  if (!failed && protection & PROT_WRITE && is_counting(__builtin_return_address(0))) {
    uintptr_t from = (uintptr_t)address, end = from + whole_pages(bytes);
    int64_t change = 0;
    gauge_lock_mappings();
    while (from < end) {
      struct range part = next_part(from, end);
      if (part.state == RESERVED) change += replace(part.start, part.end, COUNTED);
      from = part.end;
    }
    gauge_unlock_mappings();
    gauge_add(UNROLL_GAUGE_MAPPED, change);
  }
  return failed;
}

EXPORTED void *mremap(void *address, size_t before, size_t after, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  void *to = flags & MREMAP_FIXED ? va_arg(arguments, void *) : NULL;
  va_end(arguments);
  if (!is_counting(__builtin_return_address(0))) return (void *)syscall(SYS_mremap, address, before, after, flags, to);
  uintptr_t start = (uintptr_t)address, end = start + whole_pages(before);
  int64_t change = 0;
  // Another thread may be given the old range at once: it is told of after this.
  gauge_lock_mappings();
  enum state state = next_part(start, end).state;
  void *made = (void *)syscall(SYS_mremap, address, before, after, flags, to);
  if (made != MAP_FAILED && state != OTHER) {
    if (!(flags & MREMAP_DONTUNMAP)) change = replace(start, end, OTHER);
    change += replace((uintptr_t)made, (uintptr_t)made + whole_pages(after), state);
  }
  gauge_unlock_mappings();
  gauge_add(UNROLL_GAUGE_MAPPED, change);
  return made;
}
