/**
 * `davylamp agent --replay FILE`: what the agent would have seen of a recording, one line of JSON a
 * finding. A flow, a process or a rule is one finding however often it was seen; what was seen of
 * it last stands for all.
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { replayFindingsMax } from '../base/sensor-limits.ts';
import { formatTime } from '../base/time.ts';
import { RUN_LEVELS, type RunLevel } from '../model/run-verdict.ts';
import { keyOfSignal, type Signal } from '../model/signal.ts';
import type { KnownNames } from '../ports/known-names.ts';
import type { Actor, Sighting } from '../ports/sensor-source.ts';
import { bitsOfSignal } from '../runtime/bits-of-signal.ts';
import { judgeRun } from '../runtime/judge-run.ts';
import type { RecordingCounts } from '../sensor/records/recording.ts';
import { EXIT, type Terminal } from './command.ts';
import { openRecording } from './open-recording.ts';

export interface Replay {
  /** A path, or `-` for standard input. */
  readonly file: string;
  /** The mildest level that ends with 1; null: none does. */
  readonly failOn: RunLevel | null;
  readonly names: KnownNames;
}

/** Bytes that a format is told by, at most. */
const HEAD_BYTES_MAX = 256 * 1024;

export async function replay({ file, failOn, names }: Replay, terminal: Terminal): Promise<number> {
  const findings = new Findings();
  const input = file === '-' ? terminal.input : createReadStream(resolve(terminal.directory, file));
  const outcome = await read(input, names, (sighting) => findings.add(sighting));
  terminal.out(findings.lines());
  terminal.error(summary(file, outcome, findings));
  if (failOn !== null && findings.isAt(failOn)) return EXIT.found;
  return typeof outcome === 'string' || outcome.problem !== '' ? EXIT.unread : EXIT.ok;
}

/** What was read, or why nothing could be. */
async function read(
  input: AsyncIterable<Uint8Array>,
  names: KnownNames,
  onSighting: (sighting: Sighting) => void,
): Promise<RecordingCounts | string> {
  let head: Uint8Array = new Uint8Array(0);
  let recording: ReturnType<typeof openRecording> = null;
  try {
    for await (const piece of input) {
      if (recording !== null) {
        recording.push(piece);
        continue;
      }
      head = Buffer.concat([head, piece]);
      recording = openRecording(head, false, names, onSighting);
      if (recording === null && head.length > HEAD_BYTES_MAX) break;
      recording?.push(head);
    }
    if (recording === null) {
      recording = openRecording(head, true, names, onSighting);
      recording?.push(head);
    }
  } catch (error) {
    return (error as Error).message;
  }
  if (recording === null) {
    return 'it is no recording that is known: pcap, pcapng, Falco, Tetragon, EVE, Zeek';
  }
  recording.end();
  return recording.counts;
}

function summary(file: string, outcome: RecordingCounts | string, findings: Findings): string {
  if (typeof outcome === 'string') return `davylamp agent: ${file}: ${outcome}\n`;
  const { events, lost, malformed, problem } = outcome;
  const parts = [`${events} events`, `${findings.size} findings`];
  if (malformed > 0) parts.push(`${malformed} malformed`);
  if (lost > 0) parts.push(`${lost} lost`);
  if (findings.dropped > 0) parts.push(`${findings.dropped} findings too many to print`);
  if (problem !== '') parts.push(problem);
  return `davylamp agent: ${file}: ${parts.join(', ')}\n`;
}

/** One entry a thing that was seen, in the order in which each was first seen. */
class Findings {
  dropped = 0;
  readonly #found = new Map<string, { readonly signal: Signal; readonly who: string }>();

  get size(): number {
    return this.#found.size;
  }

  add({ signal, actor }: Sighting): void {
    if (bitsOfSignal(signal) === 0) return;
    const who = whoIs(actor);
    const key = `${keyOfSignal(signal)} ${who}`;
    if (this.#found.size >= replayFindingsMax && !this.#found.has(key)) this.dropped++;
    else this.#found.set(key, { signal, who });
  }

  lines(): string {
    return [...this.#found.values()].map(({ signal }) => `${line(signal)}\n`).join('');
  }

  /** Whether what was seen of any one comes to this level. */
  isAt(level: RunLevel): boolean {
    const byWho = new Map<string, Signal[]>();
    for (const { who, signal } of this.#found.values()) {
      const signals = byWho.get(who) ?? [];
      signals.push(signal);
      byWho.set(who, signals);
    }
    return [...byWho.values()].some((signals) => {
      const at = Math.max(...signals.map((signal) => signal.at));
      const verdict = judgeRun(signals, at);
      return RUN_LEVELS.indexOf(verdict.level) >= RUN_LEVELS.indexOf(level);
    });
  }
}

/** The job's nearest stand-in: its container or pod, its process, or the host's address. */
function whoIs({ container, pod, cgroup, pid, socket }: Actor): string {
  const host = socket?.slice(0, socket.lastIndexOf(':'));
  return container ?? pod ?? cgroup ?? (pid === undefined ? (host ?? '') : `pid ${pid}`);
}

/** What names the finding first, then what it weighs, then the rest. */
function line(signal: Signal): string {
  const { kind, at, job: _job, source, ...rest } = signal;
  const { dialect, client, server, login, ...others } = rest as Partial<Record<string, unknown>>;
  const head = { kind, dialect, client, server, login, bits: bitsOfSignal(signal) };
  return JSON.stringify({ ...head, ...others, source, at: formatTime(at) });
}
