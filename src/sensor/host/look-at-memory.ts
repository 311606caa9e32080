import { SECOND_MS } from '../../base/time.ts';
import type { Signal } from '../../model/signal.ts';
import { readKernelFile } from '../kernel-file.ts';
import { type MemoryView, parseMaps, residentBytesMin, viewMemory } from '../procfs/memory-map.ts';
import type { KnownProcess } from './process-table.ts';

/** A Java server's `maps` takes 1 ms to read and parse. */
const MAPS_EVERY_MS = 14 * SECOND_MS;
const PAGE_BYTES = 4_096;

/** What a busy process's memory shows now. */
export function lookAtMemory(
  proc: string,
  process: KnownProcess,
  threads: number,
  nowMs: number,
  at: number,
): readonly Signal[] {
  if (nowMs - process.mapsAtMs < MAPS_EVERY_MS && process.shape === null) return [];
  process.mapsAtMs = nowMs;
  const areas = parseMaps(readKernelFile(`${proc}/${process.pid}/maps`) ?? '');
  const view = viewMemory(areas, threads);
  const hugePages = areas.some(({ name }) => name.startsWith('/anon_hugepage'));
  const seen = { at, job: null, source: 'procfs' } as const;
  const signals: Signal[] = [];
  const lastedSeconds = (sinceMs: number): number => Math.floor((nowMs - sinceMs) / SECOND_MS);
  if (isShape(process, view, threads, hugePages) && view.shape !== null) {
    const { shape } = view;
    if (process.shape?.name !== shape.shape) process.shape = { name: shape.shape, sinceMs: nowMs };
    const lasted = lastedSeconds(process.shape.sinceMs);
    signals.push({ kind: 'memory', ...seen, ...shape, threads, hugePages, lastedSeconds: lasted });
  } else process.shape = null;
  if (view.executableRegions > 0) {
    process.codeSinceMs ??= nowMs;
    signals.push({
      kind: 'executable-memory',
      ...seen,
      bytes: view.executableBytes,
      regions: view.executableRegions,
      lastedSeconds: lastedSeconds(process.codeSinceMs),
    });
  } else process.codeSinceMs = null;
  return signals;
}

/** Huge pages from the kernel's own pool are not counted as resident, but are all there at once. */
function isShape({ stat }: KnownProcess, { shape }: MemoryView, threads: number, huge: boolean) {
  if (shape === null || stat === null) return false;
  return huge || stat.residentPages * PAGE_BYTES >= residentBytesMin(shape, threads);
}
