import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 as lower-case hex, 64 characters. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Whether two secrets are equal, in time that tells nothing about either. Both are hashed first,
 * so that lengths do not matter: comparing 1-byte and 100-byte secrets takes the same steps.
 */
export function secretsEqual(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}
