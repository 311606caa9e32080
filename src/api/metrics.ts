/**
 * The metrics of a server in OpenMetrics. `docs/reference/metrics.md` is held to this by a test.
 * A labelled increment or observation costs 0.2 µs, and a request makes a few of them.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { batchRequestsMax } from '../base/limits.ts';
import { ACTIONS } from '../model/action.ts';
import { LEDGER_REFUSALS, NOTICE_PERCENTS } from '../model/allowance.ts';
import { CHECKPOINTS } from '../model/checkpoint.ts';
import type { DefaultCause, Metrics, PipelineStage } from '../ports/metrics.ts';
import type { MetricsText } from './api-deps.ts';

export interface ServerMetrics extends MetricsText {
  readonly counters: Metrics;
}

/** Milliseconds of interest lie between one commit and the deadline of 800 ms. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.7, 0.8, 1, 2.5];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, batchRequestsMax];
const CAUSES: readonly DefaultCause[] = ['deadline', 'overload', 'failure'];
const STAGES: readonly PipelineStage[] = ['scan', 'gather', 'decide', 'record'];

/** `surfaces` ask for a credential: `v1` and providers that call us. */
export function createMetrics(surfaces: readonly string[] = []): ServerMetrics {
  const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const meters = metersIn([registry]);
  startAtZero(meters, surfaces);
  return {
    counters: countersOf(meters),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

type Registers = Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>[];
type Meters = ReturnType<typeof metersIn>;

function metersIn(registers: Registers) {
  return {
    decisions: new Counter({
      name: 'davylamp_decisions_total',
      help: 'Decisions recorded.',
      labelNames: ['checkpoint', 'action', 'mode'],
      registers,
    }),
    defaults: new Counter({
      name: 'davylamp_default_answers_total',
      help: 'Callers that were given the default of the checkpoint instead of a decision.',
      labelNames: ['checkpoint', 'cause'],
      registers,
    }),
    events: new Counter({
      name: 'davylamp_events_recorded_total',
      help: 'Events recorded that wanted no answer.',
      registers,
    }),
    batches: new Histogram({
      name: 'davylamp_batch_requests',
      help: 'Requests decided and recorded together.',
      buckets: BATCHES,
      registers,
    }),
    stages: new Histogram({
      name: 'davylamp_stage_seconds',
      help: 'Time that a batch, or a scan, spends in a stage of the pipeline.',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers,
    }),
    answers: new Histogram({
      name: 'davylamp_answer_seconds',
      help: 'Time from the arrival of a request to its decision.',
      labelNames: ['checkpoint'],
      buckets: SECONDS,
      registers,
    }),
    waiting: new Gauge({
      name: 'davylamp_waiting_requests',
      help: 'Requests on their way through the pipeline.',
      registers,
    }),
    wrongCredentials: new Counter({
      name: 'davylamp_wrong_credentials_total',
      help: 'Calls with a missing or wrong credential. A provider may admit the job then.',
      labelNames: ['surface'],
      registers,
    }),
    policyReloads: new Counter({
      name: 'davylamp_policy_reloads_total',
      help: 'Policy files read after a change.',
      labelNames: ['outcome'],
      registers,
    }),
    ...ledgerMetersIn(registers),
  };
}

function ledgerMetersIn(registers: Registers) {
  return {
    allowanceNotices: new Counter({
      name: 'davylamp_allowance_notices_total',
      help: 'Parties that have used this share of their allowance in the month.',
      labelNames: ['percent'],
      registers,
    }),
    reservationsExpired: new Counter({
      name: 'davylamp_reservations_expired_total',
      help: 'Reservations given back because nobody heard of their jobs any more.',
      registers,
    }),
    ledgerRefusals: new Counter({
      name: 'davylamp_ledger_refusals_total',
      help: 'Ends, starts and expiries of jobs that the ledger did not carry out.',
      labelNames: ['code'],
      registers,
    }),
  };
}

function countersOf(meters: Meters): Metrics {
  return {
    decided: (checkpoint, action, mode) => meters.decisions.inc({ checkpoint, action, mode }),
    defaulted: (checkpoint, cause) => meters.defaults.inc({ checkpoint, cause }),
    eventsRecorded: (count) => meters.events.inc(count),
    batch: (requests) => meters.batches.observe(requests),
    stage: (stage, elapsedMs) => meters.stages.observe({ stage }, elapsedMs / 1_000),
    answered: (checkpoint, elapsedMs) => meters.answers.observe({ checkpoint }, elapsedMs / 1_000),
    waiting: (requests) => meters.waiting.set(requests),
    wrongCredential: (surface) => meters.wrongCredentials.inc({ surface }),
    allowanceNotice: (percent) => meters.allowanceNotices.inc({ percent }),
    reservationsExpired: (count) => meters.reservationsExpired.inc(count),
    ledgerRefused: (code) => meters.ledgerRefusals.inc({ code }),
    policyReload: (outcome) => meters.policyReloads.inc({ outcome }),
  };
}

/** A counter that appears with its first increment hides that increment from a rate. */
function startAtZero(meters: Meters, surfaces: readonly string[]): void {
  for (const surface of surfaces) meters.wrongCredentials.inc({ surface }, 0);
  for (const checkpoint of CHECKPOINTS) {
    meters.answers.zero({ checkpoint });
    for (const cause of CAUSES) meters.defaults.inc({ checkpoint, cause }, 0);
    for (const action of ACTIONS) {
      for (const mode of ['live', 'shadow']) meters.decisions.inc({ checkpoint, action, mode }, 0);
    }
  }
  for (const percent of NOTICE_PERCENTS) meters.allowanceNotices.inc({ percent }, 0);
  for (const code of LEDGER_REFUSALS) if (code !== '') meters.ledgerRefusals.inc({ code }, 0);
  for (const stage of STAGES) meters.stages.zero({ stage });
  for (const outcome of ['loaded', 'refused']) meters.policyReloads.inc({ outcome }, 0);
}
