import type { EventType } from './event.ts';

/** Where a provider asks: may this account exist, this job be queued, run, spend? */
export const CHECKPOINTS = ['sign-up', 'admission', 'run', 'spend'] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number];

/** The checkpoint at which an event of this type asks; null for those that only tell. */
export const CHECKPOINT_OF: Readonly<Record<EventType, Checkpoint | null>> = {
  'account.created': 'sign-up',
  'account.login': null,
  'account.verified': null,
  'instrument.added': null,
  'project.created': null,
  'job.requested': 'admission',
  'job.started': 'run',
  'job.finished': null,
  'job.observed': 'run',
  'credit.granted': null,
  'credit.spent': 'spend',
  'challenge.completed': null,
  'review.labelled': null,
};
