import type { Job, JobDefinition } from '../../model/job-definition.ts';

/** Targets that a Makefile may have; a chain of prerequisites is followed no further. */
const JOBS_MAX = 1_000;

/**
 * The jobs of these names with all that run before them, in the order in which they run. Without a
 * name it is all of a definition, or the first job where jobs have names and prerequisites as
 * targets do. What stands outside all jobs, under an empty name, always runs.
 */
export function chosenJobs(
  definitions: readonly JobDefinition[],
  names: readonly string[],
): readonly Job[] {
  const all = definitions.flatMap(({ jobs }) => jobs);
  const isMake = definitions.some(({ dialect }) => dialect === MAKE);
  if (names.length === 0 && !isMake) return all;
  const byName = Map.groupBy(all, ({ name }) => name);
  const chosen = new Set<Job>(byName.get(''));
  const first = all.find(({ name }) => name !== '' && !name.startsWith('.'));
  const active = new Set<string>();
  const choose = (name: string): void => {
    if (active.has(name) || chosen.size >= JOBS_MAX || active.size >= JOBS_MAX) return;
    active.add(name);
    for (const job of byName.get(name) ?? []) {
      for (const need of job.needs ?? []) choose(need);
      chosen.add(job);
    }
  };
  for (const name of names.length > 0 ? names : [first?.name ?? '']) choose(name);
  return [...chosen];
}

/** Its first target is what runs when none is named. */
const MAKE: string = 'makefile';
