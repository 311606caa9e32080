/** What both ways to ask have in common: an answer whatever happens, and one log line about it. */
import { decisionIdOf } from '../model/ids.ts';
import type { Answer, DecisionRequest, DefaultAnswer } from '../pipeline/pipeline.ts';
import type { LogFields } from '../ports/log.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import type { ApiDeps } from './api-deps.ts';

type AnswerDeps = Pick<ApiDeps, 'pipeline' | 'counters' | 'log' | 'clock' | 'defaultAction'>;

/** The pipeline's answer. It never rejects; should it do so all the same, the default. */
export async function answerTo(
  request: DecisionRequest,
  correlationId: string,
  deps: AnswerDeps,
): Promise<Answer> {
  try {
    return await deps.pipeline.decide(request);
  } catch (error) {
    deps.log.error('the pipeline failed', { correlationId, ...errorFields(error) });
    return defaultAnswer(request, 'failure', deps);
  }
}

/** The default of a request that the pipeline has not answered itself. */
export function defaultAnswer(
  { event, checkpoint }: Pick<DecisionRequest, 'event' | 'checkpoint'>,
  cause: DefaultCause,
  { counters, defaultAction }: Pick<AnswerDeps, 'counters' | 'defaultAction'>,
): DefaultAnswer {
  counters.defaulted(checkpoint, cause);
  const id = decisionIdOf(event.source, event.id);
  return { kind: 'default', action: defaultAction(checkpoint), checkpoint, id, cause };
}

/** One line for each answer: debug when it is a plain `allow`, which nearly all are. */
export function logAnswer(
  answer: Answer,
  request: DecisionRequest,
  correlationId: string,
  { log, clock }: Pick<AnswerDeps, 'log' | 'clock'>,
): void {
  const { event, checkpoint, startedMs } = request;
  const { provider, account, job } = event.subject;
  const elapsedMs = Math.round(clock.elapsedMs() - startedMs);
  const asked = { correlationId, checkpoint, provider, account, job, elapsedMs };
  if (answer.kind === 'conflict') {
    log.info('the id was used with another body', { ...asked, event: event.id });
  } else if (answer.kind === 'default') {
    const { action, cause, id: decision } = answer;
    log.info('answered', { ...asked, action, cause, decision });
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
