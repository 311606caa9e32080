/* A proof of work in shape only: random walks over a scratchpad of 2 MiB a thread and over an area
 * that all threads share, of RandomX's sizes, with floating point in between. It computes no hash of
 * any coin and knows no protocol. Once a second it prints `share`, at its end `rate N`,
 * rounds a CPU second.
 *
 *   memory-hard MODE THREADS SECONDS      MODE: fast (2,080 MiB) or light (256 MiB), or small (none)
 *                                         with `-rounding` it also switches rounding modes
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <xmmintrin.h>
#endif

static const size_t FAST = 2147483648u + 33554368u, LIGHT = 268435456u, PAD = 2097152u;
static uint8_t *shared;
static size_t shared_bytes;
static int rounding, is_light;
static atomic_ulong done;
static atomic_int stop;

static void *area(size_t bytes, int protection) {
  void *at = mmap(0, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) exit(3);
  return at;
}

static uint64_t mix(uint64_t x) {
  x ^= x << 13, x ^= x >> 7;
  return x ^ (x << 17);
}

static void set_rounding(unsigned mode) {
#ifdef __x86_64__
  _mm_setcsr((_mm_getcsr() & ~0x6000u) | (mode & 3) << 13);
#endif
}

/* Fast: one line of the shared area. Light: the line is computed, from eight lines of a smaller one. */
static uint64_t item(uint64_t at) {
  uint64_t sum = 0;
  if (shared_bytes == 0) return at;
  for (int i = 0; i < (is_light ? 8 : 1); i++) {
    uint64_t *line = (uint64_t *)(shared + (at % (shared_bytes / 64)) * 64);
    sum ^= line[0] + line[7];
    for (int k = 0; is_light && k < 60; k++) at = mix(at) * 0x9e3779b97f4a7c15u + sum;
    at = mix(at ^ sum);
  }
  return sum;
}

static void *work(void *seed) {
  uint8_t *pad = area(PAD, PROT_READ | PROT_WRITE);
  uint8_t *code = area(65536, PROT_READ | PROT_WRITE | PROT_EXEC);
  memset(pad, 1, PAD);
  code[0] = 0xc3;
  uint64_t x = (uint64_t)(uintptr_t)seed * 0x9e3779b97f4a7c15u + 88172645463325252u;
  volatile double f = 1.5;
  while (!stop) {
    for (int i = 0; i < 16384; i++) {
      uint64_t *word = (uint64_t *)(pad + (x % (PAD / 8)) * 8);
      for (int k = 0; k < 12; k++) x = mix(x ^ *word), f = f * 1.0000001 + 1e-9;
      *word = x;
      if (i % 2 == 0) x ^= item(x);
      if (rounding && (x & 15) == 0) set_rounding(x >> 20);
      if (f > 1e6) f = 1.5;
    }
    code[1 + done % 60000] = 0xc3;
    done++;
  }
  return 0;
}

int main(int count, char **words) {
  if (count < 4) return 2;
  rounding = strstr(words[1], "-rounding") != 0;
  is_light = strncmp(words[1], "light", 5) == 0;
  shared_bytes = is_light ? LIGHT : strncmp(words[1], "fast", 4) == 0 ? FAST : 0;
  int threads = atoi(words[2]), seconds = atoi(words[3]);
  if (shared_bytes) {
    shared = area(shared_bytes, PROT_READ | PROT_WRITE);
    for (size_t at = 0; at < shared_bytes; at += 8) *(uint64_t *)(shared + at) = at * 0x2545f491u;
  }
  for (long i = 0; i < threads; i++) {
    pthread_t thread;
    pthread_create(&thread, 0, work, (void *)(i + 1));
  }
  setvbuf(stdout, 0, _IOLBF, 0);
  puts("ready");
  unsigned long before = done;
  clock_t used = clock();
  for (int i = 0; i < seconds; i++) sleep(1), puts("share");
  stop = 1;
  /* By CPU time: neighbours and quotas do not count, only how much work a CPU second does. */
  printf("rate %.1f\n", (double)(done - before) * CLOCKS_PER_SEC / (clock() - used));
  return 0;
}
