// The product that training is made of: C [m, n] = C₀ + A·B, for n columns that lie together in B.
//
// A general matrix product packs both operands before it multiplies; in a recurrence, which multiplies few rows by the
// same weights at every step, that is a third of its time. Here weights are kept packed, as panels of UNROLL_PANEL
// columns: a panel is read from its first byte to its last, where rows of a plain matrix, a power of two apart, would
// fall on the same few places of the caches (one thread of a Zen 4, 32×512 by 512×2048: 115 GFLOP/s of the 118 there
// are; plain rows 104, transposed weights read along their rows 102, OpenBLAS 0.3.21 80).
//
// A tile of ROWS × WIDE vectors of C stays in registers (24 of AVX-512's 32, 12 of the 16 there are below). An element
// is summed in the order of its terms, C₀'s last: its bits depend on neither the number of rows, nor its place,
// nor how columns are shared among threads.
//
// Included once for each element type, with SCALAR, VECTOR (of UNROLL_VECTOR_BYTES) and NAME(function) defined.

#define LANES ((long)(UNROLL_VECTOR_BYTES / sizeof(SCALAR)))
#define ROWS 6
#define WIDE (UNROLL_VECTOR_BYTES == 64 ? 4 : 2)

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

/// Rows of C by vectors of it; of the last vector, `last` lanes are there.
static inline __attribute__((always_inline)) void NAME(tile)(
    const int rows, const int vectors, long last, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb,
    const SCALAR *from, long ldfrom, SCALAR *c, long ldc, const SCALAR *next) {
  VECTOR sum[ROWS][WIDE];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = (VECTOR){0};
  // C and C₀ may be memory not seen for long, as records and gradients are: asked for now, there when the sums are.
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      __builtin_prefetch(c + r * ldc + v * LANES, 1);
      if (from && from != c) __builtin_prefetch(from + r * ldfrom + v * LANES);
    }
  for (long t = 0; t < k; t++) {
    VECTOR right[WIDE];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) memcpy(&right[v], b + t * ldb + v * LANES, sizeof(VECTOR));
    __builtin_prefetch(next + t * ldb, 0, 2);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const SCALAR left = a[r * row + t * term];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] += left * right[v];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const long count = v + 1 < vectors ? LANES : last;
      if (from) sum[r][v] += NAME(load)(from + r * ldfrom + v * LANES, count);
      NAME(store)(c + r * ldc + v * LANES, sum[r][v], count);
    }
}

static inline __attribute__((always_inline)) void NAME(tiles)(
    const int vectors, long last, long m, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb,
    const SCALAR *from, long ldfrom, SCALAR *c, long ldc, const SCALAR *next) {
  // The first tile would bring B's columns into the cache; rows that lie apart the processor does not fetch ahead.
  if (ldb > UNROLL_PANEL)
    for (long t = 0; t < k; t++)
      for (int v = 0; v < vectors; v++) __builtin_prefetch(b + t * ldb + v * LANES);
  for (long i = 0; i < m; i += ROWS) {
#define UNROLL_TILE(rows) \
  NAME(tile)(rows, vectors, last, k, a + i * row, row, term, b, ldb, from ? from + i * ldfrom : from, ldfrom, c + i * ldc, ldc, \
             (i ? next : b) + i / ROWS % vectors * LANES)
    switch (m - i) {
      case 1: UNROLL_TILE(1); break;
      case 2: UNROLL_TILE(2); break;
      case 3: UNROLL_TILE(3); break;
      case 4: UNROLL_TILE(4); break;
      case 5: UNROLL_TILE(5); break;
      default: UNROLL_TILE(ROWS);
    }
#undef UNROLL_TILE
  }
}

/// C [m, n] = C₀ + A [m, k] · B [k, n].
///
/// A's element (i, t) is at i·row + t·term, so that A may be read transposed. C₀ is nothing when null, and one row
/// repeated when its ldfrom is 0; it may be C. B is read in whole vectors: its rows go on for at least
/// n rounded up to UNROLL_PAD.
static inline void NAME(unroll_product)(
    long m, long n, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb, const SCALAR *from, long ldfrom,
    SCALAR *c, long ldc) {
  for (long j = 0; j < n; j += WIDE * LANES) {
    const SCALAR *next = ldb > UNROLL_PANEL ? b + j + WIDE * LANES : b + k * ldb;
    const SCALAR *start = from ? from + j : from;
    const long vectors = (n - j + LANES - 1) / LANES;
    const long last = n - j - (vectors - 1) * LANES;
    switch (vectors) {
      case 1: NAME(tiles)(1, last, m, k, a, row, term, b + j, ldb, start, ldfrom, c + j, ldc, next); break;
#if UNROLL_VECTOR_BYTES == 64
      case 2: NAME(tiles)(2, last, m, k, a, row, term, b + j, ldb, start, ldfrom, c + j, ldc, next); break;
      case 3: NAME(tiles)(3, last, m, k, a, row, term, b + j, ldb, start, ldfrom, c + j, ldc, next); break;
#endif
      default:
        NAME(tiles)(WIDE, vectors == WIDE ? last : LANES, m, k, a, row, term, b + j, ldb, start, ldfrom, c + j, ldc, next);
    }
  }
}

#undef LANES
#undef ROWS
#undef WIDE
