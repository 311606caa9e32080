/* Sends segments of TCP to the loopback that no program would: headers of any length, longer than the
 * packet or shorter than the least, options that are noise, openings of connections that nobody wants.
 *   malformed COUNT SECONDS */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

int main(int count, char **words) {
  if (count < 3) return 2;
  int wanted = atoi(words[1]);
  struct timespec pause = {0, atoi(words[2]) * 1000000000L / (wanted / 20 + 1)};
  int raw = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
  if (raw < 0) return perror("socket"), 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  unsigned char bytes[400];
  srand(7);
  for (int i = 0; i < wanted; i++) {
    for (size_t at = 0; at < sizeof bytes; at++) bytes[at] = rand() >> 8;
    bytes[12] = (i % 16) << 4;
    bytes[13] |= 2;
    sendto(raw, bytes, 20 + rand() % 380, 0, (struct sockaddr *)&to, sizeof to);
    if (i % 20 == 19) nanosleep(&pause, 0);
  }
  return 0;
}
