import type { AgentLine } from './agent-process.ts';

export interface AgentSaid {
  /** Rules by which something was done to the job, or was tried. */
  readonly measures: readonly string[];
  readonly isSuspect: boolean;
}

/** What an agent's log has on one job. */
export function measuresIn(lines: readonly AgentLine[]): AgentSaid {
  const taken = lines.filter(({ msg }) => /^measure (taken|failed|is not possible)$/.test(msg));
  const isSuspect = lines.some(({ msg, verdict }) => msg === 'verdict' && verdict !== 'none');
  return { measures: [...new Set(taken.map(({ rule }) => String(rule)))], isSuspect };
}
