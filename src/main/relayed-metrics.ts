import type { CorePorts } from '../pipeline/ports.ts';

type CoreMetrics = CorePorts['metrics'];

/** One count, by the method that makes it. */
export type MetricsEntry = {
  [Name in keyof CoreMetrics]: readonly [name: Name, ...args: Parameters<CoreMetrics[Name]>];
}[keyof CoreMetrics];

/** Counts of a thread that has no registry: they travel with its next message. */
export class RelayedMetrics implements CoreMetrics {
  #entries: MetricsEntry[] = [];

  batch(...args: Parameters<CoreMetrics['batch']>): void {
    this.#entries.push(['batch', ...args]);
  }

  stage(...args: Parameters<CoreMetrics['stage']>): void {
    this.#entries.push(['stage', ...args]);
  }

  allowanceNotice(...args: Parameters<CoreMetrics['allowanceNotice']>): void {
    this.#entries.push(['allowanceNotice', ...args]);
  }

  reservationsExpired(...args: Parameters<CoreMetrics['reservationsExpired']>): void {
    this.#entries.push(['reservationsExpired', ...args]);
  }

  ledgerRefused(...args: Parameters<CoreMetrics['ledgerRefused']>): void {
    this.#entries.push(['ledgerRefused', ...args]);
  }

  take(): readonly MetricsEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

export function count(entries: readonly MetricsEntry[], metrics: CoreMetrics): void {
  for (const entry of entries) {
    // Each name has its own arguments; the pair is lost on the way.
    const [name, ...args] = entry;
    (metrics[name] as (...args: readonly unknown[]) => void)(...args);
  }
}
