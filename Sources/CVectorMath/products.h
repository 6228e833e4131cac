// The product that training is made of: C [m, n] = C₀ + A·B, for n columns that lie together in B.
//
// A general matrix product packs both operands before it multiplies; in a recurrence, which multiplies few rows by the
// same weights at every step, that is a third of its time. Here weights are kept packed, as panels of UNROLL_PANEL
// columns: a panel is read from its first byte to its last, where rows of a plain matrix, a power of two apart, would
// fall on the same few places of the caches (one thread of a Zen 4, 32×512 by 512×2048: 115 GFLOP/s of the 118 there
// are; plain rows 104, transposed weights read along their rows 102, OpenBLAS 0.3.21 80).
//
// A tile of C, some rows by some vectors of it, stays in registers: 24 of AVX-512's 32, 12 of the 16 there are below. An element
// is summed in the order of its terms, C₀'s last: its bits depend on neither the number of rows, nor its place,
// nor the tile, nor how columns are shared among threads.
//
// Included once for each element type, with SCALAR, VECTOR (of UNROLL_VECTOR_BYTES) and NAME(function) defined.

#define LANES ((long)(UNROLL_VECTOR_BYTES / sizeof(SCALAR)))
// Vectors of a tile at most, and its rows then; with half as many vectors it has twice as many rows.
#define WIDE (UNROLL_VECTOR_BYTES == 64 ? 4 : 2)
#define ROWS 6
#define SUMS (WIDE * ROWS)
// Terms that a packed panel is read over before its next ones: 128 KiB of Float, which stay in the second level of cache while all
// tiles read them and the next ones come.
#define TERMS 512
// Rows of the lowest tile that asks for what comes next: lower ones have few multiply-adds to do meanwhile.
#define LEAST 4

static inline __attribute__((always_inline)) VECTOR NAME(load)(const SCALAR *from, long count) {
  VECTOR lane = {0};
  if (count >= LANES) {
    memcpy(&lane, from, sizeof lane);
  } else {
    for (long i = 0; i < count; i++) lane[i] = from[i];
  }
  return lane;
}

static inline __attribute__((always_inline)) void NAME(store)(SCALAR *to, VECTOR lane, long count) {
  if (count >= LANES) {
    memcpy(to, &lane, sizeof lane);
  } else {
    for (long i = 0; i < count; i++) to[i] = lane[i];
  }
}

/// One more term of each sum: a column of A by a row of B.
static inline __attribute__((always_inline)) void NAME(term)(
    const int rows, const int vectors, const SCALAR *a, long row, const SCALAR *b, VECTOR sum[SUMS]) {
  VECTOR right[WIDE];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) memcpy(&right[v], b + v * LANES, sizeof(VECTOR));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const SCALAR left = a[r * row];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r * vectors + v] += left * right[v];
  }
}

/// Rows of C by vectors of it; of the last vector, `last` lanes are there. Where it resumes, C has the sums of the terms before.
/// Of what lies at `next` a vector is asked for with each term, into the second level of cache.
static inline __attribute__((always_inline)) void NAME(tile)(
    const int rows, const int vectors, long last, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb,
    const SCALAR *next, int resumes, const SCALAR *from, long ldfrom, SCALAR *c, long ldc) {
  VECTOR sum[SUMS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) sum[i] = (VECTOR){0};
  if (resumes)
#pragma clang loop unroll(full)
    for (int i = 0; i < rows * vectors; i++)
      sum[i] = NAME(load)(
          c + i / vectors * ldc + i % vectors * LANES, i % vectors + 1 < vectors ? LANES : last);
  // C and C₀ may be memory not seen for long, as records and gradients are. A row of them is asked for with each of the first terms;
  // all at once, they kept every tile's first loads waiting for 30 to 50 cycles.
  long t = 0;
  for (; t < rows && t < k; t++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      __builtin_prefetch(c + t * ldc + v * LANES, 1);
      if (from && from != c) __builtin_prefetch(from + t * ldfrom + v * LANES);
    }
    NAME(term)(rows, vectors, a + t * term, row, b + t * ldb, sum);
  }
  for (; t < k; t++) {
    if (rows >= LEAST && vectors == WIDE) __builtin_prefetch(next + t * LANES, 0, 2);
    NAME(term)(rows, vectors, a + t * term, row, b + t * ldb, sum);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const long count = v + 1 < vectors ? LANES : last;
      if (from) sum[r * vectors + v] += NAME(load)(from + r * ldfrom + v * LANES, count);
      NAME(store)(c + r * ldc + v * LANES, sum[r * vectors + v], count);
    }
}

// Each size of tile is a function of its own. Inlined into one, all have what they begin with hoisted to its start, and a
// call of one row took 80 cycles more.
#define UNROLL_FIRST(DO, vectors) \
  DO(1, vectors) DO(2, vectors) DO(3, vectors) DO(4, vectors) DO(5, vectors) DO(6, vectors)
#define UNROLL_SECOND(DO, vectors) \
  DO(7, vectors) DO(8, vectors) DO(9, vectors) DO(10, vectors) DO(11, vectors) DO(12, vectors)
#if UNROLL_VECTOR_BYTES == 64
#define UNROLL_TILES(DO)                                                                          \
  UNROLL_FIRST(DO, 1) UNROLL_SECOND(DO, 1) UNROLL_FIRST(DO, 2) UNROLL_SECOND(DO, 2) UNROLL_FIRST(DO, 3) UNROLL_FIRST(DO, 4)
#else
#define UNROLL_TILES(DO) UNROLL_FIRST(DO, 1) UNROLL_SECOND(DO, 1) UNROLL_FIRST(DO, 2)
#endif
#define UNROLL_TILE(rows, vectors)                                                                                         \
  static __attribute__((noinline)) void NAME(tile_##rows##_##vectors)(                                                     \
      long last, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb, const SCALAR *next, int resumes, \
      const SCALAR *from, long ldfrom, SCALAR *c, long ldc) {                                                              \
    NAME(tile)(rows, vectors, last, k, a, row, term, b, ldb, next, resumes, from, ldfrom, c, ldc);                         \
  }
UNROLL_TILES(UNROLL_TILE)
#undef UNROLL_TILE
#define UNROLL_TILE(rows, vectors) [vectors][rows] = NAME(tile_##rows##_##vectors),
static void (*const NAME(tiles)[WIDE + 1][2 * ROWS + 1])(
    long last, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb, const SCALAR *next, int resumes,
    const SCALAR *from, long ldfrom, SCALAR *c, long ldc) = {UNROLL_TILES(UNROLL_TILE)};
#undef UNROLL_TILE
#undef UNROLL_TILES
#undef UNROLL_FIRST
#undef UNROLL_SECOND

/// C [m, n] = C₀ + A [m, k] · B [k, n].
///
/// A's element (i, t) is at i·row + t·term, so that A may be read transposed. C₀ is nothing when null, and one row
/// repeated when its ldfrom is 0; it may be C. B is read in whole vectors: its rows go on for at least
/// n rounded up to UNROLL_PAD.
static inline void NAME(unroll_product)(
    long m, long n, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb, const SCALAR *from, long ldfrom,
    SCALAR *c, long ldc) {
  // High tiles read half of B for each multiply-add, and all of A twice as often: better where A is transposed, a line of it
  // having what a tile multiplies a row of B by, and worse where B is packed weights that come from memory.
  const int isHigh = WIDE == 4 && m > ROWS && term > row;
  // Panels of packed weights come from the third level of cache where they do not fit the second: what is read next lies after what is
  // read now, and each tile asks for a part of it. C has the sums in between, and C₀ comes last, so C may not be C₀.
  const int isPanel = WIDE == 4 && !isHigh && ldb == WIDE * LANES && n == ldb;
  const long block = isPanel && m > ROWS && from != c ? TERMS : k;
  const long width = isHigh ? WIDE / 2 : WIDE;
  for (long j = 0; j < n; j += width * LANES) {
    const long rest = (n - j + LANES - 1) / LANES;
    const long vectors = rest < width ? rest : width;
    const long last = n - j - (vectors - 1) * LANES;
    // Tiles of as many rows each, or one more: a last one of a row or two would not keep the multipliers busy.
    const long most = 2 * vectors > WIDE ? ROWS : 2 * ROWS;
    const long tiles = (m + most - 1) / most;
    // With fewer tiles what comes next would have to come faster than the third level of cache gives it.
    const int asks = isPanel && tiles > WIDE;
    long first = 0;
    do {
      const long terms = k - first < block ? k - first : block;
      const SCALAR *const part = b + j + first * ldb;
      for (long tile = 0, i = 0; tile < tiles; tile++) {
        const long rows = m / tiles + (tile < m % tiles);
        NAME(tiles)[vectors][rows](
            last < LANES ? last : LANES, terms, a + i * row + first * term, row, term, part, ldb,
            asks && tile < WIDE ? part + terms * ldb + tile * terms * LANES : part, first > 0,
            from && first + terms == k ? from + i * ldfrom + j : (const SCALAR *)0, ldfrom, c + i * ldc + j, ldc);
        i += rows;
      }
      first += terms;
    } while (first < k);
  }
}

#undef LANES
#undef WIDE
#undef ROWS
#undef SUMS
#undef TERMS
#undef LEAST
