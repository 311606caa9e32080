import type { Clock } from '../ports/clock.ts';

/** Rejects when `pending` takes longer than `msMax`; what comes of it later is nobody's. */
export function within<T>(
  pending: Promise<T>,
  msMax: number,
  { after }: Pick<Clock, 'after'>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(msMax, () => reject(new Error(`it took longer than ${msMax} ms`)));
    void pending.then(resolve, reject).finally(cancel);
  });
}
