/**
 * GitLab's external pipeline validation: GitLab asks before it creates a pipeline, and waits.
 *
 * It takes 200 as yes and 406 as no; any other status, and silence, is yes too. So a call with the
 * right token is answered by 200 or 406 whatever its body holds. The body is JSON although its
 * content type says form data. It does not say which instance asks: that is told by the address.
 */

import { assert } from '../../base/assert.ts';
import { secretsEqual, sha256Hex } from '../../base/hash.ts';
import { isObject, type JsonObject, parseJsonAround } from '../../base/json.ts';
import { validateBodyBytesMax } from '../../base/limits.ts';
import type { Action } from '../../model/action.ts';
import type { DataText } from '../../model/event.ts';
import { type ProviderName, parseSubject, type Subject } from '../../model/ids.ts';
import type { Hook, HookAdmission, HookRequest } from '../../ports/provider.ts';
import { KnownBuilds, type ReadBuilds } from './known-builds.ts';
import { type Payload, readPayload } from './payload.ts';

/** Of the ladder, GitLab knows yes and no. What may run later or with less may run. */
const STATUS_OF: Readonly<Record<Action, 200 | 406>> = {
  allow: 200,
  slow: 200,
  challenge: 406,
  hold: 406,
  deny: 406,
  stop: 406,
  suspend: 406,
};

/** The hook of the instance that has this name. */
export function validateOf(name: ProviderName): Hook {
  const unread = (request: HookRequest, problem: string): HookAdmission =>
    // A body that says nothing about anyone. The policy decides what that means.
    admission(request, subjectNamed(`${name}/unknown`), { data: {} }, problem);
  const builds = new KnownBuilds();
  return {
    checkpoint: 'admission',
    bodyBytesMax: validateBodyBytesMax,
    whenRefused:
      'GitLab admits the job when it gets 401: until the token is right, nothing is checked',
    authentic({ headers }, secret) {
      const isEqual = secretsEqual(headers['x-gitlab-token'] ?? '', secret);
      return isEqual && secret !== '';
    },
    admit(request) {
      const { body } = request;
      if (body === null) return unread(request, 'too-large');
      const parsed = parseJsonAround(body, validateBodyBytesMax, builds.apart);
      if (!parsed.ok) return unread(request, parsed.error.code);
      const { value, known } = parsed.value;
      if (!isObject(value)) return unread(request, 'wrong-shape');
      const payload = readPayload(value);
      if (payload.builds === null) {
        return admission(request, subjectOf(name, payload), { data: payload.data }, 'wrong-shape');
      }
      return read(name, request, payload, known?.made ?? builds.read(payload.builds, parsed.value));
    },
    answer(action, decisionId) {
      return {
        status: STATUS_OF[action],
        headers: { 'content-type': 'application/json', 'x-davylamp-decision': decisionId },
        body: JSON.stringify({ decision: decisionId, action }),
      };
    },
  };
}

function read(
  name: ProviderName,
  request: HookRequest,
  payload: Payload,
  builds: ReadBuilds,
): HookAdmission {
  const about = {
    data: { ...payload.data, ...builds.data },
    dataText: { body: JSON.stringify(payload.data), definition: builds.text },
  };
  const problem = payload.userId === null ? 'wrong-shape' : '';
  const { event } = admission(request, subjectOf(name, payload), about, problem);
  return { event, definition: builds.definition, problem };
}

function admission(
  { body, correlationId, receivedAt }: HookRequest,
  subject: Subject,
  about: { readonly data: JsonObject; readonly dataText?: DataText },
  problem: string,
): HookAdmission {
  const bodyHash = sha256Hex(body ?? '');
  return {
    event: {
      source: subject.provider,
      // The correlation id is the caller's and may repeat; with the body's hash it cannot collide.
      id: `${correlationId}:${bodyHash.slice(0, 16)}`,
      type: 'job.requested',
      subject,
      // The body has no time of its own.
      time: receivedAt,
      bodyHash,
      ...about,
    },
    definition: null,
    problem,
  };
}

function subjectOf(name: ProviderName, { userId, projectId, sha }: Payload): Subject {
  const account = `${name}/${userId ?? 'unknown'}`;
  const hasJob = userId !== null && projectId !== null && sha !== null;
  const job = hasJob ? parseSubject(`${account}/${projectId}-${sha}`) : null;
  return job ?? subjectNamed(account);
}

function subjectNamed(text: string): Subject {
  const subject = parseSubject(text);
  assert(subject !== null, `${text} is no subject`);
  return subject;
}
