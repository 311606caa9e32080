import { policyBytesMax } from '../base/limits.ts';
import { fail, type Result } from '../base/result.ts';
import { readOperatorText } from '../cli/read-operator-file.ts';
import { loadPolicy, type Policy, type PolicyProblem } from '../policy/policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Store } from '../ports/store.ts';

interface PolicyFilePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Hands the text to the thread that decides. */
  readonly usePolicy: (text: string) => void;
}

/**
 * The policy in force and the file that it comes from. A file that does not load never replaces the
 * policy that did; every policy that decides is kept in the store under its revision.
 */
export class PolicyFile {
  readonly #path: string;
  readonly #ports: PolicyFilePorts;
  #current: Policy;

  private constructor(path: string, first: Policy, ports: PolicyFilePorts) {
    this.#path = path;
    this.#current = first;
    this.#ports = ports;
  }

  static async open(
    path: string,
    ports: PolicyFilePorts,
  ): Promise<Result<PolicyFile, readonly PolicyProblem[]>> {
    const first = readPolicy(path);
    if (!first.ok) return first;
    const file = new PolicyFile(path, first.value, ports);
    await file.#keep(first.value);
    ports.usePolicy(first.value.text);
    return { ok: true, value: file };
  }

  get current(): Policy {
    return this.#current;
  }

  /** Reads the file again. What is wrong with it is logged, and the policy in force stays. */
  async reload(): Promise<void> {
    const { log, metrics } = this.#ports;
    const path = this.#path;
    const loaded = readPolicy(path);
    if (!loaded.ok) {
      metrics.policyReload('refused');
      for (const { line, column, message } of loaded.error) {
        log.error('the policy file was refused', { path, line, column, message });
      }
      return;
    }
    try {
      await this.#keep(loaded.value);
    } catch (error) {
      metrics.policyReload('refused');
      log.error('the policy could not be stored and is not in force', { error: `${error}` });
      return;
    }
    this.#current = loaded.value;
    this.#ports.usePolicy(loaded.value.text);
    metrics.policyReload('loaded');
    log.info('the policy was loaded', { path, revision: loaded.value.revision });
  }

  #keep({ revision, text }: Policy): Promise<void> {
    return this.#ports.store.keepPolicy(revision, text, this.#ports.clock.now());
  }
}

function readPolicy(path: string): Result<Policy, readonly PolicyProblem[]> {
  try {
    return loadPolicy(readOperatorText(path, policyBytesMax));
  } catch (error) {
    const { message } = error as Error;
    return fail([{ code: 'not-yaml', message, line: 1, column: 1 }]);
  }
}
