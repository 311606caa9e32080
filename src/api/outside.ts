import { AssertionError } from '../base/assert.ts';

/** The store failed: not the caller's fault and not a bug. The error handler answers 503. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Waits for the store and tells its failures, which pass, from bugs, which do not. */
export async function fromStore<T>(pending: Promise<T>): Promise<T> {
  try {
    return await pending;
  } catch (error) {
    if (error instanceof AssertionError || error instanceof TypeError) throw error;
    throw new Unavailable('the store failed', { cause: error });
  }
}
