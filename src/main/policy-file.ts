import { policyBytesMax } from '../base/limits.ts';
import { fail, type Result } from '../base/result.ts';
import { readOperatorText } from '../cli/read-operator-file.ts';
import { loadPolicy, type Policy, type PolicyProblem, testPolicy } from '../policy/policy.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Store } from '../ports/store.ts';

interface PolicyFilePorts {
  readonly store: Pick<Store, 'keepPolicy'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Hands the text to the thread that decides. */
  readonly usePolicy: (text: string) => void;
}

/**
 * The policy in force and the file that it comes from. A file that does not load never replaces the
 * policy that did; every policy that decides is kept in the store under its revision.
 *
 * A file that was cut while it was copied may load: YAML that ends behind a rule is whole. Its
 * tests stand at its end and are gone then, so one without any does not replace one whose tests
 * pass.
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
    const loaded = notCut(readPolicy(path), this.#current);
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
    this.#warnOfLoss(loaded.value);
    this.#current = loaded.value;
    this.#ports.usePolicy(loaded.value.text);
    metrics.policyReload('loaded');
    log.info('the policy was loaded', { path, revision: loaded.value.revision });
  }

  /** What a cut file leaves out may have been taken out on purpose: a person has to know. */
  #warnOfLoss({ rules, tests }: Policy): void {
    const before = this.#current;
    const left = new Set(rules.map(({ id }) => id));
    const dropped = before.rules.filter(({ id, mode }) => mode === 'live' && !left.has(id));
    const lostTests = before.tests.length > 0 && tests.length === 0;
    if (dropped.length === 0 && !lostTests) return;
    const named = dropped.slice(0, RULES_NAMED_MAX).map(({ id }) => id);
    const more = dropped.length - named.length;
    this.#ports.log.warn('the policy has lost live rules, or all its tests', {
      path: this.#path,
      dropped: [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', '),
      rulesBefore: before.rules.length,
      rules: rules.length,
      testsBefore: before.tests.length,
      tests: tests.length,
    });
  }

  #keep({ revision, text }: Policy): Promise<void> {
    return this.#ports.store.keepPolicy(revision, text, this.#ports.clock.now());
  }
}

/** Rules that a warning names; a policy has up to 500. */
const RULES_NAMED_MAX = 20;

type Loaded = Result<Policy, readonly PolicyProblem[]>;

/** Refuses a policy without a test in place of one that has some and passes them. */
function notCut(loaded: Loaded, before: Policy): Loaded {
  if (!loaded.ok || loaded.value.tests.length > 0 || before.tests.length === 0) return loaded;
  if (testPolicy(before).failures.length > 0) return loaded;
  const rules = `${loaded.value.rules.length} of ${before.rules.length} rules`;
  const lost = `it has ${rules} and none of the ${before.tests.length} tests of the one in force`;
  const message = `${lost}, as if it had been cut; restart the server if that is meant`;
  return fail([{ code: 'missing-key', message, line: 1, column: 1 }]);
}

function readPolicy(path: string): Loaded {
  try {
    return loadPolicy(readOperatorText(path, policyBytesMax));
  } catch (error) {
    const { message } = error as Error;
    return fail([{ code: 'not-yaml', message, line: 1, column: 1 }]);
  }
}
