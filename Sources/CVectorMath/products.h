// Products with few rows, C [m, n] = A·B, as a recurrence makes them: the batch times a weight matrix, at every step.
//
// A general matrix product packs both operands before it multiplies; with 32 rows that is a third of its time, and the
// weights would be packed anew at every step. These kernels read row-major weights where they lie. A tile of ROWS × WIDE
// vectors of C stays in registers (24 of AVX-512's 32, 12 of the 16 there are below). The order in which an element is
// summed depends on k alone, not on the number of rows or on its place.
//
// Included once for each element type, with SCALAR, VECTOR (of UNROLL_VECTOR_BYTES) and NAME(function) defined.

#define LANES ((long)(UNROLL_VECTOR_BYTES / sizeof(SCALAR)))
#define ROWS 6
#define WIDE (UNROLL_VECTOR_BYTES == 64 ? 4 : 2)

static inline __attribute__((always_inline)) VECTOR NAME(load)(const SCALAR *from) {
  VECTOR lane;
  memcpy(&lane, from, sizeof lane);
  return lane;
}

/// C [rows, vectors·LANES] (+)= A [rows, k] · B [k, vectors·LANES].
static inline __attribute__((always_inline)) void NAME(rows_tile)(
    const int rows, const int vectors, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb,
    SCALAR *c, long ldc, int accumulate) {
  VECTOR sum[ROWS][WIDE];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = accumulate ? NAME(load)(c + r * ldc + v * LANES) : (VECTOR){0};
  for (long t = 0; t < k; t++) {
    VECTOR right[WIDE];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      right[v] = NAME(load)(b + t * ldb + v * LANES);
      // Rows of B lie on different pages, where the processor does not look ahead by itself.
      __builtin_prefetch(b + (t + 12) * ldb + v * LANES);
    }
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
    for (int v = 0; v < vectors; v++) memcpy(c + r * ldc + v * LANES, &sum[r][v], sizeof(VECTOR));
}

static inline __attribute__((always_inline)) void NAME(rows_panel)(
    const int vectors, long m, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb, SCALAR *c, long ldc,
    int accumulate) {
  // The first tile brings the panel of B into the cache, the others find it there.
  for (long i = 0; i < m; i += ROWS) {
    const SCALAR *left = a + i * row;
    SCALAR *out = c + i * ldc;
    switch (m - i) {
      case 1: NAME(rows_tile)(1, vectors, k, left, row, term, b, ldb, out, ldc, accumulate); break;
      case 2: NAME(rows_tile)(2, vectors, k, left, row, term, b, ldb, out, ldc, accumulate); break;
      case 3: NAME(rows_tile)(3, vectors, k, left, row, term, b, ldb, out, ldc, accumulate); break;
      case 4: NAME(rows_tile)(4, vectors, k, left, row, term, b, ldb, out, ldc, accumulate); break;
      case 5: NAME(rows_tile)(5, vectors, k, left, row, term, b, ldb, out, ldc, accumulate); break;
      default: NAME(rows_tile)(ROWS, vectors, k, left, row, term, b, ldb, out, ldc, accumulate);
    }
  }
}

/// C [m, n] (+)= A [m, k] · B [k, n] for n a multiple of LANES. A's element (i, t) is at i·row + t·term, so that A may
/// be read transposed.
static inline void NAME(unroll_rows)(
    long m, long n, long k, const SCALAR *a, long row, long term, const SCALAR *b, long ldb, SCALAR *c, long ldc, int accumulate) {
  long j = 0;
  for (; j + WIDE * LANES <= n; j += WIDE * LANES) NAME(rows_panel)(WIDE, m, k, a, row, term, b + j, ldb, c + j, ldc, accumulate);
  for (; j + LANES <= n; j += LANES) NAME(rows_panel)(1, m, k, a, row, term, b + j, ldb, c + j, ldc, accumulate);
}

static inline __attribute__((always_inline)) SCALAR NAME(sum)(VECTOR lanes) {
  SCALAR value[UNROLL_VECTOR_BYTES / sizeof(SCALAR)];
  memcpy(value, &lanes, sizeof lanes);
#pragma clang loop unroll(full)
  for (long width = LANES / 2; width > 0; width /= 2)
#pragma clang loop unroll(full)
    for (long lane = 0; lane < width; lane++) value[lane] += value[lane + width];
  return value[0];
}

/// C [rows, columns] (+)= A [rows, k] · B [columns, k]ᵀ: both are read along their rows.
static inline __attribute__((always_inline)) void NAME(dots_tile)(
    const int rows, const int columns, long k, const SCALAR *a, long lda, const SCALAR *b, long ldb, SCALAR *c,
    long ldc, int accumulate) {
  VECTOR sum[ROWS][WIDE];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int q = 0; q < columns; q++) sum[r][q] = (VECTOR){0};
  long t = 0;
  for (; t + LANES <= k; t += LANES) {
    VECTOR right[WIDE];
#pragma clang loop unroll(full)
    for (int q = 0; q < columns; q++) right[q] = NAME(load)(b + q * ldb + t);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const VECTOR left = NAME(load)(a + r * lda + t);
#pragma clang loop unroll(full)
      for (int q = 0; q < columns; q++) sum[r][q] += left * right[q];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int q = 0; q < columns; q++) {
      SCALAR value = NAME(sum)(sum[r][q]);
      for (long rest = t; rest < k; rest++) value += a[r * lda + rest] * b[q * ldb + rest];
      c[r * ldc + q] = accumulate ? c[r * ldc + q] + value : value;
    }
}

static inline __attribute__((always_inline)) void NAME(dots_panel)(
    const int columns, long m, long k, const SCALAR *a, long lda, const SCALAR *b, long ldb, SCALAR *c, long ldc,
    int accumulate) {
  for (long i = 0; i < m; i += ROWS) {
    const SCALAR *left = a + i * lda;
    SCALAR *out = c + i * ldc;
    switch (m - i) {
      case 1: NAME(dots_tile)(1, columns, k, left, lda, b, ldb, out, ldc, accumulate); break;
      case 2: NAME(dots_tile)(2, columns, k, left, lda, b, ldb, out, ldc, accumulate); break;
      case 3: NAME(dots_tile)(3, columns, k, left, lda, b, ldb, out, ldc, accumulate); break;
      case 4: NAME(dots_tile)(4, columns, k, left, lda, b, ldb, out, ldc, accumulate); break;
      case 5: NAME(dots_tile)(5, columns, k, left, lda, b, ldb, out, ldc, accumulate); break;
      default: NAME(dots_tile)(ROWS, columns, k, left, lda, b, ldb, out, ldc, accumulate);
    }
  }
}

/// C [m, n] (+)= A [m, k] · B [n, k]ᵀ.
static inline void NAME(unroll_dots)(
    long m, long n, long k, const SCALAR *a, long lda, const SCALAR *b, long ldb, SCALAR *c, long ldc, int accumulate) {
  long j = 0;
  for (; j + WIDE <= n; j += WIDE) NAME(dots_panel)(WIDE, m, k, a, lda, b + j * ldb, ldb, c + j, ldc, accumulate);
  for (; j < n; j++) NAME(dots_panel)(1, m, k, a, lda, b + j * ldb, ldb, c + j, ldc, accumulate);
}

#undef LANES
#undef ROWS
#undef WIDE
