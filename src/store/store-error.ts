/**
 * What a method of the store rejects with.
 *
 * closed  the store was closed, or what it ran in is gone: nothing will succeed any more
 * busy    too many calls are under way, or another process held the database for too long
 * failed  the database refused: disk full, input or output error
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'closed' | 'busy' | 'failed';

  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
