/**
 * The program that bpftrace runs, and its output. The tracepoint fires whenever the kernel puts a
 * thread's floating-point registers away, at most at each switch of a CPU from one thread to
 * another; bits 13 and 14 of MXCSR are the rounding mode. The default mode is not even counted, so
 * the map holds next to nothing; it is printed and emptied every two seconds. All ends by itself.
 *
 * Since Linux 5.16 the registers stand behind `fpstate`; before, in the structure itself.
 */
import { isObject, type Json, parseJson } from '../../base/json.ts';
import { traceLineBytesMax } from '../../base/sensor-limits.ts';
import { SECOND_MS } from '../../base/time.ts';
import { LOOK_MS } from './look.ts';
import type { RoundingCount } from './rounding-table.ts';

export const REGISTERS = ['args->fpu->fpstate->regs', 'args->fpu->state'] as const;

export function traceProgram(registers: (typeof REGISTERS)[number]): string {
  return `tracepoint:x86_fpu:x86_fpu_regs_deactivated {
  @samples++;
  $mode = (${registers}.xsave.i387.mxcsr >> 13) & 3;
  if ($mode != 0) { @modes[pid, tid, $mode] = count(); }
}
interval:s:2 { print(@samples); print(@modes); clear(@modes); }
interval:s:${LOOK_MS / SECOND_MS} { exit(); }
END { clear(@samples); clear(@modes); }`;
}

export type TraceLine =
  | { readonly kind: 'samples'; readonly total: number }
  | { readonly kind: 'modes'; readonly counts: readonly RoundingCount[] }
  | { readonly kind: 'lost'; readonly events: number }
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed' };

/** `{"type":"map","data":{"@modes":{"812,813,2":5}}}`, and what else bpftrace prints. */
export function parseTraceLine(line: string): TraceLine {
  const parsed = parseJson(line, traceLineBytesMax);
  if (!parsed.ok || !isObject(parsed.value)) return { kind: 'malformed' };
  const { type, data } = parsed.value;
  if (type === 'lost_events' && isObject(data)) {
    return { kind: 'lost', events: Number(data['events']) || 0 };
  }
  if (type !== 'map' || !isObject(data)) return { kind: 'other' };
  const samples = data['@samples'];
  if (typeof samples === 'number') return { kind: 'samples', total: samples };
  const modes = data['@modes'];
  return isObject(modes) ? { kind: 'modes', counts: readCounts(modes) } : { kind: 'other' };
}

function readCounts(modes: { readonly [key: string]: Json }): readonly RoundingCount[] {
  return Object.entries(modes).flatMap(([key, samples]) => {
    const [pid = 0, tid = 0, mode = 0] = key.split(',').map(Number);
    const isSound = pid > 0 && tid > 0 && mode >= 1 && mode <= 3 && typeof samples === 'number';
    return isSound ? [{ pid, tid, mode, samples }] : [];
  });
}
