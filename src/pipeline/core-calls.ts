/** What the core is asked for beside decisions. */
import type { Core } from './core.ts';
import type { CorePorts } from './ports.ts';
import { ledgerCalls } from './settle-ledger.ts';
import type { Turns } from './turns.ts';

export function coreCalls(turns: Turns, ports: CorePorts): Omit<Core, 'decide' | 'noteDefault'> {
  return {
    ...ledgerCalls(turns, ports),
    queue: (request) => ports.queues.desk.ask(request),
    // In a turn, when memory holds what the disk does.
    links: (question) => turns.run(async () => ports.links.answer(question)),
  };
}
