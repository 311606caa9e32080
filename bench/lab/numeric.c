/* A dense matrix product and a Jacobi sweep: what numerical and learning loops spend their time on. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define N 384
static double a[N][N], b[N][N], c[N][N];

int main(int count, char **words) {
  int seconds = count > 1 ? atoi(words[1]) : 10;
  unsigned long rounds = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = i - j, b[i][j] = i + j;
  for (time_t start = time(0); time(0) - start < seconds; rounds++) {
    for (int i = 0; i < N; i++)
      for (int k = 0; k < N; k++)
        for (int j = 0; j < N; j++) c[i][j] += a[i][k] * b[k][j];
    for (int i = 1; i < N - 1; i++)
      for (int j = 1; j < N - 1; j++) a[i][j] = (c[i - 1][j] + c[i + 1][j]) * 1e-9;
  }
  printf("rate %.1f %g\n", (double)rounds / seconds, c[N / 2][N / 3]);
  return 0;
}
