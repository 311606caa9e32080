import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 as lower-case hex, 64 characters. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/**
 * Whether two secrets are equal, in time that tells nothing about either. Both are hashed first,
 * so that lengths do not matter: comparing 1-byte and 100-byte secrets takes the same steps.
 */
export function secretsEqual(a: string, b: string): boolean {
  const left = hash('sha256', a, 'buffer');
  const right = hash('sha256', b, 'buffer');
  return timingSafeEqual(left, right);
}
