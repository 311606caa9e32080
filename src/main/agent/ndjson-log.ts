import { writeSync } from 'node:fs';
import { formatTime } from '../../base/time.ts';
import type { Log, LogFields } from '../../ports/log.ts';

export const AGENT_LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type AgentLogLevel = (typeof AGENT_LOG_LEVELS)[number];

/** One JSON line a message on standard output, as the journal of a host takes it. */
export function createNdjsonLog(from: AgentLogLevel, now: () => number, file = 1): Log {
  const least = AGENT_LOG_LEVELS.indexOf(from);
  const write =
    (level: AgentLogLevel) =>
    (msg: string, fields: LogFields = {}) => {
      if (AGENT_LOG_LEVELS.indexOf(level) < least) return;
      const line = JSON.stringify({ time: formatTime(now()), level, msg, ...fields });
      try {
        writeSync(file, `${line}\n`);
      } catch {
        // Nobody reads any more, or not fast enough. Watching goes on.
      }
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
