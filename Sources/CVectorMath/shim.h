// What Swift cannot say in its own words and fast: vectors of the machine's widest registers.
//
// tanh, the logistic sigmoid, exp and log of a vector: from glibc's vector library (libmvec: at most 4 ulp), whose
// vector-ABI symbols Swift cannot name, or, where a call would cost too much, from formulas of our own; arithmetic of vectors; and
// the one product that all training is made of (products.h).
#pragma once
#include <math.h>
#include <string.h>

/// Columns of a packed matrix that lie together, and the multiple its columns are padded to. The same on every machine,
/// so that tensors have the same bytes everywhere.
#define UNROLL_PANEL 64
#define UNROLL_PAD 16

/// 64 bytes: one register of AVX-512, two of AVX2, four of SSE.
typedef float unroll_f32x16 __attribute__((ext_vector_type(16)));
typedef double unroll_f64x8 __attribute__((ext_vector_type(8)));

#if defined(__AVX512F__)
#define UNROLL_VECTOR_BYTES 64
#define UNROLL_F32(name) _ZGVeN16v_##name
#define UNROLL_F64(name) _ZGVeN8v_##name
#elif defined(__AVX2__)
#define UNROLL_VECTOR_BYTES 32
#define UNROLL_F32(name) _ZGVdN8v_##name
#define UNROLL_F64(name) _ZGVdN4v_##name
#elif defined(__x86_64__)
#define UNROLL_VECTOR_BYTES 16
#define UNROLL_F32(name) _ZGVbN4v_##name
#define UNROLL_F64(name) _ZGVbN2v_##name
#else
#define UNROLL_VECTOR_BYTES 16
#endif

typedef float unroll_f32 __attribute__((ext_vector_type(UNROLL_VECTOR_BYTES / 4)));
typedef double unroll_f64 __attribute__((ext_vector_type(UNROLL_VECTOR_BYTES / 8)));
typedef int unroll_i32 __attribute__((ext_vector_type(UNROLL_VECTOR_BYTES / 4)));

#ifdef UNROLL_F32
unroll_f32 UNROLL_F32(expf)(unroll_f32);
unroll_f64 UNROLL_F64(tanh)(unroll_f64);
unroll_f64 UNROLL_F64(exp)(unroll_f64);
unroll_f32 UNROLL_F32(logf)(unroll_f32);
unroll_f64 UNROLL_F64(log)(unroll_f64);
#else  // No vector library for this machine: the same functions, one element at a time.
#define UNROLL_EACH(name, vector, scalar)                                                               \
  static inline vector unroll_each_##name(vector x) {                                                   \
    for (unsigned lane = 0; lane < sizeof x / sizeof(scalar); lane++) x[lane] = name(x[lane]);          \
    return x;                                                                                           \
  }
UNROLL_EACH(expf, unroll_f32, float)
UNROLL_EACH(tanh, unroll_f64, double)
UNROLL_EACH(exp, unroll_f64, double)
UNROLL_EACH(logf, unroll_f32, float)
UNROLL_EACH(log, unroll_f64, double)
#define UNROLL_F32(name) unroll_each_##name
#define UNROLL_F64(name) unroll_each_##name
#endif

// tanh and the sigmoid of Float, of which every step of a gated cell has some for each unit. A call to the library puts all vectors
// that a formula has at hand into memory and back: an LSTM's five took 17.7 ns a vector with it, and take 12.6 with these.
//
// Both are made of e^z = 2^n e^r, n the integer next to z log₂e, and e^r = 1 + r + r² q(r), where q has degree 4 and is such that
// e^r − 1 is at most 1.7e-8 of itself away. Over all floats tanh is at most 2.60 ulp from the truth, and the sigmoid, where that is a
// normal number, 3.19.

/// What, added to |y| < 2²², leaves y rounded to an integer n, and in the lowest bits n + 127, the exponent of 2^n.
#define UNROLL_ROUNDING (0x1.8p23f + 127)
#define UNROLL_LOG2_E 1.44269502f
/// ln 2 in two parts.
#define UNROLL_LN_2 0.693147182f
#define UNROLL_LN_2_REST -1.90465421e-9f

/// q(r), |r| ≤ ln 2 / 2.
static inline unroll_f32 unroll_exp_rest(unroll_f32 r) {
  unroll_f32 q = r * 1.38824887e-3f + 8.36669188e-3f;
  q = q * r + 4.16672044e-2f;
  q = q * r + 1.66665420e-1f;
  return q * r + 4.99999970e-1f;
}

/// 2^n, from y + UNROLL_ROUNDING: 0 for n = −127, ∞ for 128.
static inline unroll_f32 unroll_power(unroll_f32 rounded) {
  unroll_i32 bits;
  memcpy(&bits, &rounded, sizeof bits);
  bits <<= 23;
  memcpy(&rounded, &bits, sizeof bits);
  return rounded;
}

/// x between two bounds; what is not a number stays so.
static inline unroll_f32 unroll_clamp(unroll_f32 x, float least, float most) {
  const unroll_f32 low = least, high = most;
  x = x < low ? low : x;
  return x > high ? high : x;
}

/// t/(t + 2) with t = e^2x − 1, which is right where x is small, too. From 9.1 on it is 1.
static inline unroll_f32 unroll_tanh(unroll_f32 x) {
  const unroll_f32 z = 2 * unroll_clamp(x, -9.1f, 9.1f);
  const unroll_f32 rounded = z * UNROLL_LOG2_E + UNROLL_ROUNDING;
  const unroll_f32 power = unroll_power(rounded);
  const unroll_f32 r = (rounded - UNROLL_ROUNDING) * -UNROLL_LN_2 + z;
  const unroll_f32 t = power * (r * (r * unroll_exp_rest(r)) + r) + (power - 1);
  return t / (t + 2);
}

/// 1/(1 + e^−x).
static inline unroll_f32 unroll_sigmoid(unroll_f32 x) {
  const unroll_f32 z = -unroll_clamp(x, -89.0f, 88.0f);
  const unroll_f32 rounded = z * UNROLL_LOG2_E + UNROLL_ROUNDING;
  const unroll_f32 n = rounded - UNROLL_ROUNDING;
  const unroll_f32 r = n * -UNROLL_LN_2_REST + (n * -UNROLL_LN_2 + z);
  return 1 / (unroll_power(rounded) * (r * (r * unroll_exp_rest(r)) + (r + 1)) + 1);
}

/// A function of 64 bytes by as many registers as they take.
#define UNROLL_MAP(function, whole, part, FORMULA)                                                      \
  static inline whole function(whole values) {                                                          \
    part parts[sizeof(whole) / sizeof(part)];                                                           \
    memcpy(parts, &values, sizeof values);                                                              \
    for (unsigned i = 0; i < sizeof(whole) / sizeof(part); i++) parts[i] = FORMULA(parts[i]);           \
    memcpy(&values, parts, sizeof values);                                                              \
    return values;                                                                                      \
  }
#define UNROLL_SIGMOID_F64(x) (1.0 / (1.0 + UNROLL_F64(exp)(-(x))))

UNROLL_MAP(unroll_tanh_f32, unroll_f32x16, unroll_f32, unroll_tanh)
UNROLL_MAP(unroll_tanh_f64, unroll_f64x8, unroll_f64, UNROLL_F64(tanh))
UNROLL_MAP(unroll_exp_f32, unroll_f32x16, unroll_f32, UNROLL_F32(expf))
UNROLL_MAP(unroll_exp_f64, unroll_f64x8, unroll_f64, UNROLL_F64(exp))
UNROLL_MAP(unroll_sigmoid_f32, unroll_f32x16, unroll_f32, unroll_sigmoid)
UNROLL_MAP(unroll_sigmoid_f64, unroll_f64x8, unroll_f64, UNROLL_SIGMOID_F64)
UNROLL_MAP(unroll_log_f32, unroll_f32x16, unroll_f32, UNROLL_F32(logf))
UNROLL_MAP(unroll_log_f64, unroll_f64x8, unroll_f64, UNROLL_F64(log))

/// Arithmetic of 64 bytes.
#define UNROLL_OPERATION(function, whole, OPERATOR) \
  static inline whole function(whole a, whole b) { return a OPERATOR b; }
UNROLL_OPERATION(unroll_add_f32, unroll_f32x16, +)
UNROLL_OPERATION(unroll_add_f64, unroll_f64x8, +)
UNROLL_OPERATION(unroll_subtract_f32, unroll_f32x16, -)
UNROLL_OPERATION(unroll_subtract_f64, unroll_f64x8, -)
UNROLL_OPERATION(unroll_multiply_f32, unroll_f32x16, *)
UNROLL_OPERATION(unroll_multiply_f64, unroll_f64x8, *)
UNROLL_OPERATION(unroll_divide_f32, unroll_f32x16, /)
UNROLL_OPERATION(unroll_divide_f64, unroll_f64x8, /)

/// The greater and the lesser of two, and one of two by the sign of a third: each is a comparison and a mask.
#define UNROLL_CHOICE(type, whole)                                                                             \
  static inline whole unroll_max_##type(whole a, whole b) { return a > b ? a : b; }                            \
  static inline whole unroll_min_##type(whole a, whole b) { return a < b ? a : b; }                            \
  static inline whole unroll_choose_##type(whole x, whole positive, whole negative) {                          \
    return x >= 0 ? positive : negative;                                                                       \
  }
UNROLL_CHOICE(f32, unroll_f32x16)
UNROLL_CHOICE(f64, unroll_f64x8)

/// Asks for a line of memory that is read soon.
static inline void unroll_prefetch(const void *place) { __builtin_prefetch(place); }

/// Tells the processor that this thread waits for another.
static inline void unroll_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

#define SCALAR float
#define VECTOR unroll_f32
#define NAME(function) function##_f32
#include "products.h"
#undef SCALAR
#undef VECTOR
#undef NAME
#define SCALAR double
#define VECTOR unroll_f64
#define NAME(function) function##_f64
#include "products.h"
#undef SCALAR
#undef VECTOR
#undef NAME

/// What a processor can do at most: multiply-adds of Float in registers alone, 24 at a time that do not wait for each other.
/// Answers their sum, so that no compiler leaves them out.
static inline float unroll_multiply_adds(long rounds, float factor) {
  unroll_f32 sum[24];
  const unroll_f32 by = (unroll_f32){0} + factor;
  for (int i = 0; i < 24; i++) sum[i] = (unroll_f32){0} + (float)i;
  for (long round = 0; round < rounds; round++)
#pragma clang loop unroll(full)
    for (int i = 0; i < 24; i++) sum[i] = sum[i] * by + by;
  unroll_f32 all = sum[0];
  for (int i = 1; i < 24; i++) all += sum[i];
  return all[0];
}

/// Vectors that are read before the next turn of the loop.
#define UNROLL_READS 8

/// How fast memory is read: bytes, a multiple of UNROLL_READS vectors, again and again. Each vector is added to one of as many sums,
/// which do not wait for each other. Answers the sum of all words read, so that no compiler leaves them out.
static inline unsigned unroll_read(const void *from, long bytes, long rounds) {
  typedef unsigned vector __attribute__((ext_vector_type(UNROLL_VECTOR_BYTES / 4)));
  vector sum[UNROLL_READS];
  for (int i = 0; i < UNROLL_READS; i++) sum[i] = (vector){0};
  for (long round = 0; round < rounds; round++) {
    for (long place = 0; place < bytes; place += UNROLL_READS * UNROLL_VECTOR_BYTES)
#pragma clang loop unroll(full)
      for (int i = 0; i < UNROLL_READS; i++) {
        vector read;
        memcpy(&read, (const char *)from + place + i * UNROLL_VECTOR_BYTES, sizeof read);
        sum[i] += read;
      }
    // What was read is not known to be the same the next time.
    __asm__ volatile("" ::: "memory");
  }
  for (int i = 1; i < UNROLL_READS; i++) sum[0] += sum[i];
  unsigned all = 0;
  for (int lane = 0; lane < UNROLL_VECTOR_BYTES / 4; lane++) all += sum[0][lane];
  return all;
}
