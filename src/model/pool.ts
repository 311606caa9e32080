/** What a policy says of the compute that a provider gives away. */
export interface Pool {
  /** To all together in a month; null: no limit. */
  readonly monthlyVcpuSeconds: number | null;
  /** Null: a job that does not say how long it may run is not counted. */
  readonly assumed: Assumed | null;
  /** Jobs that its machines run at once; null: decisions carry no advice of the queue. */
  readonly slots: number | null;
  /** What a credit of the provider's buys; null: its credits are not counted. */
  readonly creditVcpuSeconds: number | null;
  /** What an account that passes a challenge may use more in that month, by the challenge. */
  readonly challenges: ReadonlyMap<string, number>;
}

/** What is assumed of a job of whose time nothing is said. */
export interface Assumed {
  readonly vcpu: number;
  /** The longest that it may run: so long its end is waited for. */
  readonly timeoutSeconds: number;
  /** What it usually takes, and is taken to have used when nobody tells of its end. */
  readonly usedSeconds: number;
  /**
   * The most that all of a job's copies set aside, as a share of what its party is granted or of what
   * they usually take, whichever is more.
   */
  readonly shareMax: number;
}

/** A provider of which the policy says nothing. */
export const UNLIMITED_POOL: Pool = {
  monthlyVcpuSeconds: null,
  assumed: null,
  slots: null,
  creditVcpuSeconds: null,
  challenges: new Map(),
};
