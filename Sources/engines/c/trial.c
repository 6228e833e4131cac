// An engine in C and nothing else: forward over one Elman layer in double.   cc -O2 -o elman trial.c -lm
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Numbers as unroll draws them, in [-scale, scale]: of the seed, what they are for, and which of these.
static double *noise(long count, uint64_t seed, uint64_t what, uint64_t index, double scale) {
  uint64_t words[] = {seed, what, index}, key = 0;
  double *numbers = malloc(count * sizeof *numbers);
  for (int i = 0; i < 3; i++) {
    key = (key ^ words[i]) + 0x9E3779B97F4A7C15, key = (key ^ key >> 30) * 0xBF58476D1CE4E5B9;
    key = (key ^ key >> 27) * 0x94D049BB133111EB, key ^= key >> 31;
  }
  for (uint32_t i = 0; i < count; i++) {
    uint32_t hash = i + (uint32_t)key;
    hash = (hash ^ hash >> 16) * 0x7FEB352D ^ (uint32_t)(key >> 32), hash = (hash ^ hash >> 15) * 0x846CA68B;
    numbers[i] = scale * (0x1p-31 * (int32_t)(hash ^ hash >> 16));
  }
  return numbers;
}

int main(int count, char **words) {
  enum { O = 8 };  // outputs of task noise
  long D = 64, H = 128, B = 32, T = 256, seed = 1, *numbers[] = {&D, &H, &B, &T, &seed};
  const char *names[] = {"input=", "hidden=", "batch=", "length=", "seed="}, *only =
      "measure cell=elman layers=1 strategy=inference task=noise inputs=resident scalar=double threads=1";
  for (int i = 1; i < count; i++) {
    int known = strstr(only, words[i]) || !strncmp(words[i], "warmup=", 7);
    for (int n = 0; n < 5; n++)
      if (!strncmp(words[i], names[n], strlen(names[n]))) known = 1, *numbers[n] = atol(strchr(words[i], '=') + 1);
    if (!known) return fprintf(stderr, "'%s' is not of this engine, which has %s\n", words[i], only + 8), 64;
  }
  // Parameters in PyTorch's order, each one column after the other: W, U, b, d, V, e. Inputs and targets step by step.
  long sizes[] = {H * D, H * H, H, H, O * H, O};
  double *p[6], **x = malloc(T * sizeof *x), **target = malloc(T * sizeof *target);
  for (int n = 0; n < 6; n++) p[n] = noise(sizes[n], seed, 0x70617261, n, 1 / sqrt(H));
  for (long t = 0; t < T; t++) x[t] = noise(B * D, seed, 0x72696768, t, 1), target[t] = noise(B * O, seed, 0x676F616C, t, 1);
  puts("ready"), fflush(stdout);
  for (char line[64]; fgets(line, sizeof line, stdin);) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    double *h = calloc(B * H, sizeof *h), *next = malloc(B * H * sizeof *next), *spare, loss = 0;
    for (long t = 0; t < T; t++, spare = h, h = next, next = spare)
      for (long b = 0; b < B; b++) {
        for (long i = 0; i < H; i++) {
          double sum = p[2][i] + p[3][i];
          for (long j = 0; j < D; j++) sum += p[0][j * H + i] * x[t][b * D + j];
          for (long j = 0; j < H; j++) sum += p[1][j * H + i] * h[b * H + j];
          next[b * H + i] = tanh(sum);
        }
        for (long o = 0; o < O; o++) {
          double error = p[5][o] - target[t][b * O + o];
          for (long i = 0; i < H; i++) error += p[4][i * O + o] * next[b * H + i];
          loss += error * error / (T * B * O);
        }
      }
    free(h), free(next), clock_gettime(CLOCK_MONOTONIC, &end);
    printf("loss=%.17g wall_seconds=%.9f\n", loss, end.tv_sec - start.tv_sec + 1e-9 * (end.tv_nsec - start.tv_nsec));
    fflush(stdout);
  }
  return 0;
}
