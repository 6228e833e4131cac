// What Swift cannot say in its own words and fast: vectors of the machine's widest registers.
//
// tanh, the logistic sigmoid, exp and log of a vector, from glibc's vector library (libmvec: at most 4 ulp), whose
// vector-ABI symbols Swift cannot name; and the one product that all training is made of (products.h).
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
#endif

#ifdef UNROLL_VECTOR_BYTES
typedef float unroll_f32 __attribute__((vector_size(UNROLL_VECTOR_BYTES)));
typedef double unroll_f64 __attribute__((vector_size(UNROLL_VECTOR_BYTES)));
unroll_f32 UNROLL_F32(tanhf)(unroll_f32);
unroll_f32 UNROLL_F32(expf)(unroll_f32);
unroll_f64 UNROLL_F64(tanh)(unroll_f64);
unroll_f64 UNROLL_F64(exp)(unroll_f64);
unroll_f32 UNROLL_F32(logf)(unroll_f32);
unroll_f64 UNROLL_F64(log)(unroll_f64);
#else  // No vector library for this machine: the same functions, one element at a time.
#define UNROLL_VECTOR_BYTES 16
typedef float unroll_f32 __attribute__((vector_size(UNROLL_VECTOR_BYTES)));
typedef double unroll_f64 __attribute__((vector_size(UNROLL_VECTOR_BYTES)));
#define UNROLL_EACH(name, vector, scalar)                                                               \
  static inline vector unroll_each_##name(vector x) {                                                   \
    for (unsigned lane = 0; lane < sizeof x / sizeof(scalar); lane++) x[lane] = name(x[lane]);          \
    return x;                                                                                           \
  }
UNROLL_EACH(tanhf, unroll_f32, float)
UNROLL_EACH(expf, unroll_f32, float)
UNROLL_EACH(tanh, unroll_f64, double)
UNROLL_EACH(exp, unroll_f64, double)
UNROLL_EACH(logf, unroll_f32, float)
UNROLL_EACH(log, unroll_f64, double)
#define UNROLL_F32(name) unroll_each_##name
#define UNROLL_F64(name) unroll_each_##name
#endif

/// A function of 64 bytes by as many registers as they take.
#define UNROLL_MAP(function, whole, part, FORMULA)                                                      \
  static inline whole function(whole values) {                                                          \
    part parts[sizeof(whole) / sizeof(part)];                                                           \
    memcpy(parts, &values, sizeof values);                                                              \
    for (unsigned i = 0; i < sizeof(whole) / sizeof(part); i++) parts[i] = FORMULA(parts[i]);           \
    memcpy(&values, parts, sizeof values);                                                              \
    return values;                                                                                      \
  }
#define UNROLL_SIGMOID_F32(x) (1.0f / (1.0f + UNROLL_F32(expf)(-(x))))
#define UNROLL_SIGMOID_F64(x) (1.0 / (1.0 + UNROLL_F64(exp)(-(x))))

UNROLL_MAP(unroll_tanh_f32, unroll_f32x16, unroll_f32, UNROLL_F32(tanhf))
UNROLL_MAP(unroll_tanh_f64, unroll_f64x8, unroll_f64, UNROLL_F64(tanh))
UNROLL_MAP(unroll_exp_f32, unroll_f32x16, unroll_f32, UNROLL_F32(expf))
UNROLL_MAP(unroll_exp_f64, unroll_f64x8, unroll_f64, UNROLL_F64(exp))
UNROLL_MAP(unroll_sigmoid_f32, unroll_f32x16, unroll_f32, UNROLL_SIGMOID_F32)
UNROLL_MAP(unroll_sigmoid_f64, unroll_f64x8, unroll_f64, UNROLL_SIGMOID_F64)
UNROLL_MAP(unroll_log_f32, unroll_f32x16, unroll_f32, UNROLL_F32(logf))
UNROLL_MAP(unroll_log_f64, unroll_f64x8, unroll_f64, UNROLL_F64(log))

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
/// Answers their sum, so that nobody leaves them out.
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
