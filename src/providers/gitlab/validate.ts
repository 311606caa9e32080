/**
 * GitLab's external pipeline validation: GitLab asks before it creates a pipeline, and waits.
 *
 * It takes 200 as yes and 406 as no; any other status, and silence, is yes too. So a call with the
 * right token is answered by 200 or 406 whatever its body holds. The body is JSON although its
 * content type says form data. It does not say which instance asks: that is told by the address.
 */

import { assert } from '../../base/assert.ts';
import { secretsEqual, sha256Hex } from '../../base/hash.ts';
import { isObject, type Json, parseJson } from '../../base/json.ts';
import { validateBodyBytesMax } from '../../base/limits.ts';
import type { Action } from '../../model/action.ts';
import { type ProviderName, parseSubject, type Subject } from '../../model/ids.ts';
import type { Hook, HookAdmission, HookRequest } from '../../ports/provider.ts';
import { readBuilds } from './builds.ts';
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
    admission(request, subjectNamed(`${name}/unknown`), {}, problem);
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
      const parsed = parseJson(body, validateBodyBytesMax);
      if (!parsed.ok) return unread(request, parsed.error.code);
      return isObject(parsed.value)
        ? read(name, request, readPayload(parsed.value))
        : unread(request, 'wrong-shape');
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

function read(name: ProviderName, request: HookRequest, payload: Payload): HookAdmission {
  const { builds, data, userId } = payload;
  const subject = subjectOf(name, payload);
  if (builds === null) return admission(request, subject, data, 'wrong-shape');
  const { definition, files, images, tags } = readBuilds(builds);
  const definitionData = { dialect: 'shell', files };
  const event = { ...data, definition: definitionData, fanOut: builds.length, images, tags };
  return {
    ...admission(request, subject, event, userId === null ? 'wrong-shape' : ''),
    definition: { kind: 'definition', definition },
  };
}

function admission(
  request: HookRequest,
  subject: Subject,
  data: { readonly [key: string]: Json },
  problem: string,
): HookAdmission {
  const { body, correlationId, receivedAt } = request;
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
      data,
      bodyHash,
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
