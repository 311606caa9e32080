/**
 * Which program a simple command runs, and what its arguments are to it. Wrappers (`sudo`,
 * `cpulimit`, `docker run IMAGE`) and interpreters (`python3 x.py`) are looked through, so that
 * `sudo nohup ./x -o …` is the program `x`, and `python -m pytest` is `pytest`.
 */
import type { ProgramKind } from './job-view.ts';
import { INTERPRETERS, PRINTERS, TOOLS, WRAPPERS } from './known-tools.ts';

export interface Program {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly kind: ProgramKind;
  readonly byPath: boolean;
  readonly image: string;
}

/** Wrappers inside one another that are looked through. Real commands have two or three. */
const WRAPPERS_MAX = 8;

export function programOf(words: readonly string[]): Program {
  let rest = words;
  let image = '';
  for (let depth = 0; depth < WRAPPERS_MAX; depth++) {
    const name = programName(rest[0] ?? '');
    const contained = containerRun(name, rest);
    if (contained) {
      image = contained.image;
      const [first = ''] = contained.rest;
      const hasProgram = first !== '' && !first.startsWith('-');
      rest = hasProgram ? contained.rest : [imageName(image), ...contained.rest];
      if (!hasProgram) return program(rest, image);
      continue;
    }
    const inner = WRAPPERS.has(name) ? wrapped(rest) : interpreted(name, rest);
    if (inner.length === 0) break;
    rest = inner;
  }
  return program(rest, image);
}

function program(words: readonly string[], image: string): Program {
  const [word = '', ...given] = words;
  const name = programName(word);
  const byPath = word.includes('/') && !isSystemFolder(word);
  return { name, arguments: given, kind: kindOf(name, given), byPath, image };
}

/** `/opt/x/XMRig.exe` is `xmrig`. */
export function programName(word: string): string {
  const slash = Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\'));
  const name = word.slice(slash + 1).toLowerCase();
  return name.endsWith('.exe') ? name.slice(0, -4) : name;
}

/** The last part of an image's name, without tag and digest: `ghcr.io/a/xmrig:6` is `xmrig`. */
export function imageName(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return (name.split(/[:@]/, 1)[0] ?? '').toLowerCase();
}

function kindOf(name: string, given: readonly string[]): ProgramKind {
  // `sed -i` writes what it is given into a file that something may read.
  if (name === 'sed' && given.some((word) => word.startsWith('-i'))) return 'tool';
  if (PRINTERS.has(name)) return 'printer';
  return TOOLS.has(name) ? 'tool' : 'other';
}

/** A tool of the machine called by its full path is that tool, not a program of the job's own. */
function isSystemFolder(word: string): boolean {
  return word.startsWith('/bin/') || word.startsWith('/usr/bin/') || word.startsWith('/sbin/');
}

/** What a wrapper runs: the first word behind its options, their values and assignments. */
function wrapped(words: readonly string[]): readonly string[] {
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') return words.slice(i + 1);
    const isOption = word.startsWith('-') || word.includes('=');
    if (!isOption && !isOptionValue(word, words[i - 1] as string)) return words.slice(i);
  }
  return [];
}

/** `50` of `-l 50`, `5m` of `timeout 5m`, `root` of `-u root`, `start` of `pm2 start x`. */
function isOptionValue(word: string, before: string): boolean {
  const first = word.charCodeAt(0);
  if (first >= 48 && first <= 57) return true;
  if (word === 'start' || word === 'run') return true;
  return (before === '-u' || before === '-g' || before === '-f') && !word.includes('/');
}

/** What an interpreter runs: a file, or with `-m` a module. Empty when it runs text. */
function interpreted(name: string, words: readonly string[]): readonly string[] {
  if (!INTERPRETERS.has(name)) return [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-m' || word === '-jar') return words.slice(i + 1);
    if (word === '-c' || word === '-e' || word === '-r' || word === '--test') return [];
    if (!word.startsWith('-')) return words.slice(i);
  }
  return [];
}

/** Options of `docker run` without a value. All others take the next word, or hold a `=`. */
const CONTAINER_SWITCHES: ReadonlySet<string> = new Set(
  (
    '-d -i -t -P -q --detach --interactive --tty --rm --init --privileged --read-only --quiet ' +
    '--publish-all --no-healthcheck --oom-kill-disable --sig-proxy --disable-content-trust --tls'
  ).split(' '),
);

function containerRun(
  name: string,
  words: readonly string[],
): { readonly image: string; readonly rest: readonly string[] } | null {
  if (name !== 'docker' && name !== 'podman' && name !== 'nerdctl') return null;
  const start = words.findIndex((word) => word === 'run' || word === 'create');
  if (start < 0 || start > WRAPPERS_MAX) return null;
  for (let i = start + 1; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith('-')) return { image: word, rest: words.slice(i + 1) };
    if (!CONTAINER_SWITCHES.has(word) && !word.includes('=') && !isSwitchCluster(word)) i++;
  }
  return null;
}

/** `-it`, `-dit`: switches in one word. */
function isSwitchCluster(word: string): boolean {
  return word.length > 2 && [...word.slice(1)].every((c) => 'ditPq'.includes(c));
}
