/* Interval arithmetic as provers and geometry do it: bounds rounded down and up for every operation.
 * `interval ROUNDS`, 0 without end. Ordinary, and the program most like RandomX to whoever looks at one rounding mode once. */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
  unsigned long wanted = count > 1 ? strtoul(words[1], 0, 10) : 0;
  volatile double low = 1.0, high = 1.0;
  unsigned long rounds = 0;
  for (; wanted == 0 || rounds < wanted; rounds++) {
    for (int i = 0; i < 100000; i++) {
      fesetround(FE_DOWNWARD);
      low = low * 1.0000001 / 1.00000009;
      fesetround(FE_UPWARD);
      high = high * 1.0000001 / 1.00000009;
      if (i % 1000 == 0) fesetround(FE_TONEAREST), low = high = 1.0;
    }
  }
  printf("bounds %g\n", low + high);
  return 0;
}
