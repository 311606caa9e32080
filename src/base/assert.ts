/**
 * Assertions state what must be true here, and stay on in production. A failed one is a bug: it
 * throws, the process exits, the supervisor restarts it, and nothing acknowledged is lost.
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Closes a `switch` over a union: a new member that is not handled no longer compiles. */
export function assertNever(value: never, message = 'unhandled case'): never {
  throw new AssertionError(`${message}: ${JSON.stringify(value)}`);
}
