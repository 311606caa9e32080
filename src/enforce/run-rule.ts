/**
 * Rules from the judgement on a running job to measures. Every rule that fires adds its measure,
 * and it stays for the rule's TTL from the last time that the rule fired: a job that stops being
 * odd is let go by itself.
 */
import { RUN_LEVELS, type RunLevel, type RunVerdict } from '../model/run-verdict.ts';
import type { Signal } from '../model/signal.ts';
import type { Caps, Measure, MeasureKind } from './measure.ts';

export interface RunRule {
  readonly id: string;
  /** Fires from this level on. */
  readonly level: Exclude<RunLevel, 'none'>;
  /** How long the job must have been at that level. */
  readonly afterSeconds: number;
  readonly measure: MeasureKind;
  /** For `cap`. */
  readonly caps: Caps;
  readonly ttlSeconds: number;
}

const MIB = 1_024 * 1_024;

/**
 * Mild first. A suspect gets a small share beside others and, where the kernel can do so mildly, no
 * room for RandomX's 2,080 MiB; one that stays a suspect runs at half speed. A miner stands still
 * at once, loses its pool, and is ended a minute later: time for an undo.
 */
export const DEFAULT_RUN_RULES: readonly RunRule[] = [
  {
    id: 'suspected-share',
    level: 'suspected',
    afterSeconds: 0,
    measure: 'cap',
    caps: { cpuWeight: 10, memoryHighBytes: 2_048 * MIB },
    ttlSeconds: 600,
  },
  {
    id: 'suspected-long',
    level: 'suspected',
    afterSeconds: 300,
    measure: 'cap',
    caps: { cpuWeight: 10, memoryHighBytes: 2_048 * MIB, cpuShare: 0.5 },
    ttlSeconds: 600,
  },
  {
    id: 'mining-freeze',
    level: 'mining',
    afterSeconds: 0,
    measure: 'freeze',
    caps: {},
    ttlSeconds: 900,
  },
  {
    id: 'mining-cut',
    level: 'mining',
    afterSeconds: 0,
    measure: 'cut',
    caps: {},
    ttlSeconds: 900,
  },
  {
    id: 'mining-stop',
    level: 'mining',
    afterSeconds: 60,
    measure: 'stop',
    caps: {},
    ttlSeconds: 60,
  },
];

/** A job as rules see it. */
export interface JudgedJob {
  readonly cgroup: string;
  /** Whether the cgroup holds nothing but this job: a runner without containers shares its own. */
  readonly isOwnCgroup: boolean;
  readonly verdict: RunVerdict;
  readonly signals: readonly Signal[];
  /** How long it has been at each level or above it. */
  readonly secondsAt: Readonly<Record<RunLevel, number>>;
}

export interface WantedMeasure {
  readonly measure: Measure;
  readonly rule: string;
  readonly ttlSeconds: number;
  readonly reason: string;
}

/** The measures that the rules want now, mildest first; of one key the last rule's. */
export function wantedMeasures(
  rules: readonly RunRule[],
  job: JudgedJob,
): readonly WantedMeasure[] {
  const reason = job.verdict.reasons.map(({ sentence }) => sentence).join('; ');
  return rules
    .filter((rule) => fires(rule, job))
    .flatMap((rule) => {
      const { id, ttlSeconds } = rule;
      return measuresOf(rule, job).map((measure) => ({ measure, rule: id, ttlSeconds, reason }));
    });
}

function fires({ level, afterSeconds }: RunRule, { verdict, secondsAt }: JudgedJob): boolean {
  const isReached = RUN_LEVELS.indexOf(verdict.level) >= RUN_LEVELS.indexOf(level);
  return isReached && secondsAt[level] >= afterSeconds;
}

function measuresOf({ measure, caps }: RunRule, job: JudgedJob): readonly Measure[] {
  const { cgroup, isOwnCgroup, signals } = job;
  if (measure === 'cap') return [{ kind: 'cap', cgroup, caps }];
  if (measure === 'cut') return signals.flatMap(cutOf);
  // Whatever shares the job's cgroup, such as its runner, would stand still and end with it.
  return isOwnCgroup ? [{ kind: measure, cgroup }] : [];
}

function cutOf(signal: Signal): readonly Measure[] {
  if (signal.kind !== 'stratum' || signal.client === '' || signal.server === '') return [];
  return [{ kind: 'cut', client: signal.client, server: signal.server }];
}
