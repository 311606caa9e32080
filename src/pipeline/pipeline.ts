/**
 * The data path. Read this first: everything that Davylamp decides goes through these five steps.
 *
 *             admit ──► gather ──► decide ──► record ──► carry out
 *             bound      read       think      write       act
 *
 * Requests that arrive while a batch is on its way form the next one: under load one read, one
 * transaction and one fsync serve up to 256 of them, and at rest a request waits for nobody.
 */
import type { Event } from '../model/event.ts';
import type { Ingested } from '../ports/store.ts';
import { Admission, type Pending } from './admit.ts';
import { carryOut } from './carry-out.ts';
import { decide } from './decide.ts';
import { failBatch } from './fail-batch.ts';
import { gather } from './gather.ts';
import { ingest } from './ingest.ts';
import type { PipelinePorts } from './ports.ts';
import { record } from './record.ts';
import type { Answer, DecisionRequest } from './request.ts';
import { stageTimer } from './stage-timer.ts';

export type { Answer, DecisionRequest, DefaultAnswer } from './request.ts';

export interface Pipeline {
  /** Answers within `answerMsMax`: decided, or the checkpoint's default. Never rejects. */
  decide(request: DecisionRequest): Promise<Answer>;
  /** Records events that want no answer, all or none. Rejects when the store fails. */
  ingest(events: readonly Event[], receivedAt: number): Promise<Ingested>;
  /** False while the store fails. */
  ready(): boolean;
  /** Resolves once nothing is on its way any more. */
  drain(): Promise<void>;
}

export function createPipeline(ports: PipelinePorts): Pipeline {
  const timed = stageTimer(ports);
  const admission = new Admission(ports, timed);

  /** `onWriting` is called once the next batch may be read: the store works in order of calls. */
  async function advance(batch: readonly Pending[], onWriting: () => void): Promise<void> {
    try {
      const known = await timed('gather', () => gather(batch, ports));
      const outcomes = timed('decide', () => decide(batch, known, ports.policy(), ports.mode));
      const written = timed('record', () => record(outcomes, ports));
      onWriting();
      await written;
      await carryOut(batch, outcomes, ports);
      admission.release(batch, true);
    } catch (error) {
      await failBatch(batch, error, admission, ports);
    }
    onWriting();
  }

  async function run(): Promise<void> {
    for (;;) {
      const batch = await admission.next();
      await new Promise<void>((resolve) => void advance(batch, resolve));
    }
  }

  void run();
  return {
    decide: (request) => admission.admit(request),
    ingest: (events, receivedAt) => ingest(events, receivedAt, ports),
    ready: () => admission.healthy,
    drain: () => admission.empty(),
  };
}
