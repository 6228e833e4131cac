// Numbers in fewer bits: groups of 128 values side by side, the last of a run fewer.
//
// bfloat16 and float16 take two bytes each. int8, int4 and int2 are codes of even steps from the group's least value to its greatest:
// two floats, the least value and the step, then the codes. Of codes that share a byte the lowest bits belong to the group's first
// half or quarter, and each that follows to the next: a vector of bytes holds neighbours.
//
// To the nearest, or stochastically: up or down by a chance that makes the mean the number itself. The chance is made of the number's
// place and a key alone. All numbers are Float's on the way, a double's rounded to the nearest first.

#pragma once
#include "shim.h"

/// Values that share a least value and a step.
#define UNROLL_GROUP 128
/// Bytes of these two.
#define UNROLL_GROUP_HEADER 8

enum { UNROLL_BFLOAT16 = 1, UNROLL_FLOAT16 = 2, UNROLL_INT8 = 3, UNROLL_INT4 = 4, UNROLL_INT2 = 5 };

/// Bits of a code of even steps.
static inline int unroll_code_bits(int format) {
  return format == UNROLL_INT8 ? 8 : format == UNROLL_INT4 ? 4 : 2;
}

typedef unsigned unroll_u32x16 __attribute__((ext_vector_type(16)));
typedef int unroll_i32x16 __attribute__((ext_vector_type(16)));
typedef unsigned short unroll_u16x16 __attribute__((ext_vector_type(16)));
typedef unsigned char unroll_u8x16 __attribute__((ext_vector_type(16)));
typedef float unroll_f32x8 __attribute__((ext_vector_type(8)));
typedef float unroll_f32x4 __attribute__((ext_vector_type(4)));
typedef _Float16 unroll_f16x16 __attribute__((ext_vector_type(16)));

static inline unroll_u32x16 unroll_bits(unroll_f32x16 x) {
  unroll_u32x16 bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline unroll_f32x16 unroll_of_bits(unroll_u32x16 bits) {
  unroll_f32x16 x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// 32 random bits for each of 16 places from one on: lowbias32, keyed, as Noise has it. That one is Swift's and makes numbers; here bits
/// are wanted, 16 at once within a loop of C. Nothing asks the two to agree.
static inline unroll_u32x16 unroll_random(unsigned place, unsigned long key) {
  unroll_u32x16 hash = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  hash += place + (unsigned)key;
  hash ^= hash >> 16;
  hash = (hash * 0x7feb352du) ^ (unsigned)(key >> 32);
  hash ^= hash >> 15;
  hash *= 0x846ca68bu;
  return hash ^ (hash >> 16);
}

/// A number from 0 to below 1 of 24 of the bits.
static inline unroll_f32x16 unroll_uniform(unroll_u32x16 random) {
  const unroll_u32x16 shifted = random >> 8;
  return __builtin_convertvector(__builtin_convertvector(shifted, unroll_i32x16), unroll_f32x16) * 0x1p-24f;
}

/// What is not a number stays so, whatever its bits.
static inline unroll_u32x16 unroll_keep_nan(unroll_f32x16 x, unroll_u32x16 bits) {
  const unroll_u32x16 nan = 0x7fc00000u;
  return x != x ? nan : bits;
}

static inline unroll_u16x16 unroll_bfloat16(unroll_f32x16 x, int stochastic, unroll_u32x16 random) {
  const unroll_u32x16 bits = unroll_bits(x);
  const unroll_u32x16 up = stochastic ? random & 0xffffu : 0x7fffu + ((bits >> 16) & 1u);
  return __builtin_convertvector(unroll_keep_nan(x, bits + up) >> 16, unroll_u16x16);
}

/// The step between neighbours is 2¹³ of Float's, but 2⁻²⁴ below 2⁻¹⁴.
static inline unroll_f16x16 unroll_float16(unroll_f32x16 x, int stochastic, unroll_u32x16 random) {
  if (!stochastic) return __builtin_convertvector(x, unroll_f16x16);
  const unroll_u32x16 bits = unroll_bits(x), sign = bits & 0x80000000u;
  const unroll_f32x16 size = unroll_of_bits(bits ^ sign);
  const unroll_f32x16 small = size < 0x1p-14f ? size : (unroll_f32x16)0.0f;
  const unroll_f32x16 steps = small * 0x1p24f + unroll_uniform(random);
  const unroll_f32x16 whole = __builtin_convertvector(__builtin_convertvector(steps, unroll_i32x16), unroll_f32x16);
  const unroll_u32x16 below = unroll_bits(whole * 0x1p-24f) | sign;
  const unroll_u32x16 normal = (bits + (random & 0x1fffu)) & ~0x1fffu;
  const unroll_u32x16 rounded = size < 0x1p-14f ? below : normal;
  return __builtin_convertvector(unroll_of_bits(unroll_keep_nan(x, rounded)), unroll_f16x16);
}

static inline float unroll_least(unroll_f32x16 x) {
  const unroll_f32x8 by8 = x.lo < x.hi ? x.lo : x.hi;
  const unroll_f32x4 by4 = by8.lo < by8.hi ? by8.lo : by8.hi;
  const float a = by4.x < by4.y ? by4.x : by4.y, b = by4.z < by4.w ? by4.z : by4.w;
  return a < b ? a : b;
}

static inline float unroll_total(unroll_f32x16 x) {
  const unroll_f32x8 by8 = x.lo + x.hi;
  const unroll_f32x4 by4 = by8.lo + by8.hi;
  return (by4.x + by4.y) + (by4.z + by4.w);
}

/// Up to 16 values, the last one repeated.
static inline unroll_f32x16 unroll_some(const float *values, long count) {
  unroll_f32x16 x;
  if (count >= 16) {
    memcpy(&x, values, sizeof x);
    return x;
  }
  x = (unroll_f32x16)values[count - 1];
  memcpy(&x, values, sizeof(float) * (unsigned long)count);
  return x;
}

// Up to 16 values to where they go. Of 16 the size is a constant, and they are stored from their register; of fewer it is a call.

static inline void unroll_put_f32(unroll_f32x16 x, float *to, long count) {
  if (count >= 16) {
    memcpy(to, &x, sizeof x);
  } else {
    const unroll_f32x16 some = x;
    memcpy(to, &some, sizeof(float) * (unsigned long)count);
  }
}

static inline void unroll_put_u16(unroll_u16x16 x, unsigned char *to, long count) {
  if (count >= 16) {
    memcpy(to, &x, sizeof x);
  } else {
    const unroll_u16x16 some = x;
    memcpy(to, &some, 2 * (unsigned long)count);
  }
}

static inline void unroll_put_u8(unroll_u8x16 x, unsigned char *to, long count) {
  if (count >= 16) {
    memcpy(to, &x, sizeof x);
  } else {
    const unroll_u8x16 some = x;
    memcpy(to, &some, (unsigned long)count);
  }
}

/// Up to 16 bytes, the others 0.
static inline unroll_u8x16 unroll_some_u8(const unsigned char *from, long count) {
  unroll_u8x16 x;
  if (count >= 16) {
    memcpy(&x, from, sizeof x);
    return x;
  }
  unroll_u8x16 some = 0;
  memcpy(&some, from, (unsigned long)count);
  return some;
}

/// Up to 16 numbers of two bytes, the others 0.
static inline unroll_u16x16 unroll_some_u16(const unsigned char *from, long count) {
  unroll_u16x16 x;
  if (count >= 16) {
    memcpy(&x, from, sizeof x);
    return x;
  }
  unroll_u16x16 some = 0;
  memcpy(&some, from, 2 * (unsigned long)count);
  return some;
}

/// What the codes of a group count from and in, its header; and what they are made with.
typedef struct {
  float header[2];
  float least, by, most;
} unroll_steps;

/// - most: the greatest code.
static inline unroll_steps unroll_group_steps(const float *values, long count, float most) {
  unroll_f32x16 least = unroll_some(values, count), greatest = least, poison = 0.0f;
  for (long i = 0; i < count; i += 16) {
    const unroll_f32x16 x = unroll_some(values + i, count - i);
    least = unroll_min_f32(least, x);
    greatest = unroll_max_f32(greatest, x);
    // A value that is no finite number makes all of the group not a number.
    poison += x * 0.0f;
  }
  unroll_steps steps;
  steps.most = most;
  steps.least = unroll_least(least);
  steps.header[1] = (-unroll_least(-greatest) - steps.least) / most;
  // Of a range that is next to none, the least value stands for all.
  steps.by = steps.header[1] >= 0x1p-126f ? 1 / steps.header[1] : 0;
  steps.header[0] = steps.least + unroll_total(poison);
  return steps;
}

/// Codes of 16 values, from the first one's place on.
static inline unroll_u8x16 unroll_codes(
    unroll_f32x16 x, unroll_steps steps, int stochastic, unsigned long key, unsigned place) {
  const unroll_f32x16 chance =
      stochastic ? unroll_uniform(unroll_random(place, key)) : (unroll_f32x16)0.5f;
  unroll_f32x16 code = (x - steps.least) * steps.by + chance;
  code = unroll_min_f32(unroll_max_f32(code, 0.0f), steps.most);
  return __builtin_convertvector(__builtin_convertvector(code, unroll_i32x16), unroll_u8x16);
}

/// Packs a group.
///
/// Returns: the bytes it takes.
static inline long unroll_pack_group(
    const float *values, long count, unsigned char *to, int format, int stochastic, unsigned long key, unsigned place) {
  if (format == UNROLL_BFLOAT16 || format == UNROLL_FLOAT16) {
    for (long i = 0; i < count; i += 16) {
      const unroll_f32x16 x = unroll_some(values + i, count - i);
      const unroll_u32x16 random = stochastic ? unroll_random(place + (unsigned)i, key) : (unroll_u32x16)0u;
      unroll_u16x16 some;
      if (format == UNROLL_BFLOAT16) {
        some = unroll_bfloat16(x, stochastic, random);
      } else {
        const unroll_f16x16 half = unroll_float16(x, stochastic, random);
        memcpy(&some, &half, sizeof some);
      }
      unroll_put_u16(some, to + 2 * i, count - i);
    }
    return 2 * count;
  }
  const int bits = unroll_code_bits(format);
  const unroll_steps steps = unroll_group_steps(values, count, (float)((1 << bits) - 1));
  memcpy(to, steps.header, UNROLL_GROUP_HEADER);
  to += UNROLL_GROUP_HEADER;
  if (format == UNROLL_INT8) {
    for (long i = 0; i < count; i += 16) {
      const unroll_u8x16 some =
          unroll_codes(unroll_some(values + i, count - i), steps, stochastic, key, place + (unsigned)i);
      unroll_put_u8(some, to + i, count - i);
    }
    return UNROLL_GROUP_HEADER + count;
  }
  const long bytes = (count * bits + 7) / 8;
  // All parts begin within the group, but those after the first need not begin at a whole vector.
  unsigned char codes[UNROLL_GROUP + 16];
  for (long i = 0; i < count; i += 16) {
    const unroll_u8x16 some =
        unroll_codes(unroll_some(values + i, count - i), steps, stochastic, key, place + (unsigned)i);
    memcpy(codes + i, &some, sizeof some);
  }
  for (long i = count; i < bytes * (8 / bits); i++) codes[i] = 0;
  for (long i = 0; i < bytes; i += 16) {
    unroll_u8x16 packed = 0;
    for (int part = 0; part < 8 / bits; part++) {
      unroll_u8x16 some;
      memcpy(&some, codes + part * bytes + i, sizeof some);
      packed |= some << (unsigned char)(part * bits);
    }
    unroll_put_u8(packed, to + i, bytes - i);
  }
  return UNROLL_GROUP_HEADER + bytes;
}

static inline unroll_f32x16 unroll_of_codes(unroll_u8x16 codes, const float *header) {
  return header[0]
      + __builtin_convertvector(__builtin_convertvector(codes, unroll_i32x16), unroll_f32x16) * header[1];
}

/// Unpacks a group.
static inline long unroll_unpack_group(const unsigned char *from, long count, float *values, int format) {
  if (format == UNROLL_BFLOAT16 || format == UNROLL_FLOAT16) {
    for (long i = 0; i < count; i += 16) {
      const unroll_u16x16 some = unroll_some_u16(from + 2 * i, count - i);
      unroll_f32x16 x;
      if (format == UNROLL_BFLOAT16) {
        x = unroll_of_bits(__builtin_convertvector(some, unroll_u32x16) << 16);
      } else {
        unroll_f16x16 half;
        memcpy(&half, &some, sizeof half);
        x = __builtin_convertvector(half, unroll_f32x16);
      }
      unroll_put_f32(x, values + i, count - i);
    }
    return 2 * count;
  }
  float header[2];
  memcpy(header, from, UNROLL_GROUP_HEADER);
  from += UNROLL_GROUP_HEADER;
  const int bits = unroll_code_bits(format);
  const long bytes = (count * bits + 7) / 8;
  const unsigned char mask = (unsigned char)((1 << bits) - 1);
  unroll_u8x16 packed[UNROLL_GROUP / 16];
  for (long i = 0; i < bytes; i += 16) packed[i / 16] = unroll_some_u8(from + i, bytes - i);
  for (int part = 0; part < 8 / bits; part++) {
    // A last vector of a part writes into the next, which comes after it.
    float *const to = values + part * bytes;
    const long left = count - part * bytes;
    for (long i = 0; i < bytes && i < left; i += 16) {
      const unroll_u8x16 codes = (packed[i / 16] >> (unsigned char)(part * bits)) & mask;
      unroll_put_f32(unroll_of_codes(codes, header), to + i, left - i);
    }
  }
  return UNROLL_GROUP_HEADER + bytes;
}

/// A run of values to and from groups. Floats are read and written where they lie.
static inline void unroll_pack_f32(
    const float *x, long count, void *packed, int format, int stochastic, unsigned long key, unsigned place) {
  unsigned char *to = (unsigned char *)packed;
  for (long first = 0; first < count; first += UNROLL_GROUP) {
    const long own = count - first < UNROLL_GROUP ? count - first : UNROLL_GROUP;
    to += unroll_pack_group(x + first, own, to, format, stochastic, key, place + (unsigned)first);
  }
}

static inline void unroll_unpack_f32(const void *packed, long count, float *x, int format) {
  const unsigned char *from = (const unsigned char *)packed;
  for (long first = 0; first < count; first += UNROLL_GROUP) {
    const long own = count - first < UNROLL_GROUP ? count - first : UNROLL_GROUP;
    from += unroll_unpack_group(from, own, x + first, format);
  }
}

static inline void unroll_pack_f64(
    const double *x, long count, void *packed, int format, int stochastic, unsigned long key, unsigned place) {
  unsigned char *to = (unsigned char *)packed;
  float values[UNROLL_GROUP];
  for (long first = 0; first < count; first += UNROLL_GROUP) {
    const long own = count - first < UNROLL_GROUP ? count - first : UNROLL_GROUP;
    for (long i = 0; i < own; i++) values[i] = (float)x[first + i];
    to += unroll_pack_group(values, own, to, format, stochastic, key, place + (unsigned)first);
  }
}

static inline void unroll_unpack_f64(const void *packed, long count, double *x, int format) {
  const unsigned char *from = (const unsigned char *)packed;
  float values[UNROLL_GROUP];
  for (long first = 0; first < count; first += UNROLL_GROUP) {
    const long own = count - first < UNROLL_GROUP ? count - first : UNROLL_GROUP;
    from += unroll_unpack_group(from, own, values, format);
    for (long i = 0; i < own; i++) x[first + i] = (double)values[i];
  }
}
