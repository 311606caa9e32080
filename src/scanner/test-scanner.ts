/** A scanner over plain scripts, for tests: the whole text of a file is one command. */
import type { DefinitionReport } from '../model/finding.ts';
import type { DialectReader, Job, JobDefinition } from '../model/job-definition.ts';
import { verbatim } from '../model/source-text.ts';
import type { JobShape } from './engine/job-view.ts';
import { createScanner } from './scanner.ts';

export interface TestJob {
  readonly scripts: readonly string[];
  readonly images?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly shell?: 'sh' | 'powershell' | 'python';
  readonly shape?: Partial<JobShape>;
}

export const scriptReader: DialectReader = {
  dialect: 'shell',
  claims: (path) => path.endsWith('.sh'),
  read: (path, text) => definitionOf({ scripts: [text] }, path),
};

export const testScanner = createScanner({ readers: [scriptReader] });

export function definitionOf(
  job: TestJob,
  path = 'job.sh',
  dialect: JobDefinition['dialect'] = 'shell',
): JobDefinition {
  return { dialect, path, jobs: [jobOf(job, path)], unread: [] };
}

export function scanJob(job: TestJob): DefinitionReport {
  return testScanner.scan({ kind: 'definition', definition: definitionOf(job) });
}

export function scanScript(script: string): DefinitionReport {
  return scanJob({ scripts: [script] });
}

function jobOf({ scripts, images, environment, shell, shape }: TestJob, path: string): Job {
  return {
    name: '',
    commands: scripts.map((text) => ({ source: verbatim(path, text), shell: shell ?? 'sh' })),
    images: (images ?? []).map((image) => verbatim(path, image)),
    environment: Object.entries(environment ?? {}).map(([name, value]) => {
      return { name, value: verbatim(path, value) };
    }),
    remoteCode: [],
    filesRun: [],
    fanOut: 1,
    schedules: [],
    timeoutSeconds: null,
    machine: [],
    ...shape,
  };
}
