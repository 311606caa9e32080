/**
 * What a tool runs of the tree that it stands in, read from its words: `make -C lib check` runs a
 * target of `lib/Makefile`, `docker build app` the definition `app/Dockerfile`, `tox` what
 * `tox.ini` says. A tool that is not in the table runs nothing of the tree that we know of.
 */
import { type Arguments, argumentsOf, isOutside, valuesOf } from './arguments.ts';
import { programName } from './command-words.ts';
import { buildCalls, composeCalls, manifestCalls } from './container-call.ts';
import { resolvePath } from './paths.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import type { TreeCall } from './tree.ts';
import { PLAIN, type TreeManner } from './tree-runner.ts';
import type { Field } from './variables.ts';

/** A call and how it is made. */
export interface TreeRequest {
  readonly call: TreeCall;
  readonly manner: TreeManner;
}

/** What a tool's words are read with. */
export interface Caller {
  readonly folder: string;
  /** Standard input, where it is known. */
  readonly input: Printed | null;
}

type Reader = (words: readonly string[], caller: Caller) => readonly TreeRequest[];

/** What these words run of the tree; nearly always nothing. Prefixes are stripped already. */
export function treeRequests(words: readonly Field[], caller: Caller): readonly TreeRequest[] {
  const name = programName(words[0]?.text ?? '');
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (reader)
    return reader(
      words.slice(1).map(({ text }) => text),
      caller,
    );
  return Object.hasOwn(CODE_FILES, name)
    ? [codeRequest(CODE_FILES[name] as readonly string[], caller)]
    : [];
}

/** Whether a tool of this name may run something of its tree. */
export function isTreeTool(name: string): boolean {
  return Object.hasOwn(READERS, name) || Object.hasOwn(CODE_FILES, name);
}

const READERS: Readonly<Record<string, Reader>> = {
  make: readMake,
  gmake: readMake,
  bmake: readMake,
  npm: (words, caller) => readPackage(words, caller, false),
  cnpm: (words, caller) => readPackage(words, caller, false),
  pnpm: (words, caller) => readPackage(words, caller, true),
  yarn: (words, caller) => readPackage(words, caller, true),
  yarnpkg: (words, caller) => readPackage(words, caller, true),
  bun: (words, caller) => readPackage(words, caller, false),
  npx: readRunner,
  docker: (words, caller) => plain(buildCalls(words, caller)),
  podman: (words, caller) => plain(buildCalls(words, caller)),
  nerdctl: (words, caller) => plain(buildCalls(words, caller)),
  buildah: (words, caller) => plain(buildCalls(words, caller)),
  'docker-compose': (words, caller) => plain(composeCalls(words, caller)),
  'podman-compose': (words, caller) => plain(composeCalls(words, caller)),
  kubectl: (words, caller) => plain(manifestCalls(words, caller)),
  oc: (words, caller) => plain(manifestCalls(words, caller)),
  'ansible-playbook': readOperands,
  pytest: readTests,
  'py.test': readTests,
  mocha: readTests,
  jest: readTests,
  vitest: readTests,
  ava: readTests,
  rspec: readTests,
  phpunit: readTests,
  behave: readTests,
  bats: readTests,
  pip: readPip,
  pip3: readPip,
  go: readGo,
};

/** Files that a tool runs whatever it is told. */
const CODE_FILES: Readonly<Record<string, readonly string[]>> = {
  tox: ['tox.ini', 'pyproject.toml', 'setup.cfg'],
  nox: ['noxfile.py'],
  just: ['justfile', 'Justfile', '.justfile'],
  task: ['Taskfile.yml', 'Taskfile.yaml', 'taskfile.yml'],
  'go-task': ['Taskfile.yml', 'Taskfile.yaml'],
  rake: ['Rakefile', 'rakefile', 'Rakefile.rb'],
  gulp: ['gulpfile.js', 'gulpfile.mjs', 'gulpfile.ts'],
  grunt: ['Gruntfile.js'],
  'pre-commit': ['.pre-commit-config.yaml'],
  composer: ['composer.json'],
  cargo: ['build.rs'],
  gradle: ['build.gradle', 'build.gradle.kts'],
  gradlew: ['build.gradle', 'build.gradle.kts'],
  scons: ['SConstruct'],
  invoke: ['tasks.py'],
  fab: ['fabfile.py'],
  mage: ['magefile.go'],
  vagrant: ['Vagrantfile'],
  terraform: ['main.tf'],
  tofu: ['main.tf'],
};

function plain(calls: readonly TreeCall[]): readonly TreeRequest[] {
  return calls.map((call) => ({ call, manner: PLAIN }));
}

function codeRequest(paths: readonly string[], { folder }: Caller): TreeRequest {
  const call = { kind: 'code', paths: paths.map((path) => resolvePath(path, folder)) } as const;
  return { call, manner: PLAIN };
}

const MAKE_VALUED = '-C -f -I -j -l -o -W --directory --file --makefile --jobs --include-dir';
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];

/** `make -C dir -f file A=b target`. */
function readMake(words: readonly string[], caller: Caller): readonly TreeRequest[] {
  const given = argumentsOf(words, MAKE_VALUED);
  const folder = inFolder(caller, given, ['-C', '--directory']);
  const named = valuesOf(given, ['-f', '--file', '--makefile']);
  const paths = (named.length > 0 ? named : MAKEFILES).map((path) => resolvePath(path, folder));
  const variables = given.operands.flatMap((word): [string, string][] => {
    const equals = word.indexOf('=');
    return equals > 0 ? [[word.slice(0, equals).replace(':', ''), word.slice(equals + 1)]] : [];
  });
  // A lone number is what `-j` may be followed by.
  const jobs = given.operands.filter((word) => !word.includes('=') && !isNumber(word));
  const isInput = named.includes('-') && caller.input !== null;
  const text = isInput ? textOfPrinted(caller.input) : null;
  const places = isInput ? MAKEFILES : paths;
  const call = { kind: 'jobs', paths: places, jobs, folder, text, given: variables } as const;
  return [{ call, manner: PLAIN }];
}

const PACKAGE_VALUED = '--prefix -C --dir --cwd -w --workspace --filter -F --registry --loglevel';
const FOLDER_OPTIONS = ['--prefix', '-C', '--dir', '--cwd'];
const RUN_VERBS = new Set(['run', 'run-script', 'rum', 'urn']);
const INSTALL_VERBS = new Set(['ci', 'install', 'i', 'clean-install', 'install-ci-test', 'it']);
/** Scripts that `npm install` without a package's name runs, in this order. */
const INSTALL_SCRIPTS =
  'preinstall install postinstall prepublish preprepare prepare postprepare'.split(' ');
const VERB_SCRIPTS: Readonly<Record<string, string>> = {
  t: 'test',
  tst: 'test',
  test: 'test',
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  publish: 'prepublishOnly',
  pack: 'prepack',
  version: 'version',
};

/** Scripts of a `package.json`. Yarn and pnpm also run one by its bare name (`isBare`). */
function readPackage(
  words: readonly string[],
  caller: Caller,
  isBare: boolean,
): readonly TreeRequest[] {
  const given = argumentsOf(words, PACKAGE_VALUED);
  const [verb = isBare ? 'install' : '', name = '', ...rest] = given.operands;
  const folder = inFolder(caller, given, FOLDER_OPTIONS);
  const request = (jobs: readonly string[], appended: readonly string[] = []): TreeRequest[] => {
    const paths = [resolvePath('package.json', folder)];
    return [
      {
        call: { kind: 'jobs', paths, jobs, folder, text: null, given: [] },
        manner: { ...PLAIN, appended },
      },
    ];
  };
  if (RUN_VERBS.has(verb)) return name === '' ? [] : request(around(name), rest);
  if (INSTALL_VERBS.has(verb)) return name === '' ? request(INSTALL_SCRIPTS) : [];
  const isRunner = verb === 'exec' || verb === 'dlx' || (verb === 'x' && !isBare);
  if (isRunner) return readRunner([name, ...rest], caller);
  const script = Object.hasOwn(VERB_SCRIPTS, verb) ? VERB_SCRIPTS[verb] : undefined;
  const appended = name === '' ? rest : [name, ...rest];
  if (script !== undefined) return request(around(script), appended);
  return isBare && verb !== '' ? request(around(verb), appended) : [];
}

function around(script: string): readonly string[] {
  return [`pre${script}`, script, `post${script}`];
}

/** `npx ./tool` runs a program of the tree; any other name is a package's. */
function readRunner(words: readonly string[], { folder }: Caller): readonly TreeRequest[] {
  const { operands } = argumentsOf(words, '-p --package -c --call');
  const [program = ''] = operands;
  if (!program.startsWith('.')) return [];
  const path = resolvePath(program, folder);
  return plain([{ kind: 'script', path, language: 'code', known: false }]);
}

/** Every file that is named: playbooks. */
function readOperands(words: readonly string[], { folder }: Caller): readonly TreeRequest[] {
  const { operands } = argumentsOf(words, '-i -e -l -t -u -c -f --inventory --extra-vars --tags');
  return operands.slice(0, OPERANDS_MAX).map((operand) => {
    const call: TreeCall = isOutside(operand)
      ? { kind: 'outside', what: `runs ${operand}` }
      : { kind: 'code', paths: [resolvePath(operand, folder)] };
    return { call, manner: PLAIN };
  });
}

const OPERANDS_MAX = 16;

/** Tests that are named, and what a runner of Python's loads untold. */
function readTests(words: readonly string[], caller: Caller): readonly TreeRequest[] {
  const { operands } = argumentsOf(
    words,
    '-k -m -n -p -c -r --cov --cov-report --config --reporter',
  );
  const files = operands.map((word) => word.split('::', 1)[0] ?? '').filter(isCodePath);
  const named = files.slice(0, OPERANDS_MAX).map((path) => codeRequest([path], caller));
  return [
    ...named,
    codeRequest(['conftest.py'], caller),
    codeRequest(['tests/conftest.py'], caller),
  ];
}

function isCodePath(path: string): boolean {
  return ['.py', '.js', '.mjs', '.cjs', '.ts', '.rb', '.php', '.bats'].some((ending) =>
    path.endsWith(ending),
  );
}

/** `pip install .` and `pip install -e ./lib` run the `setup.py` there. */
function readPip(words: readonly string[], caller: Caller): readonly TreeRequest[] {
  if (words[0] !== 'install') return [];
  const folders = words.slice(1).filter((word) => word.startsWith('.') || word.startsWith('/'));
  return folders.slice(0, OPERANDS_MAX).map((word) => {
    const bracket = word.indexOf('[');
    const folder = bracket < 0 ? word : word.slice(0, bracket);
    return codeRequest([`${folder}/setup.py`], caller);
  });
}

/** `go run ./cmd/x` and `go run x.go`; what is only built is not run. */
function readGo([verb, ...words]: readonly string[], caller: Caller): readonly TreeRequest[] {
  const { operands } = argumentsOf(words, '-C -exec -tags -ldflags -gcflags -o -p');
  const [path] = operands;
  if ((verb !== 'run' && verb !== 'generate') || path === undefined) return [];
  return [codeRequest([path.endsWith('.go') ? path : `${path}/main.go`], caller)];
}

function inFolder(caller: Caller, given: Arguments, names: readonly string[]): string {
  const folder = valuesOf(given, names).at(-1);
  return folder === undefined ? caller.folder : resolvePath(folder, caller.folder);
}

function isNumber(word: string): boolean {
  return word !== '' && [...word].every((c) => c >= '0' && c <= '9');
}
