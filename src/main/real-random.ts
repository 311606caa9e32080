import { randomBytes } from 'node:crypto';
import type { Random } from '../ports/random.ts';

/** The kernel's randomness, good for keys. */
export const realRandom: Random = { bytes: (length) => randomBytes(length) };
