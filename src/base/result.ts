/**
 * The outcome of something that is expected to fail now and then and whose caller must branch.
 * `E` is a union tagged by `code`. Bugs throw instead; see `assert.ts`.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail<E>(error: E): Result<never, E> {
  return { ok: false, error };
}
