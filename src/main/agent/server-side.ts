/** An agent's server: news of pages go to the spool, its decisions to the enforcer. */
import { randomUUID } from 'node:crypto';
import type { Enforcer } from '../../enforce/enforcer.ts';
import type { JobRef } from '../../model/signal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AgentOptions } from './agent-options.ts';
import { contentOf, type Page } from './job-book.ts';
import { isNews, observedEvent, recalled } from './observed-event.ts';
import { type LinkCounts, ServerLink } from './server-link.ts';
import { measuresOfDecision } from './server-measures.ts';
import { Spool } from './spool.ts';

export interface ServerSide {
  report(page: Page): void;
  readonly counts: LinkCounts;
  stop(): Promise<void>;
}

interface ServerSideParts {
  readonly options: AgentOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly enforcer: Enforcer;
  readonly pageOf: (job: JobRef) => Page | null;
  readonly coresOf: (cgroup: string) => number;
}

export function startServerSide(server: string, parts: ServerSideParts): ServerSide {
  const { options, clock, log, enforcer, pageOf, coresOf } = parts;
  const spool = new Spool(`${options.state}/spool.ndjson`);
  // Ids of this run differ from those of every other, and are written down with the events.
  const run = randomUUID();
  const source = `davylamp-agent/${options.hostName}`;
  let number = 1;
  const link = new ServerLink({
    server,
    key: options.key,
    spool,
    clock,
    log,
    onDecision(subject, decision) {
      const page = pageOf(subject as JobRef);
      const { action, id } = decision;
      log.info('decision', { job: subject, action: String(action), decision: String(id) });
      if (page?.cgroup == null || page.ref === null) return;
      const { cgroup, isOwnCgroup } = page;
      const wanted = measuresOfDecision(decision, cgroup, isOwnCgroup, coresOf(cgroup));
      enforcer.enforce(page.ref, wanted);
    },
  });
  link.start();
  return {
    report(page) {
      const nowMs = clock.elapsedMs();
      if (page.told.atMs === Number.NEGATIVE_INFINITY) {
        page.told = recalled(spool.toldOf(`${page.ref}`), nowMs) ?? page.told;
      }
      if (!isNews(page, nowMs)) return;
      const { level } = page.verdict;
      const keys = contentOf(page);
      const event = observedEvent(page, `${run}-${number++}`, source, clock.now());
      spool.add(event, { level, keys });
      page.told = { atMs: nowMs, level, keys, isRecalled: false };
    },
    get counts() {
      return link.counts;
    },
    async stop() {
      await link.stop();
      spool.close();
    },
  };
}
