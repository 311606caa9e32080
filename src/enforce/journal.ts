/**
 * What was done and not yet undone, on disk, so that a restarted agent undoes what a killed one
 * left behind. One JSON line a step, on stable storage before the step is taken:
 *
 *   {"begin":{id, key, job, rule, reason, boot, untilMs, undo:[…]}}   about to be done
 *   {"renew":[id, untilMs]}                                            holds longer
 *   {"end":id}                                                         undone, or never to be
 *
 * Times are milliseconds since the machine's boot, sleep included: no step of the clock moves them.
 * What stands under another boot's id went with that boot, and so do its cgroups. A last line
 * without its end was never acted on. The file is written anew, in place of the old one at once,
 * when it is opened and when it has grown.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { isObject, type Json, parseJson } from '../base/json.ts';
import { journalBytesMax, journalLinesMax } from '../base/sensor-limits.ts';
import type { JobRef } from '../model/signal.ts';
import type { Operation } from './plan.ts';

export interface HeldMeasure {
  readonly id: number;
  readonly key: string;
  readonly job: JobRef;
  readonly rule: string;
  readonly reason: string;
  /** Milliseconds since boot. */
  readonly untilMs: number;
  readonly undo: readonly Operation[];
}

export interface Journal {
  /** What the file says is still done. */
  readonly open: readonly HeldMeasure[];
  begin(held: HeldMeasure): void;
  renew(id: number, untilMs: number): void;
  end(id: number): void;
  close(): void;
}

export function openJournal(path: string, boot: string): Journal {
  const held = new Map(readHeld(path, boot).map((one) => [one.id, one]));
  let file = rewrite(path, boot, held);
  let lines = held.size;
  const append = (step: object): void => {
    if (++lines > journalLinesMax) {
      closeSync(file);
      file = rewrite(path, boot, held);
      lines = held.size;
    } else writeLine(file, step);
  };
  return {
    open: [...held.values()],
    begin(one) {
      held.set(one.id, one);
      append({ begin: { boot, ...one } });
    },
    renew(id, untilMs) {
      const one = held.get(id);
      if (one === undefined) return;
      held.set(id, { ...one, untilMs });
      append({ renew: [id, untilMs] });
    },
    end(id) {
      if (held.delete(id)) append({ end: id });
    },
    close: () => closeSync(file),
  };
}

function writeLine(file: number, step: object): void {
  writeSync(file, `${JSON.stringify(step)}\n`);
  fsyncSync(file);
}

function rewrite(path: string, boot: string, held: ReadonlyMap<number, HeldMeasure>): number {
  const fresh = openSync(`${path}.new`, 'w', 0o600);
  for (const one of held.values()) writeLine(fresh, { begin: { boot, ...one } });
  fsyncSync(fresh);
  renameSync(`${path}.new`, path);
  return fresh;
}

function readHeld(path: string, boot: string): readonly HeldMeasure[] {
  if (!existsSync(path)) return [];
  const held = new Map<number, HeldMeasure>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const step = parseJson(line, journalBytesMax);
    if (!step.ok || !isObject(step.value)) continue;
    const { begin, renew, end } = step.value;
    const one = begin === undefined ? null : readBegin(begin, boot);
    if (one !== null) held.set(one.id, one);
    if (Array.isArray(renew)) extend(held, Number(renew[0]), Number(renew[1]));
    if (typeof end === 'number') held.delete(end);
  }
  return [...held.values()];
}

function extend(held: Map<number, HeldMeasure>, id: number, untilMs: number): void {
  const one = held.get(id);
  if (one !== undefined && Number.isFinite(untilMs)) held.set(id, { ...one, untilMs });
}

/** The folder is ours alone, so only what a torn write or another version left is expected. */
function readBegin(value: Json, boot: string): HeldMeasure | null {
  if (!isObject(value) || value['boot'] !== boot) return null;
  const { id, key, job, rule, reason, untilMs, undo } = value;
  if (typeof id !== 'number' || typeof untilMs !== 'number' || !Array.isArray(undo)) return null;
  return {
    id,
    untilMs,
    key: `${key}`,
    job: `${job}` as JobRef,
    rule: `${rule}`,
    reason: `${reason}`,
    undo: undo as unknown as readonly Operation[],
  };
}
