// What Swift cannot say in its own words and fast: vectors of the machine's widest registers.
//
// Vectorised tanh and logistic sigmoid over arrays, from glibc's vector library (libmvec: tanh and exp at most 4 ulp).
//
// Swift cannot name libmvec's vector-ABI symbols, so each function is a loop over the widest register the build
// targets. The last elements go through the same vector routine, padded: an element's result never depends on
// its place in the array or on the array's length.
#pragma once
#include <math.h>
#include <string.h>

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

#define UNROLL_TANH_F32(x) UNROLL_F32(tanhf)(x)
#define UNROLL_TANH_F64(x) UNROLL_F64(tanh)(x)
#define UNROLL_SIGMOID_F32(x) (1.0f / (1.0f + UNROLL_F32(expf)(-(x))))
#define UNROLL_SIGMOID_F64(x) (1.0 / (1.0 + UNROLL_F64(exp)(-(x))))

#define UNROLL_MAP(function, scalar, vector, FORMULA)                                                   \
  static inline void function(scalar *values, long count) {                                             \
    const long lanes = UNROLL_VECTOR_BYTES / (long)sizeof(scalar);                                      \
    long index = 0;                                                                                     \
    vector lane;                                                                                        \
    for (; index + lanes <= count; index += lanes) {                                                    \
      memcpy(&lane, values + index, sizeof lane);                                                       \
      lane = FORMULA(lane);                                                                             \
      memcpy(values + index, &lane, sizeof lane);                                                       \
    }                                                                                                   \
    if (index < count) {                                                                                \
      memset(&lane, 0, sizeof lane);                                                                    \
      memcpy(&lane, values + index, (unsigned long)(count - index) * sizeof(scalar));                   \
      lane = FORMULA(lane);                                                                             \
      memcpy(values + index, &lane, (unsigned long)(count - index) * sizeof(scalar));                   \
    }                                                                                                   \
  }
#else  // No vector library for this machine: the same functions, one element at a time.
typedef float unroll_f32;
typedef double unroll_f64;
#define UNROLL_TANH_F32(x) tanhf(x)
#define UNROLL_TANH_F64(x) tanh(x)
#define UNROLL_SIGMOID_F32(x) (1.0f / (1.0f + expf(-(x))))
#define UNROLL_SIGMOID_F64(x) (1.0 / (1.0 + exp(-(x))))

#define UNROLL_MAP(function, scalar, vector, FORMULA)              \
  static inline void function(scalar *values, long count) {        \
    for (long index = 0; index < count; index++)                   \
      values[index] = FORMULA(values[index]);                      \
  }
#endif

UNROLL_MAP(unroll_tanh_f32, float, unroll_f32, UNROLL_TANH_F32)
UNROLL_MAP(unroll_tanh_f64, double, unroll_f64, UNROLL_TANH_F64)
UNROLL_MAP(unroll_sigmoid_f32, float, unroll_f32, UNROLL_SIGMOID_F32)
UNROLL_MAP(unroll_sigmoid_f64, double, unroll_f64, UNROLL_SIGMOID_F64)

/// Tells the processor that this thread waits for another.
static inline void unroll_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

#ifdef UNROLL_VECTOR_BYTES
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
#endif

/// Bytes of the widest vector the products are made of; 0 where there are none and BLAS does it all.
static inline long unroll_vector_bytes(void) {
#ifdef UNROLL_VECTOR_BYTES
  return UNROLL_VECTOR_BYTES;
#else
  return 0;
#endif
}
