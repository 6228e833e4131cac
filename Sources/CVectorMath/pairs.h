// Pairs of bfloat16: two terms of a sum that follow each other in one word, the earlier one in its lower half. Sums of an odd number of
// terms end with a 0 beside the last.
//
// Numbers are rounded to the nearest, on a tie to the even one; what is too small for a normal number of Float is 0, as the instruction
// has it whatever the processor's modes.
//
// VDPBF16PS multiplies a pair of each lane at once: to a sum it adds the product of the later terms, then that of the earlier ones,
// each by a multiply-add that rounds once. Where a processor is without it, two multiply-adds of Float do just that; only sums below
// the normal numbers of Float, which are 0 there, are not 0 here.

#pragma once
#include "packing.h"
#include "shim.h"

/// Rows of a tile.
#define UNROLL_PAIR_ROWS 6

/// Copies a vector, or what there is of it: most are whole, and a copy of a size not known is a call.
static inline __attribute__((always_inline)) void unroll_copy_some(
    void *to, const void *from, unsigned long whole, long bytes) {
  if (bytes >= (long)whole) {
    memcpy(to, from, whole);
  } else {
    memcpy(to, from, (unsigned long)bytes);
  }
}

/// Whether this processor has VDPBF16PS, and its registers are in use.
static inline int unroll_has_pair_products(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return 0;
#endif
}

#define NAME(function) function##_by_float
#define TARGET
#define TERM(sum, a, b)                                                                                                     \
  do {                                                                                                                      \
    const unroll_u32x16 left_ = (unroll_u32x16)(a);                                                                         \
    (sum) = __builtin_elementwise_fma(unroll_of_bits(left_ & 0xffff0000u), unroll_of_bits((b) & 0xffff0000u), (sum));       \
    (sum) = __builtin_elementwise_fma(unroll_of_bits(left_ << 16), unroll_of_bits((b) << 16), (sum));                       \
  } while (0)
#if UNROLL_VECTOR_BYTES == 64
#define WIDE 4
#else
#define WIDE 1
#endif
#include "pair_products.h"
#undef NAME
#undef TARGET
#undef TERM
#undef WIDE

#if defined(__x86_64__)
typedef __bf16 unroll_bf16x32 __attribute__((__vector_size__(64)));

#define NAME(function) function##_by_pairs
#define TARGET __attribute__((target("avx512f,avx512bf16")))
#define TERM(sum, a, b)                                               \
  do {                                                                \
    const unroll_u32x16 left_ = (unroll_u32x16)(a);                   \
    unroll_bf16x32 x_, y_;                                            \
    memcpy(&x_, &left_, 64);                                          \
    memcpy(&y_, &(b), 64);                                            \
    (sum) = __builtin_ia32_dpbf16ps_512((sum), x_, y_);               \
  } while (0)
#define WIDE 4
#include "pair_products.h"
#undef NAME
#undef TARGET
#undef TERM
#undef WIDE
#else
#define unroll_pair_product_by_pairs unroll_pair_product_by_float
#endif

/// 16 numbers rounded, in the lower halves of words.
static inline unroll_u32x16 unroll_rounded_halves(unroll_f32x16 x) {
  const unroll_u32x16 bits = unroll_bits(x), none = 0u;
  const unroll_u32x16 rounded = __builtin_convertvector(unroll_bfloat16(x, 0, none), unroll_u32x16);
  return (bits & 0x7f800000u) == none ? (bits & 0x80000000u) >> 16 : rounded;
}

/// Up to 16 numbers, and 0 after them.
static inline unroll_f32x16 unroll_some_or_0(const float *x, long count) {
  unroll_f32x16 some = {0};
  if (count > 0) unroll_copy_some(&some, x, sizeof some, 4 * count);
  return some;
}

/// A row of numbers to pairs along it, (count + 1) / 2 of them.
static inline void unroll_pairs_along(const float *x, long count, unsigned *pairs) {
  for (long i = 0; i < count; i += 32) {
    const unroll_u32x16 low = unroll_rounded_halves(unroll_some_or_0(x + i, count - i));
    const unroll_u32x16 high = unroll_rounded_halves(unroll_some_or_0(x + i + 16, count - i - 16));
    const unroll_u16x16 first = __builtin_convertvector(low, unroll_u16x16);
    const unroll_u16x16 second = __builtin_convertvector(high, unroll_u16x16);
    unsigned words[16];
    memcpy(words, &first, 32);
    memcpy(words + 8, &second, 32);
    const long rest = (count - i + 1) / 2;
    unroll_copy_some(pairs + i / 2, words, sizeof words, 4 * rest);
  }
}

/// Two rows of numbers to pairs down them, `count` of them; the second row is of 0 where it is null.
static inline void unroll_pairs_down(const float *first, const float *second, long count, unsigned *pairs) {
  for (long i = 0; i < count; i += 16) {
    const unroll_u32x16 low = unroll_rounded_halves(unroll_some_or_0(first + i, count - i));
    const unroll_u32x16 high =
        second ? unroll_rounded_halves(unroll_some_or_0(second + i, count - i)) : (unroll_u32x16)0u;
    const unroll_u32x16 words = low | (high << 16);
    unroll_copy_some(pairs + i, &words, sizeof words, 4 * (count - i));
  }
}
