/* Interval arithmetic as provers and geometry do it: bounds rounded down and up for every operation.
 * Ordinary, and the program most like RandomX to whoever looks at one rounding mode once. */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int count, char **words) {
  int seconds = count > 1 ? atoi(words[1]) : 10;
  volatile double low = 1.0, high = 1.0;
  unsigned long rounds = 0;
  for (time_t start = time(0); time(0) - start < seconds; rounds++) {
    for (int i = 0; i < 100000; i++) {
      fesetround(FE_DOWNWARD);
      low = low * 1.0000001 / 1.00000009;
      fesetround(FE_UPWARD);
      high = high * 1.0000001 / 1.00000009;
      if (i % 1000 == 0) fesetround(FE_TONEAREST), low = high = 1.0;
    }
  }
  printf("rate %.1f\n", (double)rounds / seconds);
  return 0;
}
