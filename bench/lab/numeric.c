/* A dense matrix product and a Jacobi sweep: what numerical loops spend their time on.
 * `numeric ROUNDS`, 0 without end. */
#include <stdio.h>
#include <stdlib.h>

#define N 384
static double a[N][N], b[N][N], c[N][N];

int main(int count, char **words) {
  unsigned long wanted = count > 1 ? strtoul(words[1], 0, 10) : 0;
  unsigned long rounds = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) a[i][j] = i - j, b[i][j] = i + j;
  for (; wanted == 0 || rounds < wanted; rounds++) {
    for (int i = 0; i < N; i++)
      for (int k = 0; k < N; k++)
        for (int j = 0; j < N; j++) c[i][j] += a[i][k] * b[k][j];
    for (int i = 1; i < N - 1; i++)
      for (int j = 1; j < N - 1; j++) a[i][j] = (c[i - 1][j] + c[i + 1][j]) * 1e-9;
  }
  printf("%g\n", c[N / 2][N / 3]);
  return 0;
}
