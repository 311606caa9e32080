/**
 * Hands changes to the store, and lets what the linker and the queues learned stand or fall with
 * them. `onTaken` is called when the store has taken or refused them, so that the next batch may be
 * read; the promise is the store's own, which waits for stable storage.
 */
export function handOver<T>(
  write: (onCommitted: (output: T) => void) => Promise<T>,
  learned: readonly Learned[],
  { onTaken, isKept = () => true }: Taking<T>,
): Promise<T> {
  let isOver = false;
  const end = (isCommitted: boolean): void => {
    if (isOver) return;
    isOver = true;
    for (const one of learned) {
      if (isCommitted) one.commit();
      else one.rollback();
    }
    onTaken();
  };
  const written = write((output) => end(isKept(output)));
  // Whoever awaits it hears of the error.
  written.catch(() => end(false));
  return written;
}

interface Learned {
  commit(): void;
  rollback(): void;
}

interface Taking<T> {
  readonly onTaken: () => void;
  /** Whether the store has kept the changes, which it may refuse without failing. */
  readonly isKept?: (output: T) => boolean;
}
