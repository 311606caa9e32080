/**
 * Valid payout addresses for tests, made from a seed: nobody has their keys, and no person's
 * address stands in this repository.
 */
import { assert } from '../../base/assert.ts';
import { Prng } from '../../base/prng.ts';
import { BASE58_CHECK_VERSIONS, encodeBase58Check } from './base58-check.ts';
import { BECH32_COINS, encodeBech32, encodePlainBech32, PLAIN_BECH32 } from './bech32.ts';
import { CASHADDR_COINS, encodeCashaddr } from './cashaddr.ts';
import { CRYPTONOTE_FORMATS, encodeCryptonote, UNKNOWN_CRYPTONOTE } from './cryptonote.ts';
import { encodeEip55 } from './eip55.ts';
import { encodeNano, NANO_COINS } from './nano.ts';

type Maker = (prng: Prng) => string;

/** One maker for each form that a coin's addresses have, by coin. */
const MAKERS = new Map<string, Maker[]>();

function addMaker(coin: string, maker: Maker): void {
  const makers = MAKERS.get(coin);
  if (makers) makers.push(maker);
  else MAKERS.set(coin, [maker]);
}

for (const { coin, prefix, payload } of CRYPTONOTE_FORMATS) {
  addMaker(coin, (prng) => encodeCryptonote(prefix, prng.bytes(payload)));
}
addMaker(UNKNOWN_CRYPTONOTE, (prng) => encodeCryptonote(1_000_001, prng.bytes(64)));
for (const { coin, version } of BASE58_CHECK_VERSIONS) {
  addMaker(coin, (prng) => encodeBase58Check(version, prng.bytes(20)));
}
for (const [human, coin] of Object.entries(BECH32_COINS)) {
  addMaker(coin, (prng) => encodeBech32(human, 0, prng.bytes(20)));
  addMaker(coin, (prng) => encodeBech32(human, 0, prng.bytes(32)));
  addMaker(coin, (prng) => encodeBech32(human, 1, prng.bytes(32)));
}
for (const [human, { coin, bytes, version }] of Object.entries(PLAIN_BECH32)) {
  addMaker(coin, (prng) => {
    const payload = prng.bytes(bytes[0]);
    if (version !== null) payload[0] = version;
    return encodePlainBech32(human, payload);
  });
}
for (const [prefix, { coin, bytes }] of Object.entries(CASHADDR_COINS)) {
  for (const size of bytes)
    addMaker(coin, (prng) => {
      // Version byte 0: a key. Real addresses begin with `q`.
      const payload = prng.bytes(size);
      payload[0] = 0;
      return encodeCashaddr(prefix, payload);
    });
}
for (const [prefix, coin] of Object.entries(NANO_COINS)) {
  addMaker(coin, (prng) => encodeNano(prefix, prng.bytes(32)));
}
addMaker('ethereum', (prng) => encodeEip55(Buffer.from(prng.bytes(20)).toString('hex')));

/** Every coin that `testAddress` can make an address of: all that `payoutsIn` can find. */
export const TEST_COINS: readonly string[] = [...MAKERS.keys()];

/** A valid address of the coin, in its most usual form (`monero` gives 95 characters, `4…`). */
export function testAddress(coin: string, seed: number): string {
  return testAddressForms(coin, seed)[0] as string;
}

/** A valid address of the coin in each of its forms. */
export function testAddressForms(coin: string, seed: number): readonly string[] {
  const makers = MAKERS.get(coin);
  assert(makers, `no test address for the coin ${coin}`);
  return makers.map((make, form) => make(new Prng(seed * 31 + form)));
}
