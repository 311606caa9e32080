/** Files that a definition names as parts of itself: includes, local actions, Dockerfiles. */
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { definitionReferences, filePath } from './follow.ts';
import type { Following } from './following.ts';

const SHOWN_LENGTH_MAX = 200;
/** Files that stand in a folder that is named: an action, an image. */
const FOLDER_FILES = ['action.yml', 'action.yaml', 'Dockerfile'];

/** Queues what the definition names; `via` is the chain to it. */
export function followReferences(
  definition: JobDefinition,
  via: readonly string[],
  following: Following,
): void {
  const { dialect, path, jobs } = definition;
  const caller = { source: { path, text: '', segments: [0, 1, 1] }, via };
  const environments = new Map<string, ReadonlyMap<string, string>>();
  for (const job of jobs) {
    for (const { text } of [...job.filesRun, ...job.remoteCode]) {
      environments.set(text, environmentOf(job, environments.get(text)));
    }
  }
  for (const reference of definitionReferences(definition)) {
    const environment = environments.get(reference.path) ?? new Map<string, string>();
    const given = inputsOf(environment);
    const paths = reference.isPart ? [reference.path] : pathsOf(reference.path, path);
    const order = { jobs: [], environment, given };
    const as = { own: dialect, named: reference.dialect };
    if (following.follow(paths, as, caller, order) || reference.isOptional) continue;
    const verb = reference.isPart ? 'includes' : 'runs';
    following.say(`${verb} ${reference.path.slice(0, SHOWN_LENGTH_MAX)}, which was not read`, via);
  }
}

function pathsOf(reference: string, from: string): readonly string[] {
  const folder = from.slice(0, from.lastIndexOf('/') + 1);
  const places = [filePath(reference), filePath(folder + reference)];
  return places.flatMap((place) => {
    const inside = FOLDER_FILES.map((name) => (place === '' ? name : `${place}/${name}`));
    return place === '' ? inside : [place, ...inside];
  });
}

/** Variables of all jobs that use one reference. */
function environmentOf(
  { environment }: Job,
  before: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> {
  const own = environment.map(({ name, value }): [string, string] => [name, value.text]);
  return new Map([...(before ?? []), ...own]);
}

/** What a step gives to an action `with` a name is the action's input of that name. */
function inputsOf(environment: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of environment) {
    if (!name.startsWith('with.')) continue;
    const input = name.slice('with.'.length);
    given.set(`inputs.${input}`, value);
    given.set(`INPUT_${input.toUpperCase()}`, value);
  }
  return given;
}
