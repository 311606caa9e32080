/**
 * A sensor: something on a host that sees running jobs and says so in signals. The agent starts
 * each source that is asked for, finds out whose job a sighting is of, and shows every source's
 * health: a silent sensor is the likeliest failure.
 *
 * A source bounds what it holds, counts what it had to drop, and never throws at what it reads.
 */
import type { Result } from '../base/result.ts';
import type { EpochMs } from '../base/time.ts';
import type { SensorName, Signal } from '../model/signal.ts';

/** What a sensor knows of who did it. Whatever it does not know is absent. */
export interface Actor {
  readonly pid?: number;
  /** Path of the cgroup below the hierarchy's root: `/system.slice/docker-….scope`. */
  readonly cgroup?: string;
  /** A container's id, whole or its first 12 digits. */
  readonly container?: string;
  /** Kubernetes' uid of a pod. */
  readonly pod?: string;
  /** The near end of a flow, `address:port`: whose socket it is, only the host knows. */
  readonly socket?: string;
}

/** A signal whose `job` is null until the agent has found it by its actor. */
export interface Sighting {
  readonly signal: Signal;
  readonly actor: Actor;
}

export interface SensorHealth {
  readonly state: 'stopped' | 'running' | 'failed';
  /** Events read: packets, lines, samples. */
  readonly events: number;
  /** Events that are known to have been lost, at the source or here, for want of room or time. */
  readonly lost: number;
  /** Events that could not be read. */
  readonly malformed: number;
  /** When the last event was read; null: none yet. */
  readonly lastSeenAt: EpochMs | null;
  /** Why it failed, or what keeps it from seeing all; empty when nothing does. */
  readonly problem: string;
  /** By which way it sees, where there are several. */
  readonly way?: string;
}

/**
 * missing   what it reads from is not on this host
 * denied    it needs a right that the agent does not have
 * failed    anything else
 */
export interface SensorProblem {
  readonly code: 'missing' | 'denied' | 'failed';
  readonly message: string;
}

export interface SensorSource {
  readonly name: SensorName;
  /** Begins to watch. `onSignal` is called until `stop` has resolved, never after. */
  start(onSignal: (sighting: Sighting) => void): Promise<Result<void, SensorProblem>>;
  stop(): Promise<void>;
  /** Cheap; asked at any time. */
  health(): SensorHealth;
}
