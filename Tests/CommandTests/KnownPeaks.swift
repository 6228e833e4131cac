/// A program in C whose peaks are known: it prints, for what its first word names, the bytes that it had at most, by the
/// allocator's own word.
enum KnownPeaks {
    static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <malloc.h>
        #include <pthread.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/wait.h>
        #include <unistd.h>

        static pthread_barrier_t barrier;
        static size_t bytes[8];

        static size_t size(void *block) { return malloc_usable_size(block); }

        static void *hold(void *place) {
          for (int i = 0; i < 1000; i++) free(malloc(1000));
          void *block = malloc(10 << 20), *small[1000];
          *(size_t *)place = size(block);
          for (int i = 0; i < 1000; i++) *(size_t *)place += size(small[i] = calloc(1, 8 + i));
          pthread_barrier_wait(&barrier);
          pthread_barrier_wait(&barrier);
          for (int i = 0; i < 1000; i++) free(small[i]);
          free(block);
          return NULL;
        }

        static size_t threads(void) {
          pthread_t all[8];
          size_t sum = 0;
          pthread_barrier_init(&barrier, NULL, 9);
          for (int i = 0; i < 8; i++) pthread_create(all + i, NULL, hold, bytes + i);
          pthread_barrier_wait(&barrier);
          for (int i = 0; i < 8; i++) sum += bytes[i];
          pthread_barrier_wait(&barrier);
          for (int i = 0; i < 8; i++) pthread_join(all[i], NULL);
          return sum;
        }

        static size_t reallocated(void) {
          char *block = NULL;
          size_t most = 0;
          for (int i = 1; i <= 100; i++) {
            block = realloc(block, i * 100000);
            if (size(block) > most) most = size(block);
          }
          for (int i = 100; i >= 1; i--) block = realloc(block, i * 1000);
          free(block);
          return most;
        }

        static void *map(size_t size, int protection) {
          return mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        }

        static size_t mapped(void) {
          const int writable = PROT_READ | PROT_WRITE;
          munmap(map(64 << 20, writable), 32 << 20);
          char *reserved = map(8 << 20, PROT_NONE);
          mprotect(reserved + 4096, 1 << 20, writable);
          mremap(map(16 << 20, writable), 16 << 20, 48 << 20, MREMAP_MAYMOVE);
          return (32 << 20) + (1 << 20) + (48 << 20);
        }

        /// Three children, each with its own block beside the parent's: one returns, one leaves, one is killed.
        static size_t forked(void) {
          int to[2], from[2];
          char word = 0;
          void *block = malloc(20 << 20);
          size_t sum = size(block);
          if (pipe(to) || pipe(from)) abort();
          for (int i = 0; i < 3; i++) {
            if (fork()) continue;
            void *own = malloc(5 << 20);
            size_t size_of_own = size(own);
            close(to[1]);
            if (write(from[1], &size_of_own, sizeof size_of_own) < 0 || read(to[0], &word, 1) < 0) abort();
            if (i == 1) _exit(0);
            if (i == 2) kill(getpid(), SIGKILL);
            exit(0);
          }
          for (int i = 0; i < 3; i++) {
            size_t more = 0;
            if (read(from[0], &more, sizeof more) < 0) abort();
            sum += more;
          }
          close(to[0]);
          close(to[1]);
          while (wait(NULL) > 0);
          free(block);
          return sum;
        }

        static void mark(const char *name) {
          void (*unroll_mark)(const char *) = dlsym(RTLD_DEFAULT, "unroll_mark");
          if (unroll_mark) unroll_mark(name);
        }

        static size_t phases(void) {
          mark("forward");
          void *one = map(4 << 20, PROT_READ | PROT_WRITE);
          mark("backward");
          void *other = map(8 << 20, PROT_READ | PROT_WRITE);
          munmap(other, 8 << 20);
          mark("forward");
          munmap(one, 4 << 20);
          return 12 << 20;
        }

        int main(int count, char **words) {
          size_t most = 0;
          free(malloc(1));
          if (!strcmp(words[1], "threads")) most = threads();
          if (!strcmp(words[1], "realloc")) most = reallocated();
          if (!strcmp(words[1], "mmap")) most = mapped();
          if (!strcmp(words[1], "fork")) most = forked();
          if (!strcmp(words[1], "phases")) most = phases();
          if (!strcmp(words[1], "exec")) {
            void *block = malloc(20 << 20);
            if (block) execl(words[0], words[0], "realloc", NULL);
          }
          if (!strcmp(words[1], "pages")) map((most = atol(words[2]) * 4096), PROT_READ | PROT_WRITE);
          // dprintf would allocate.
          char text[32];
          return write(1, text, snprintf(text, sizeof text, "%zu\n", most)) < 0;
        }
        """#
}
