/**
 * A provider: a system whose compute is given away, and how it speaks. One folder each under
 * `providers/`, listed in `providers/registry.ts`; a test holds the two together.
 */
import type { Action } from '../model/action.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event } from '../model/event.ts';
import type { ProviderName } from '../model/ids.ts';
import type { DialectReader } from '../model/job-definition.ts';

export interface Provider {
  readonly name: ProviderName;
  readonly title: string;
  /** What the provider does with a job when Davylamp is silent or fails. */
  readonly whenSilent: 'admits' | 'blocks' | 'not-asked';
  readonly readers: readonly DialectReader[];
  /** Calls that the provider makes to us, by the last part of their path. */
  readonly hooks: Readonly<Record<string, Hook>>;
  /** The same under another name, where several systems of the kind have accounts of their own. */
  readonly instanceNamed?: (name: ProviderName) => Provider;
}

export interface HookRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw body, whatever its content type says; null when it went over `bodyBytesMax`. */
  readonly body: Uint8Array | null;
  /** The caller's correlation id, or one of ours. Opaque, at most 200 characters. */
  readonly correlationId: string;
  readonly receivedAt: number;
}

/** A request of a provider in the form that the pipeline takes. */
export interface HookAdmission {
  readonly event: Event;
  readonly definition: DefinitionInput | null;
  /** Why the body could not be read whole (the fact `input.problem`), or an empty string. */
  readonly problem: string;
}

export interface HookResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One call of a provider's own contract that wants an answer. */
export interface Hook {
  readonly checkpoint: Checkpoint;
  readonly bodyBytesMax: number;
  /** Whether the request proves that it comes from the provider. Takes constant time. */
  authentic(request: Pick<HookRequest, 'headers' | 'body'>, secret: string): boolean;
  /** Total: whatever the body holds there is an event, and `problem` says what was wrong. */
  admit(request: HookRequest): HookAdmission;
  /** The provider's word for an action. */
  answer(action: Action, decisionId: string): HookResponse;
  /** What to log and to alarm when the credential is wrong: what the provider does then. */
  readonly whenRefused: string;
}

/** Where a provider's shared secret comes from: `DAVYLAMP_ORACLE_CLOUD_SECRET`. */
export function secretVariable(provider: string): string {
  return `DAVYLAMP_${provider.toUpperCase().replaceAll('-', '_')}_SECRET`;
}
