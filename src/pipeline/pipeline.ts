/**
 * The data path. Read this first: everything that Davylamp decides goes through these five steps.
 *
 *             admit ──► gather ──► decide ──► record ──► carry out
 *             bound      read       think      write       act
 *
 * The event loop takes the first and the last, the store's thread those between, a batch at a time.
 * Requests that arrive meanwhile form the next: one transaction and one sync serve up to 256.
 */
import { Admission } from './admit.ts';
import { BatchQueue } from './batch-queue.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { carryOut } from './carry-out.ts';
import type { Callers, Core } from './core.ts';
import { coreCalls } from './core-calls.ts';
import { decide } from './decide.ts';
import { failBatch } from './fail-batch.ts';
import { gather } from './gather.ts';
import { ingest } from './ingest.ts';
import type { CorePorts, PipelinePorts } from './ports.ts';
import { record } from './record.ts';
import type { Pipeline } from './request.ts';
import { settle } from './settle.ts';
import { stageTimer } from './stage-timer.ts';
import { Turns } from './turns.ts';

export function createPipeline(ports: PipelinePorts): Pipeline {
  const admission = new Admission(ports);
  const core = ports.core({
    carryOut: (batch) => void carryOut(batch, admission, ports),
    failing: () => admission.failing(),
  });
  return {
    decide: (request) => admission.admit(request, core),
    ingest: (events, receivedAt) => ingest(events, receivedAt, core, ports),
    queue: (request) => core.queue(request),
    links: (question) => core.links(question),
    ready: () => admission.healthy,
    drain: () => admission.empty(),
    expire: () => core.expire(),
  };
}

export function createCore(ports: CorePorts, callers: Callers): Core {
  const timed = stageTimer(ports);
  const queue = new BatchQueue(ports);
  const turns = new Turns();

  /** `onWriting` is called once the next batch may be read: the store works in order of calls. */
  async function advance(batch: readonly Candidate[], onWriting: () => void): Promise<void> {
    try {
      const known = await timed('gather', () => gather(batch, ports));
      const by = { policy: ports.policy(), mode: ports.mode };
      const outcomes = timed('decide', () => decide(batch, known, by));
      const recording = { onTaken: onWriting, isLast: queue.isDry() };
      await timed('record', () => record(outcomes, known.ledger, ports, recording));
      callers.carryOut(settle(batch, outcomes));
    } catch (error) {
      await failBatch(batch, error, { queue, callers }, ports);
    }
    onWriting();
  }

  void queue.run((batch) => turns.take((end) => void advance(batch, end)));
  return {
    decide: (prepared) => queue.add(candidateOf(prepared)),
    noteDefault: (number) => queue.noteDefault(number),
    ...coreCalls(turns, ports),
  };
}
