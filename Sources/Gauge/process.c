// The page, and this process in it: from the program's start, over fork, to its end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gauge.h"

struct unroll_gauge_page *gauge_page;
struct unroll_gauge_process *gauge_process;
int gauge_takes_sites;

static pthread_key_t ends;
static pid_t owner;

void *gauge_next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    static const char message[] = "unroll gauge: the program has no ";
    if (write(2, message, sizeof message - 1) < 0 || write(2, name, strlen(name)) < 0 || write(2, "\n", 1) < 0) _exit(127);
    abort();
  }
  return found;
}

void gauge_lock(int32_t *lock) {
  int32_t own = getpid();
  for (int tries = 1;; tries++) {
    int32_t holder = 0;
    if (__atomic_compare_exchange_n(lock, &holder, own, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    if (tries % 1024 == 0) {
      int reason = errno;
      int is_dead = kill(holder, 0) != 0 && errno == ESRCH;
      errno = reason;
      if (is_dead && __atomic_compare_exchange_n(lock, &holder, own, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    }
    sched_yield();
  }
}

void gauge_unlock(int32_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

/// Where the code of the library lies that has the next malloc.
static uintptr_t allocator_start, allocator_end;

static int find_allocator(struct dl_phdr_info *library, size_t size, void *function) {
  (void)size;
  uintptr_t address = (uintptr_t)function;
  for (int index = 0; index < library->dlpi_phnum; index++) {
    uintptr_t start = library->dlpi_addr + library->dlpi_phdr[index].p_vaddr;
    uintptr_t end = start + library->dlpi_phdr[index].p_memsz;
    if (library->dlpi_phdr[index].p_type != PT_LOAD || address < start || address >= end) continue;
    allocator_start = start;
    allocator_end = end;
    return 1;
  }
  return 0;
}

int gauge_is_allocator(const void *address) {
  return (uintptr_t)address >= allocator_start && (uintptr_t)address < allocator_end;
}

void gauge_add(enum unroll_gauge_role role, int64_t bytes) {
  struct unroll_gauge_page *page = gauge_page;
  if (!page || !bytes) return;
  struct unroll_gauge_process *process = gauge_process;
  unroll_gauge_add(page, process, role, bytes);
  if (bytes < 0 && process && process->inherited > 0) {
    // What a child gives back may be what it shares with its parent, who still has it.
    int64_t before = __atomic_fetch_add(&process->given_back, -bytes, __ATOMIC_RELAXED);
    int64_t doubtful = process->inherited - before;
    if (doubtful > -bytes) doubtful = -bytes;
    if (doubtful > 0) {
      unroll_gauge_raise(&page->most_doubtful, __atomic_add_fetch(&page->doubtful, doubtful, __ATOMIC_RELAXED));
    }
  }
}

void gauge_flush(struct gauge_thread *thread) {
  struct unroll_gauge_page *page = gauge_page;
  if (!page) return;
  int64_t bytes = gauge_bytes(thread);
  if (!thread->is_known && !thread->has_ended) {
    thread->is_known = 1;
    // The value is not null: its destructor is then called as the thread ends.
    pthread_setspecific(ends, thread);
    if (gauge_process) __atomic_add_fetch(&gauge_process->threads, 1, __ATOMIC_RELAXED);
    unroll_gauge_raise(&page->most_threads, __atomic_add_fetch(&page->threads, 1, __ATOMIC_RELAXED));
    gauge_begin(thread, page->slack);
  } else {
    gauge_begin(thread, (int64_t)(thread->span / 2));
  }
  if (thread->allocations) __atomic_add_fetch(&page->allocations, thread->allocations, __ATOMIC_RELAXED);
  thread->allocations = 0;
  gauge_add(UNROLL_GAUGE_HEAP, bytes);
}

/// A thread ends: what it allocates from now on, in other destructors, is added up at once.
static void thread_ends(void *value) {
  struct gauge_thread *thread = value;
  struct unroll_gauge_page *page = gauge_page;
  if (!page) return;
  gauge_flush(thread);
  thread->has_ended = 1;
  thread->is_known = 0;
  gauge_begin(thread, 0);
  if (gauge_process) __atomic_sub_fetch(&gauge_process->threads, 1, __ATOMIC_RELAXED);
  __atomic_sub_fetch(&page->threads, 1, __ATOMIC_RELAXED);
}

/// A place for this process: the one it had before it became another program, or a free one.
static void take_place(void) {
  struct unroll_gauge_process *all = unroll_gauge_processes(gauge_page), *found = NULL;
  owner = getpid();
  for (int index = 0; index < UNROLL_GAUGE_PROCESSES; index++) {
    unroll_gauge_end(gauge_page, &all[index], owner);
  }
  for (int index = 0; index < UNROLL_GAUGE_PROCESSES && !found; index++) {
    int32_t unused = 0;
    if (__atomic_compare_exchange_n(&all[index].identifier, &unused, owner, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
      found = &all[index];
    }
  }
  if (found) {
    // Threads of the one before may have gone on while it ended.
    unroll_gauge_clear(gauge_page, found);
  } else {
    __atomic_add_fetch(&gauge_page->unplaced, 1, __ATOMIC_RELAXED);
  }
  gauge_process = found;
  __atomic_add_fetch(&gauge_page->processes, 1, __ATOMIC_RELAXED);
}

/// Before a fork: no lock is held by a thread that the child does not have.
static void fork_begins(void) {
  gauge_lock_mappings();
  gauge_lock_samples();
}

static void fork_ends(void) {
  gauge_unlock_samples();
  gauge_unlock_mappings();
}

/// In a child, whose one thread is the one that forked. What it shares with its parent counts there.
static void child_begins(void) {
  gauge_drop_samples();
  fork_ends();
  if (!gauge_page) return;
  int64_t inherited = gauge_process ? unroll_gauge_read(&gauge_process->live[UNROLL_GAUGE_ALL]) : 0;
  struct gauge_thread *thread = gauge_this_thread();
  inherited += gauge_bytes(thread);
  gauge_begin(thread, 0);
  thread->allocations = 0;
  take_place();
  if (gauge_process) gauge_process->inherited = inherited > 0 ? inherited : 0;
  thread->is_known = 0;
  gauge_flush(thread);
}

__attribute__((constructor(101))) static void begin(void) {
  const char *path = getenv(UNROLL_GAUGE_VARIABLE);
  if (!path) return;
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *page = mmap(NULL, unroll_gauge_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (page == MAP_FAILED) return;
  if (((struct unroll_gauge_page *)page)->version != UNROLL_GAUGE_VERSION || pthread_key_create(&ends, thread_ends)) {
    munmap(page, unroll_gauge_bytes());
    return;
  }
  gauge_page = page;
  dl_iterate_phdr(find_allocator, gauge_next("malloc"));
  take_place();
  pthread_atfork(fork_begins, fork_ends, child_begins);
  gauge_takes_sites = gauge_page->takes_sites;
  gauge_choose();
  // The first call loads a library, which may wait for a lock of the loader's: not later, within somebody's malloc.
  void *frame;
  if (gauge_takes_sites) backtrace(&frame, 1);
  gauge_flush(gauge_this_thread());
}

/// The process ends; not the parent of a vfork, in whose memory its child still is.
static void end(void) {
  struct unroll_gauge_page *page = gauge_page;
  if (!page || getpid() != owner) return;
  gauge_flush(gauge_this_thread());
  if (gauge_takes_sites) gauge_name_sites(page);
  gauge_takes_sites = 0;
  gauge_page = NULL;
  if (gauge_process) unroll_gauge_end(page, gauge_process, owner);
}

// After everything else that ends with the program: what it still gives back is gone with it anyway.
__attribute__((destructor(101))) static void finish(void) { end(); }

EXPORTED __attribute__((noreturn)) void _exit(int status) {
  end();
  for (;;) syscall(SYS_exit_group, status);
}

EXPORTED __attribute__((noreturn)) void _Exit(int status) { _exit(status); }

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// Begins a phase: from now on the peak and the seconds are those of this name, as often as it comes. To be called through any
/// foreign-function interface. More names than there is room for go to the last one.
EXPORTED void unroll_mark(const char *name) {
  struct unroll_gauge_page *page = gauge_page;
  if (!page || !name) return;
  gauge_flush(gauge_this_thread());
  gauge_lock(&page->phase_lock);
  struct unroll_gauge_phase *all = unroll_gauge_phases(page);
  int32_t found = 0;
  while (found < page->phases && strncmp(all[found].name, name, UNROLL_GAUGE_NAME - 1) != 0) found++;
  if (found == UNROLL_GAUGE_PHASES) found--;
  if (found == page->phases) {
    strncpy(all[found].name, name, UNROLL_GAUGE_NAME - 1);
    page->phases++;
  }
  int64_t time = now();
  all[page->current].nanoseconds += time - page->began;
  page->began = time;
  __atomic_store_n(&page->current, found, __ATOMIC_RELAXED);
  unroll_gauge_raise(&all[found].peak, unroll_gauge_read(&page->live[UNROLL_GAUGE_ALL]));
  gauge_unlock(&page->phase_lock);
}
