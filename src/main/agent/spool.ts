/**
 * What the server has not got yet, on disk. One file of JSON lines, each on stable storage before
 * `add` returns:
 *
 *   {"seq":7,"event":{…},"told":{…}}   to be sent, and what it tells in short
 *   {"done":7}              the server has it; not synced: lost, it is sent once more, and the
 *                           server knows it by its id
 *   {"told":{…},"of":"a/b/c"}   what was last told of a subject, so that a restarted agent does not
 *                           tell it again
 *   {"lost":3}              that many gave way for want of room, since the file was made
 *
 * An event is made once and never changes, its id included, so whatever is sent twice is known by
 * the server as the same. The file is written anew when it is opened and when it is more than twice
 * what it holds; past `bytesMax` the oldest events give way. A torn last line was never told to
 * anybody and is dropped.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { isObject, type JsonObject, parseJson } from '../../base/json.ts';
import { agentJobsMax, agentSpoolBytesMax } from '../../base/sensor-limits.ts';

export interface Spooled {
  readonly seq: number;
  readonly event: JsonObject;
}

interface Kept extends Spooled {
  readonly bytes: number;
}

/** Lines of a file that are not worth writing it anew. */
const SLACK_BYTES = 256 * 1_024;

export class Spool {
  readonly #path: string;
  readonly #bytesMax: number;
  readonly #kept = new Map<number, Kept>();
  readonly #told = new Map<string, JsonObject>();
  #file: number;
  #next = 1;
  #keptBytes = 0;
  #fileBytes = 0;
  /** What the file had when it was written anew. */
  #startBytes = 0;
  #lost = 0;

  constructor(path: string, bytesMax: number = agentSpoolBytesMax) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    if (existsSync(path)) this.#read(readFileSync(path, 'utf8'));
    this.#file = this.#rewrite();
  }

  /** Events that gave way, since the file was made. */
  get lost(): number {
    return this.#lost;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** What was last told of a subject, by this agent or by one before it. */
  toldOf(subject: string): JsonObject | null {
    return this.#told.get(subject) ?? null;
  }

  add(event: JsonObject, told: JsonObject): void {
    const seq = this.#next++;
    this.#keep(seq, event);
    this.#remember(String(event['subject']), told);
    this.#write({ seq, event, told }, true);
    const before = this.#lost;
    this.#makeRoom();
    if (this.#lost !== before || this.#isLong()) this.#renew();
  }

  /** The oldest, up to `count`. */
  oldest(count: number): readonly Spooled[] {
    const found: Spooled[] = [];
    for (const { seq, event } of this.#kept.values()) {
      if (found.length === count) break;
      found.push({ seq, event });
    }
    return found;
  }

  done(seqs: readonly number[]): void {
    for (const seq of seqs) {
      this.#drop(seq);
      this.#write({ done: seq }, false);
    }
    const isIdle = this.#kept.size === 0;
    if (isIdle && this.#fileBytes > 2 * this.#startBytes + SLACK_BYTES) this.#renew();
  }

  close(): void {
    fdatasyncSync(this.#file);
    closeSync(this.#file);
  }

  /** The newest `agentJobsMax`. */
  #remember(subject: string, told: JsonObject): void {
    this.#told.delete(subject);
    this.#told.set(subject, told);
    const [oldest] = this.#told.keys();
    if (this.#told.size > agentJobsMax && oldest !== undefined) this.#told.delete(oldest);
  }

  #makeRoom(): void {
    for (const seq of this.#kept.keys()) {
      if (this.#keptBytes <= this.#bytesMax) return;
      this.#drop(seq);
      this.#lost++;
    }
  }

  #isLong(): boolean {
    const held = Math.max(this.#keptBytes, this.#startBytes);
    return this.#fileBytes > 2 * held + SLACK_BYTES;
  }

  #keep(seq: number, event: JsonObject): void {
    const bytes = JSON.stringify(event).length;
    this.#kept.set(seq, { seq, event, bytes });
    this.#keptBytes += bytes;
  }

  #drop(seq: number): void {
    this.#keptBytes -= this.#kept.get(seq)?.bytes ?? 0;
    this.#kept.delete(seq);
  }

  #write(line: object, sync: boolean): void {
    this.#fileBytes += writeSync(this.#file, `${JSON.stringify(line)}\n`);
    if (sync) fdatasyncSync(this.#file);
  }

  #renew(): void {
    closeSync(this.#file);
    this.#file = this.#rewrite();
  }

  #rewrite(): number {
    const file = openSync(`${this.#path}.new`, 'w', 0o600);
    this.#file = file;
    this.#fileBytes = 0;
    this.#write({ lost: this.#lost }, false);
    for (const [of, told] of this.#told) this.#write({ told, of }, false);
    for (const { seq, event } of this.#kept.values()) this.#write({ seq, event }, false);
    this.#startBytes = this.#fileBytes;
    fdatasyncSync(file);
    renameSync(`${this.#path}.new`, this.#path);
    return file;
  }

  #read(text: string): void {
    for (const line of text.split('\n')) {
      const parsed = parseJson(line, this.#bytesMax);
      if (!parsed.ok || !isObject(parsed.value)) continue;
      const { seq, event, done, lost, told, of } = parsed.value;
      const subject = of ?? (isObject(event) ? event['subject'] : undefined);
      if (isObject(told) && typeof subject === 'string') this.#remember(subject, told);
      if (typeof seq === 'number' && isObject(event)) this.#keep(seq, event);
      if (typeof seq === 'number') this.#next = Math.max(this.#next, seq + 1);
      if (typeof done === 'number') this.#drop(done);
      if (typeof lost === 'number') this.#lost += lost;
    }
  }
}
