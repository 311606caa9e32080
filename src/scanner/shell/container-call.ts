/** What container tools build and start from files of the tree. */
import { argumentsOf, isOutside, valuesOf } from './arguments.ts';
import { resolvePath } from './paths.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import type { TreeCall } from './tree.ts';

interface Caller {
  readonly folder: string;
  readonly input: Printed | null;
}

const NO_VARIABLES: ReadonlyMap<string, string> = new Map();
/** Files that one command names. */
const FILES_MAX = 16;

const BUILD_VALUED =
  '-f -t -o -m -c --file --tag --build-arg --target --platform --cache-from --cache-to --label ' +
  '--network --secret --ssh --output --progress --iidfile --add-host --build-context --builder ' +
  '--memory --cpu-shares --cpuset-cpus --shm-size --ulimit --isolation --arg --metadata-file ' +
  '--cpu-period --cpu-quota --memory-swap --security-opt --squash-all --format --volume -v';

/** `docker build`, `docker buildx build`, `docker image build`, `docker compose …`. */
export function buildCalls(words: readonly string[], caller: Caller): readonly TreeCall[] {
  const [verb, next] = words;
  if (verb === 'compose') return composeCalls(words.slice(1), caller);
  if (verb === 'build' || verb === 'bud') return buildCall(words.slice(1), caller);
  const isNested =
    (verb === 'buildx' || verb === 'image' || verb === 'builder') && next === 'build';
  return isNested ? buildCall(words.slice(2), caller) : [];
}

function buildCall(words: readonly string[], { folder, input }: Caller): readonly TreeCall[] {
  const given = argumentsOf(words, BUILD_VALUED);
  const environment = new Map(
    valuesOf(given, ['--build-arg']).flatMap((pair): [string, string][] => {
      const equals = pair.indexOf('=');
      return equals > 0 ? [[pair.slice(0, equals), pair.slice(equals + 1)]] : [];
    }),
  );
  const [context = '.'] = given.operands;
  const file = valuesOf(given, ['-f', '--file']).at(-1);
  if (isOutside(context)) return [{ kind: 'outside', what: `builds ${context}` }];
  const dialect = 'dockerfile';
  if (context === '-' || file === '-') {
    if (input === null) return [];
    const text = textOfPrinted(input);
    return [{ kind: 'definition', paths: [], text, dialect, environment, jobs: [] }];
  }
  const named = file === undefined ? DOCKERFILES.map((name) => `${context}/${name}`) : [file];
  const paths = named.map((path) => resolvePath(path, folder));
  return [{ kind: 'definition', paths, text: null, dialect, environment, jobs: [] }];
}

const DOCKERFILES = ['Dockerfile', 'Containerfile'];

const COMPOSE_VALUED = '-f -p --file --project-name --env-file --profile --project-directory';
const COMPOSE_VERBS = new Set(['up', 'run', 'build', 'create', 'start', 'restart', 'watch']);
const COMPOSE_FILES = [
  ...['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'],
];

/** `docker compose -f a.yml up service`. */
export function composeCalls(
  words: readonly string[],
  { folder, input }: Caller,
): readonly TreeCall[] {
  const at = words.findIndex((word) => COMPOSE_VERBS.has(word));
  if (at < 0) return [];
  const given = argumentsOf(words.slice(0, at), COMPOSE_VALUED);
  const files = valuesOf(given, ['-f', '--file']).slice(0, FILES_MAX);
  const base = valuesOf(given, ['--project-directory']).at(-1) ?? '';
  const { operands } = argumentsOf(words.slice(at + 1), '-e -v -p -u -w --env --scale --name');
  // `run` gives the words behind its service to that service.
  const jobs = words[at] === 'run' ? operands.slice(0, 1) : operands;
  const call = (names: readonly string[]): TreeCall => {
    const isInput = names[0] === '-' && input !== null;
    const text = isInput ? textOfPrinted(input) : null;
    const paths = isInput ? [] : names.map((name) => resolvePath(name, folder));
    const shared = { text, dialect: 'compose', environment: NO_VARIABLES } as const;
    return { kind: 'definition', paths, jobs, ...shared };
  };
  if (files.length > 0) return files.map((file) => call([file]));
  return [call(COMPOSE_FILES.map((name) => (base === '' ? name : `${base}/${name}`)))];
}

const MANIFEST_VERBS = new Set(['apply', 'create', 'replace']);

/** `kubectl apply -f a.yml`, also from a URL, from standard input and with `-k folder`. */
export function manifestCalls(
  words: readonly string[],
  { folder, input }: Caller,
): readonly TreeCall[] {
  const at = words.findIndex((word) => MANIFEST_VERBS.has(word));
  if (at < 0) return [];
  const given = argumentsOf(words.slice(at + 1), '-f -k -n -l --filename --kustomize');
  const files = valuesOf(given, ['-f', '--filename']).flatMap((value) => value.split(','));
  const folders = valuesOf(given, ['-k', '--kustomize']).map((name) => {
    return isOutside(name) ? name : `${name}/kustomization.yaml`;
  });
  return [...files, ...folders].slice(0, FILES_MAX).flatMap((file): readonly TreeCall[] => {
    if (isOutside(file)) return [{ kind: 'outside', what: `applies ${file}` }];
    const text = file === '-' && input !== null ? textOfPrinted(input) : null;
    const paths = file === '-' ? [] : [resolvePath(file, folder)];
    const shared = { dialect: 'kubernetes', environment: NO_VARIABLES, jobs: [] } as const;
    return [{ kind: 'definition', paths, text, ...shared }];
  });
}
