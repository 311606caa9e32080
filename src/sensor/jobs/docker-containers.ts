/**
 * What Docker says of a container, read from its state on disk (`containers/ID/config.v2.json`)
 * and not by its socket: whoever may talk to the socket is root on the host, and reading a folder
 * is all that is needed.
 */
import { readFileSync, statSync } from 'node:fs';
import { isObject, type Json, parseJson } from '../../base/json.ts';
import { containerStateBytesMax } from '../../base/sensor-limits.ts';
import { readEnviron } from '../procfs/environ.ts';
import { JOB_VARIABLES } from './job-of-variables.ts';

/** Labels and the wanted variables of the environment that the container was made with. */
export interface ContainerFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** The facts of a container by its whole id; null when Docker does not know it. */
export function readContainer(folder: string, id: string): ContainerFacts | null {
  const path = `${folder}/${id}/config.v2.json`;
  try {
    if (statSync(path).size > containerStateBytesMax) return null;
    const state = parseJson(readFileSync(path), containerStateBytesMax);
    return state.ok ? factsIn(state.value) : null;
  } catch {
    return null;
  }
}

function factsIn(state: Json): ContainerFacts | null {
  const config = isObject(state) ? state['Config'] : null;
  if (!isObject(config)) return null;
  const env = Array.isArray(config['Env']) ? (config['Env'] as readonly Json[]) : [];
  return {
    labels: textsOf(config['Labels']),
    variables: readEnviron(env.filter((one) => typeof one === 'string').join('\0'), JOB_VARIABLES),
  };
}

/** The members of an object that are texts. */
export function textsOf(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string';
    }),
  );
}
