/**
 * Whose job it is by what its runner says: variables of its environment, labels of its container,
 * annotations of its pod. The subject is the one that the provider's own events have, so that what
 * an agent sees and what the provider asks meet in one account.
 *
 * The environment is what the runner gave to the job's first process. A job may set variables for
 * what it starts, and for GitLab even predefined ones in its definition: it can lie about who it
 * is, to whoever has nothing better. Labels and annotations are out of a job's reach.
 */

import { parseSubject } from '../../model/ids.ts';
import { type JobRef, jobRefOf } from '../../model/signal.ts';

type Variables = Readonly<Record<string, string>>;

/** An operator's own word, as a container's label or a pod's annotation: a whole subject. */
export const JOB_LABEL = 'davylamp.job';

const READERS: readonly ((of: Variables) => string | null)[] = [
  (of) => of[JOB_LABEL] ?? null,
  gitlab,
  gitlabLabels,
  forgejo,
  github,
  woodpecker,
];

/** Every variable that a reader looks at. */
export const JOB_VARIABLES: ReadonlySet<string> = new Set([
  'GITHUB_ACTIONS',
  'FORGEJO_ACTIONS',
  'GITEA_ACTIONS',
  'GITHUB_ACTOR',
  'GITHUB_REPOSITORY',
  'GITHUB_RUN_ID',
  'GITHUB_JOB',
  'GITLAB_CI',
  'GITLAB_USER_ID',
  'CI_PROJECT_ID',
  'CI_COMMIT_SHA',
  'CI',
  'CI_SYSTEM_NAME',
  'CI_REPO',
  'CI_REPO_OWNER',
  'CI_PIPELINE_NUMBER',
  'CI_PIPELINE_AUTHOR',
  'CI_COMMIT_AUTHOR',
]);

export function jobOfVariables(variables: Variables): JobRef | null {
  for (const read of READERS) {
    const ref = toJobRef(read(variables));
    if (ref !== null) return ref;
  }
  return null;
}

/** A text as the subject of a job, or null when it names none. */
export function toJobRef(text: string | null): JobRef | null {
  const subject = text === null ? null : parseSubject(text);
  return subject === null || subject.job === null ? null : jobRefOf(subject);
}

function gitlab(of: Variables): string | null {
  if (of['GITLAB_CI'] !== 'true') return null;
  return joined('gitlab', of['GITLAB_USER_ID'], dashed(of['CI_PROJECT_ID'], of['CI_COMMIT_SHA']));
}

/** Labels of the Docker executor do not say whose job it is, only of which project. */
function gitlabLabels(of: Variables): string | null {
  const prefix = 'com.gitlab.gitlab-runner.';
  const project = of[`${prefix}project.id`];
  const account = project === undefined ? undefined : `project-${project}`;
  return joined('gitlab', account, dashed(project, of[`${prefix}job.sha`]));
}

function forgejo(of: Variables): string | null {
  if (of['FORGEJO_ACTIONS'] !== 'true' && of['GITEA_ACTIONS'] !== 'true') return null;
  return joined('forgejo', of['GITHUB_ACTOR'], actionsJob(of));
}

function github(of: Variables): string | null {
  if (of['GITHUB_ACTIONS'] !== 'true') return null;
  return joined('github', of['GITHUB_ACTOR'], actionsJob(of));
}

/** `owner/repository/run/job`: ids of runs are the server's, those of jobs the definition's. */
function actionsJob(of: Variables): string | undefined {
  return slashed(of['GITHUB_REPOSITORY'], of['GITHUB_RUN_ID'], of['GITHUB_JOB']);
}

function woodpecker(of: Variables): string | null {
  if (of['CI_SYSTEM_NAME'] !== 'woodpecker' && of['CI'] !== 'woodpecker') return null;
  const account = of['CI_PIPELINE_AUTHOR'] ?? of['CI_COMMIT_AUTHOR'] ?? of['CI_REPO_OWNER'];
  return joined('woodpecker', account, slashed(of['CI_REPO'], of['CI_PIPELINE_NUMBER']));
}

function joined(provider: string, account: string | undefined, job: string | undefined) {
  return account === undefined || job === undefined ? null : `${provider}/${account}/${job}`;
}

function dashed(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('-');
}

function slashed(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('/');
}
