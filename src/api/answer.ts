/** What both ways to ask have in common: an answer whatever happens, and one log line about it. */
import type { Checkpoint } from '../model/checkpoint.ts';
import { decisionIdOf, type Subject } from '../model/ids.ts';
import type { Answer, DecisionRequest, DefaultAnswer } from '../pipeline/request.ts';
import type { LogFields } from '../ports/log.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import type { ApiDeps } from './api-deps.ts';

type AnswerDeps = Pick<ApiDeps, 'pipeline' | 'counters' | 'log' | 'clock' | 'defaultAction'>;

/** What is still to be known of a request when its answer comes. It waits, so it is short. */
export interface Asked {
  readonly correlationId: string;
  readonly source: string;
  readonly eventId: string;
  readonly subject: Subject;
  readonly checkpoint: Checkpoint;
  readonly startedMs: number;
}

export function askedOf(
  { event, checkpoint, startedMs }: DecisionRequest,
  correlationId: string,
): Asked {
  const { source, id: eventId, subject } = event;
  return { correlationId, source, eventId, subject, checkpoint, startedMs };
}

/** The pipeline's answer. It never rejects; should it do so all the same, the default. */
export function answerTo(
  request: DecisionRequest,
  asked: Asked,
  deps: AnswerDeps,
): Promise<Answer> {
  try {
    return orDefault(deps.pipeline.decide(request), asked, deps);
  } catch (error) {
    return Promise.resolve(failureAnswer(error, asked, deps));
  }
}

/** In a function of its own, so that what waits for the answer does not hold the request. */
function orDefault(answer: Promise<Answer>, asked: Asked, deps: AnswerDeps): Promise<Answer> {
  return answer.catch((error: unknown) => failureAnswer(error, asked, deps));
}

function failureAnswer(error: unknown, asked: Asked, deps: AnswerDeps): Answer {
  const { correlationId } = asked;
  deps.log.error('the pipeline failed', { correlationId, ...errorFields(error) });
  return defaultAnswer(asked, 'failure', deps);
}

/** The default of a request that the pipeline has not answered itself. */
export function defaultAnswer(
  { source, eventId, checkpoint }: Asked,
  cause: DefaultCause,
  { counters, defaultAction }: Pick<AnswerDeps, 'counters' | 'defaultAction'>,
): DefaultAnswer {
  counters.defaulted(checkpoint, cause);
  const id = decisionIdOf(source, eventId);
  return { kind: 'default', action: defaultAction(checkpoint), checkpoint, id, cause };
}

/**
 * One line for each answer: debug when it is a plain `allow`, which nearly all are, and a warning
 * when it is a default. Here, not in the pipeline, which does not know the correlation id.
 */
export function logAnswer(
  answer: Answer,
  { correlationId, eventId, subject, checkpoint, startedMs }: Asked,
  { log, clock }: Pick<AnswerDeps, 'log' | 'clock'>,
): void {
  const { provider, account, job } = subject;
  const elapsedMs = Math.round(clock.elapsedMs() - startedMs);
  const asked = { correlationId, checkpoint, provider, account, job, elapsedMs };
  if (answer.kind === 'conflict') {
    log.info('the id was used with another body', { ...asked, event: eventId });
  } else if (answer.kind === 'default') {
    const { action, cause, id: decision } = answer;
    log.warn('answered by the default', { ...asked, action, cause, decision });
  } else {
    const { id, action, liveAction, mode, rule } = answer;
    const isPlain = action === 'allow' && liveAction === 'allow';
    const decided = { ...asked, action, liveAction, mode, decision: id, rule: rule ?? undefined };
    log[isPlain ? 'debug' : 'info']('answered', { ...decided, replayed: answer.replayed });
  }
}

export function errorFields(error: unknown): LogFields {
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error) };
}
