// Products of bfloat16 pairs, summed in Float: C [m, n] = C₀ + A·B. See pairs.h.
//
// Tiles as in products.h: an element is summed in the order of its pairs, C₀'s last, and its bits depend on neither the number of
// rows, nor the tile, nor how columns are shared among threads.
//
// Included once for each way to multiply, with NAME(function), TARGET (attributes of a function), TERM(sum, a, b) and WIDE, the
// vectors of a tile, defined.

#define SUMS (WIDE * UNROLL_PAIR_ROWS)

TARGET static inline __attribute__((always_inline)) void NAME(tile)(
    const int rows, const int vectors, long last, long pairs, const unsigned *a, long row, long term, const unsigned *b,
    long ldb, const float *from, long ldfrom, float *c, long ldc) {
  unroll_f32x16 sum[SUMS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) sum[i] = (unroll_f32x16){0};
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) __builtin_prefetch(c + r * ldc + v * 16, 1);
  for (long t = 0; t < pairs; t++) {
    unroll_u32x16 right[WIDE];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) memcpy(&right[v], b + t * ldb + v * 16, sizeof right[v]);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const unsigned left = a[r * row + t * term];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) TERM(sum[r * vectors + v], left, right[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const long bytes = 4 * (v + 1 < vectors ? 16 : last);
      unroll_f32x16 some = sum[r * vectors + v], old = {0};
      if (from) {
        unroll_copy_some(&old, from + r * ldfrom + v * 16, sizeof old, bytes);
        some += old;
      }
      unroll_copy_some(c + r * ldc + v * 16, &some, sizeof some, bytes);
    }
}

#define UNROLL_TILES(DO, vectors) \
  DO(1, vectors) DO(2, vectors) DO(3, vectors) DO(4, vectors) DO(5, vectors) DO(6, vectors)
#if WIDE == 4
#define UNROLL_ALL(DO) UNROLL_TILES(DO, 1) UNROLL_TILES(DO, 2) UNROLL_TILES(DO, 3) UNROLL_TILES(DO, 4)
#else
#define UNROLL_ALL(DO) UNROLL_TILES(DO, 1)
#endif
#define UNROLL_TILE(rows, vectors)                                                                                    \
  TARGET static __attribute__((noinline)) void NAME(tile_##rows##_##vectors)(                                         \
      long last, long pairs, const unsigned *a, long row, long term, const unsigned *b, long ldb, const float *from,  \
      long ldfrom, float *c, long ldc) {                                                                              \
    NAME(tile)(rows, vectors, last, pairs, a, row, term, b, ldb, from, ldfrom, c, ldc);                               \
  }
UNROLL_ALL(UNROLL_TILE)
#undef UNROLL_TILE
#define UNROLL_TILE(rows, vectors) [vectors][rows] = NAME(tile_##rows##_##vectors),
static void (*const NAME(tiles)[WIDE + 1][UNROLL_PAIR_ROWS + 1])(
    long last, long pairs, const unsigned *a, long row, long term, const unsigned *b, long ldb, const float *from,
    long ldfrom, float *c, long ldc) = {UNROLL_ALL(UNROLL_TILE)};
#undef UNROLL_TILE
#undef UNROLL_ALL
#undef UNROLL_TILES

/// C [m, n] = C₀ + A [m, pairs] · B [pairs, n].
///
/// A's pair (i, t) is at i·row + t·term. C₀ is nothing when null, and one row repeated when its ldfrom is 0; it may be C. B is read
/// in whole vectors: its rows go on for at least n rounded up to UNROLL_PAD.
static inline void NAME(unroll_pair_product)(
    long m, long n, long pairs, const unsigned *a, long row, long term, const unsigned *b, long ldb, const float *from,
    long ldfrom, float *c, long ldc) {
  for (long j = 0; j < n; j += WIDE * 16) {
    const long rest = (n - j + 15) / 16, vectors = rest < WIDE ? rest : WIDE;
    const long left = n - j - (vectors - 1) * 16;
    const long tiles = (m + UNROLL_PAIR_ROWS - 1) / UNROLL_PAIR_ROWS;
    for (long tile = 0, i = 0; tile < tiles; tile++) {
      const long rows = m / tiles + (tile < m % tiles);
      NAME(tiles)[vectors][rows](
          left < 16 ? left : 16, pairs, a + i * row, row, term, b + j, ldb, from ? from + i * ldfrom + j : from, ldfrom,
          c + i * ldc + j, ldc);
      i += rows;
    }
  }
}

#undef SUMS
