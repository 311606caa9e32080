import { assertNever } from '../base/assert.ts';
import type { EpochMs } from '../base/time.ts';
import type {
  CommandLineSignal,
  CpuSignal,
  FlowSignal,
  Signal,
  StratumSignal,
} from '../model/signal.ts';
import {
  ALERT_BITS,
  BINARY_BITS,
  COMMAND_LINE_BITS,
  COMMAND_LINE_BITS_MAX,
  CPU_BITS,
  CPU_FLATNESS_MIN,
  CPU_IO_BYTES_PER_SECOND_MAX,
  CPU_LASTED_SECONDS_MIN,
  CPU_PART_BITS,
  CPU_SHARE_MIN,
  CPU_THREADS_PER_CORE_MIN,
  EXECUTABLE_MEMORY_BITS,
  FLOW_BITS,
  FLOW_TOTALS_BITS,
  LIFETIMES,
  MEMORY_BITS,
  MEMORY_LASTED_SECONDS_MIN,
  PAID_WORK_BITS,
  POOL_NAME_BITS,
  ROUNDING_BITS,
  ROUNDING_SAMPLES_MIN,
  STRATUM_BITS,
  TUNING_BITS,
} from './weights.ts';

/** What the signal weighs when it is fresh. */
export function bitsOfSignal(signal: Signal): number {
  switch (signal.kind) {
    case 'stratum':
      return stratumBits(signal);
    case 'pool-name':
      return POOL_NAME_BITS[signal.via];
    case 'flow':
      return flowBits(signal);
    case 'rounding':
      return signal.samples < ROUNDING_SAMPLES_MIN ? 0 : (ROUNDING_BITS[signal.modes] ?? 0);
    case 'cpu':
      return cpuBits(signal);
    case 'memory':
      return signal.lastedSeconds < MEMORY_LASTED_SECONDS_MIN ? 0 : MEMORY_BITS[signal.shape];
    case 'executable-memory':
      return signal.lastedSeconds < MEMORY_LASTED_SECONDS_MIN ? 0 : EXECUTABLE_MEMORY_BITS;
    case 'tuning':
      return TUNING_BITS[signal.what];
    case 'binary':
      return BINARY_BITS[signal.trait];
    case 'command-line':
      return commandLineBits(signal);
    case 'alert':
      return ALERT_BITS[signal.claim];
    default:
      return assertNever(signal);
  }
}

/**
 * What is left of it at a later time. A signal from the future is fresh: clocks of hosts differ,
 * and a clock that was set back must not make evidence vanish.
 */
export function bitsLeft(signal: Signal, at: EpochMs): number {
  const { freshMs, halfLifeMs } = LIFETIMES[signal.kind];
  const stale = Math.max(0, at - signal.at - freshMs);
  return bitsOfSignal(signal) * 2 ** -(stale / halfLifeMs);
}

function flowBits({ lastedSeconds, pushes }: FlowSignal): number {
  const bits = FLOW_BITS.find((step) => lastedSeconds >= step.lastedSeconds)?.bits ?? 0;
  return pushes === 0 ? Math.min(bits, FLOW_TOTALS_BITS) : bits;
}

function stratumBits({ dialect, phase, login, identifiers }: StratumSignal): number {
  const isPaid = login !== '' || identifiers.some(({ kind }) => kind === 'payout');
  return dialect === 'getwork' && isPaid ? PAID_WORK_BITS[phase] : STRATUM_BITS[dialect][phase];
}

function cpuBits(signal: CpuSignal): number {
  const isSteady =
    signal.lastedSeconds >= CPU_LASTED_SECONDS_MIN &&
    signal.flatness >= CPU_FLATNESS_MIN &&
    signal.ioBytesPerSecond <= CPU_IO_BYTES_PER_SECOND_MAX;
  if (!isSteady) return 0;
  const isWhole =
    signal.share >= CPU_SHARE_MIN && signal.busyThreads >= signal.cores * CPU_THREADS_PER_CORE_MIN;
  return isWhole ? CPU_BITS : CPU_PART_BITS;
}

function commandLineBits({ traits }: CommandLineSignal): number {
  const bits = [...new Set(traits)].reduce((sum, trait) => sum + COMMAND_LINE_BITS[trait], 0);
  return Math.min(bits, COMMAND_LINE_BITS_MAX);
}
