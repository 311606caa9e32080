import { randomFillSync } from 'node:crypto';
import { assert } from '../base/assert.ts';
import type { Random } from '../ports/random.ts';

/** Drawn at once: a call to the kernel costs 3 µs, and each request draws 16 bytes. */
const POOL_BYTES = 4_096;

/** The kernel's randomness, good for keys. No byte is given out twice. */
export const realRandom: Random = pooledRandom();

function pooledRandom(): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let next = POOL_BYTES;
  return {
    bytes(length) {
      assert(length <= POOL_BYTES, 'more randomness at once than the pool holds');
      if (next + length > POOL_BYTES) {
        randomFillSync(pool);
        next = 0;
      }
      const drawn = pool.slice(next, next + length);
      pool.fill(0, next, next + length);
      next += length;
      return drawn;
    },
  };
}
