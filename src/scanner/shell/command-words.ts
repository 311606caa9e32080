/**
 * Programs that only run another program: `sudo`, `env`, `nohup`, `timeout 5m`, `docker run …`.
 * What they run is what counts, so they are stripped before a command is judged.
 */
import { quotedWords } from './blank-words.ts';
import { hasPattern } from './glob.ts';
import type { Word } from './shell-run.ts';

interface Prefix {
  /** Options that take the next word as their value. */
  readonly valued?: string;
  /** Words between the options and the command: the time of `timeout`, the user of `gosu`. */
  readonly operands?: number;
  /** `NAME=value` may stand before the command. */
  readonly assignments?: true;
  /** One of these words must follow first, or it is another use of the program. */
  readonly verbs?: string;
  /** What it runs stands behind `--`. */
  readonly afterDashes?: true;
  /** With one of these it runs nothing, or something else. */
  readonly unless?: string;
  /** Words that may stand between the options and the command: the machine of `setarch`. */
  readonly optional?: string;
  /** Without one of these it runs no program, but a shell. */
  readonly onlyWith?: string;
}

const CONTAINER: Prefix = {
  valued:
    '-v -e -p -w -u -h -m -l -c -a --volume --env --publish --workdir --user --hostname --memory ' +
    '--label --name --network --net --entrypoint --cpus --cpuset-cpus --cpuset-mems --cpu-shares ' +
    '--cpu-quota --cpu-period --gpus --platform --pull --restart --env-file --mount --device ' +
    '--shm-size --ulimit --add-host --cap-add --cap-drop --security-opt --dns --ip --ipc --pid ' +
    '--link --log-driver --log-opt --memory-swap --tmpfs --volumes-from --cidfile --expose --uts ' +
    '--runtime --stop-signal --stop-timeout --sysctl --userns --group-add --health-cmd --isolation',
  operands: 1,
  verbs: 'run exec',
};

/** Names of machines that `setarch` is given. */
const MACHINES =
  'linux32 linux64 i386 i486 i586 i686 athlon x86_64 amd64 arm armv7l armv8l aarch64 arm64 ppc ' +
  'ppc64 ppc64le s390 s390x mips mips64 riscv32 riscv64 uname26';

const PREFIXES: Readonly<Record<string, Prefix>> = {
  sudo: { valued: '-u -g -h -p -C -r -t -T -U -D -R --user --group', assignments: true },
  doas: { valued: '-u -C' },
  env: { valued: '-u -C --unset --chdir', assignments: true },
  nohup: {},
  exec: { valued: '-a' },
  command: { unless: '-v -V -pv' },
  builtin: {},
  time: { valued: '-o -f --output --format' },
  timeout: { valued: '-k -s --kill-after --signal', operands: 1 },
  gtimeout: { valued: '-k -s', operands: 1 },
  nice: { valued: '-n --adjustment' },
  ionice: { valued: '-c -n --class --classdata', unless: '-p' },
  chrt: { operands: 1, unless: '-p -m' },
  taskset: { operands: 1, unless: '-p' },
  numactl: { valued: '-C -N -m -l -i -p' },
  setsid: {},
  stdbuf: { valued: '-i -o -e' },
  unbuffer: {},
  screen: { valued: '-S -t -T -c -h -p -s -L -Logfile', unless: '-X -ls -list -wipe -r' },
  tmux: { valued: '-s -n -t -c -x -y -e -F', verbs: 'new new-session neww new-window' },
  xargs: { valued: '-n -P -I -L -d -a -s -E --max-args --max-procs --arg-file --delimiter' },
  busybox: {},
  toybox: {},
  fakeroot: {},
  chroot: { operands: 1 },
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  'ld.so': { valued: '--library-path --preload --argv0 --audit --inhibit-rpath', unless: '--list' },
  setpriv: {
    valued:
      '--reuid --regid --ruid --rgid --euid --egid --groups --securebits --inh-caps --ambient-caps ' +
      '--bounding-set --pdeathsig --selinux-label --apparmor-profile',
  },
  unshare: { valued: '-R -S -G -w --root --wd --setuid --setgid --propagation --setgroups' },
  setarch: { optional: MACHINES },
  i386: {},
  x86_64: {},
  prlimit: { valued: '-o --output', unless: '-p --pid' },
  pkexec: { valued: '--user' },
  faketime: { valued: '-f', operands: 1 },
  proot: { valued: '-r -b -w' },
  watch: { valued: '-n -d --interval' },
  flock: { valued: '-w -E --timeout --conflict-exit-code', operands: 1 },
  'systemd-run': { valued: '-p -u -E --unit --property --slice --uid --setenv' },
  cpulimit: { valued: '-l -p -e -P --limit --pid --exe', unless: '-p -e -P --pid --exe' },
  graftcp: { valued: '-a -p -f -n -b -w' },
  proxychains: { valued: '-f' },
  proxychains4: { valued: '-f' },
  torsocks: { valued: '-a -u -p -P' },
  torify: {},
  catchsegv: {},
  strace: { valued: '-e -o -p -s -u -E' },
  'xvfb-run': { valued: '-s -n -e -f -w -p' },
  'dbus-run-session': {},
  tini: {},
  'dumb-init': {},
  catatonit: {},
  linux32: {},
  linux64: {},
  daemonize: { valued: '-a -c -e -o -p -l -u -E' },
  kubectl: { verbs: 'run exec', afterDashes: true },
  oc: { verbs: 'run exec rsh', afterDashes: true },
  bundle: { verbs: 'exec' },
  poetry: { verbs: 'run' },
  pipenv: { verbs: 'run' },
  pdm: { verbs: 'run' },
  hatch: { verbs: 'run' },
  rye: { verbs: 'run' },
  uv: { verbs: 'run', valued: '--with --python -p --extra --group --project' },
  pixi: { verbs: 'run', valued: '-e --environment' },
  mise: { verbs: 'exec x', afterDashes: true },
  direnv: { verbs: 'exec', operands: 1 },
  dotenv: { valued: '-e -f' },
  'cross-env': { assignments: true },
  runuser: { valued: '-u -g -G --user --group --supp-group', onlyWith: '-u --user' },
  nsenter: { valued: '-t --target' },
  entr: {},
  docker: CONTAINER,
  podman: CONTAINER,
  nerdctl: CONTAINER,
};

/** Prefixes before prefixes that are stripped: `sudo nohup nice …`. */
const PREFIXES_MAX = 16;

/** The words without the prefixes before the real command; never fewer than one word. */
export function commandWords(words: readonly Word[]): readonly Word[] {
  return strippedWords(words);
}

/** `commandWords` for any kind of word. */
export function strippedWords<W extends Word>(words: readonly W[]): readonly W[] {
  let rest = words;
  for (let i = 0; i < PREFIXES_MAX; i++) {
    const next = withoutPrefix(rest);
    if (next.length === 0 || next === rest) break;
    rest = next;
  }
  return rest;
}

/** The name of a program without its folder and without `.exe`. */
export function programName(word: string): string {
  const name = word.slice(word.lastIndexOf('/') + 1);
  return name.endsWith('.exe') ? name.slice(0, -4) : name;
}

interface PrefixWords {
  readonly prefix: Prefix;
  readonly valued: ReadonlySet<string>;
  readonly verbs: ReadonlySet<string>;
  readonly unless: ReadonlySet<string>;
  readonly optional: ReadonlySet<string>;
  readonly onlyWith: ReadonlySet<string>;
}

const PREFIX_WORDS: ReadonlyMap<string, PrefixWords> = new Map(
  Object.entries(PREFIXES).map(([name, prefix]) => {
    const { valued, verbs, unless, optional, onlyWith } = prefix;
    const first = { valued: setOf(valued), verbs: setOf(verbs), unless: setOf(unless) };
    const more = { optional: setOf(optional), onlyWith: setOf(onlyWith) };
    return [name, { prefix, ...first, ...more }];
  }),
);

function setOf(words: string | undefined): ReadonlySet<string> {
  return new Set(words === undefined ? [] : words.split(' '));
}

/** The loader of shared libraries is named after its machine: `ld-linux-x86-64.so.2`. */
function prefixName(word: string): string {
  const name = programName(word);
  return name.startsWith('ld-linux') || name.startsWith('ld-musl') ? 'ld.so' : name;
}

/** Whether a program of this name may stand before the one that is run. */
export function isPrefix(name: string): boolean {
  return FINDERS.has(name) || name === 'docker-compose' || PREFIX_WORDS.has(prefixName(name));
}

const FINDERS = new Set(['find', 'fd']);

function withoutPrefix<W extends Word>(words: readonly W[]): readonly W[] {
  const name = prefixName(words[0]?.text ?? '');
  if (FINDERS.has(name)) return executedByFind(words);
  if (name === 'docker-compose') return composeWords(words, 1);
  const known = PREFIX_WORDS.get(name);
  if (!known) return words;
  const { prefix, valued, verbs, unless, onlyWith, optional } = known;
  if (onlyWith.size > 0 && !words.some(({ text }) => onlyWith.has(text))) return words;
  let at = 1;
  if (prefix.verbs !== undefined) {
    if (words[at]?.text === 'container') at++;
    if (name === 'docker' && words[at]?.text === 'compose') return composeWords(words, at + 1);
    if (!verbs.has(words[at]?.text ?? '')) return words;
    at++;
  }
  if (prefix.afterDashes) {
    const dashes = words.findIndex((word) => word.text === '--');
    return dashes < 0 ? words : words.slice(dashes + 1);
  }
  let entrypoint: W | undefined;
  for (; at < words.length; at++) {
    const word = words[at]?.text ?? '';
    if (unless.has(word)) return words;
    if (word === '--') {
      at++;
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      if (prefix.assignments && isAssignment(word)) continue;
      break;
    }
    if (name === 'env' && splitsString(word)) return splitString(words, at);
    if (word === '--entrypoint') entrypoint = words[at + 1];
    if (takesNext(word, valued)) at++;
  }
  if (optional.has(words[at]?.text ?? '')) at++;
  while (optional.size > 0 && words[at]?.text.startsWith('-')) at++;
  at += prefix.operands ?? 0;
  if (prefix.assignments) while (isAssignment(words[at]?.text ?? '')) at++;
  const rest = words.slice(at);
  return entrypoint ? [entrypoint, ...rest] : withShell(rest);
}

/** `flock FILE -c TEXT` gives the text to a shell. */
function withShell<W extends Word>(words: readonly W[]): readonly W[] {
  const [first] = words;
  const isText = first?.text === '-c' || first?.text === '--command';
  return isText && words.length > 1
    ? [{ ...first, text: 'sh' }, { ...first, text: '-c' }, ...words.slice(1)]
    : words;
}

/** `docker compose exec -T SERVICE COMMAND` */
function composeWords<W extends Word>(words: readonly W[], from: number): readonly W[] {
  const verb = words.findIndex(({ text }, i) => i >= from && (text === 'run' || text === 'exec'));
  if (verb < 0) return words;
  let at = verb + 1;
  for (; at < words.length && words[at]?.text.startsWith('-'); at++) {
    if (takesNext(words[at]?.text ?? '', COMPOSE_VALUED)) at++;
  }
  return words.slice(at + 1);
}

const COMPOSE_VALUED = setOf('-e -u -v -w -p --env --user --volume --workdir --name --entrypoint');

/** `find … -exec COMMAND {} ;`: the found file is known by the name that is asked for. */
function executedByFind<W extends Word>(words: readonly W[]): readonly W[] {
  const at = words.findIndex((word) => FIND_ACTIONS.has(word.text));
  if (at < 0) return words;
  const rest = words.slice(at + 1);
  const end = rest.findIndex(({ text }) => text === ';' || text === '+');
  const named = words[words.findIndex(({ text }) => text === '-name' || text === '-path') + 1];
  // A pattern says what the program is called that is found, and nothing of other words.
  const file = named && !named.text.startsWith('-') ? named : undefined;
  const command = end < 0 ? rest : rest.slice(0, end);
  return command.map((word, i) => {
    const isFound = file && word.text === '{}' && (i === 0 || !hasPattern(file.text));
    return isFound ? { ...word, text: file.text } : word;
  });
}

const FIND_ACTIONS = new Set(['-exec', '-execdir', '-ok', '-okdir', '-x', '--exec']);

/** Whether the option leaves its value to the next word. In `-dmS` the last letter decides. */
function takesNext(option: string, valued: ReadonlySet<string>): boolean {
  if (valued.has(option)) return true;
  if (option.startsWith('--')) return false;
  for (let i = 1; i < option.length; i++) {
    if (valued.has(`-${option[i]}`)) return i === option.length - 1;
  }
  return false;
}

function isAssignment(word: string): boolean {
  const equals = word.indexOf('=');
  if (equals < 1) return false;
  for (let i = 0; i < equals; i++) {
    const c = word[i] as string;
    const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
    if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
  }
  return true;
}

function splitsString(word: string): boolean {
  return word.startsWith('-S') || word.startsWith('--split-string');
}

/** `env -S "program arguments"`: the words are in one string. */
function splitString<W extends Word>(words: readonly W[], at: number): readonly W[] {
  const option = words[at] as W;
  const attached = option.text.startsWith('-S') ? option.text.slice(2) : option.text.slice(15);
  const holder = attached === '' ? words[at + 1] : option;
  if (!holder) return words;
  const text = attached === '' ? holder.text : attached;
  const split = quotedWords(text);
  const rest = words.slice(at + (attached === '' ? 2 : 1));
  // Options and assignments of `env` may stand in the string as well.
  return [words[0] as W, ...split.map((piece) => ({ ...holder, text: piece })), ...rest];
}
