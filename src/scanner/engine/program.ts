/**
 * Which program a simple command runs, and what its arguments are to it. Prefixes (`sudo`,
 * `cpulimit`, `docker run IMAGE`), wrappers (`wine`) and interpreters (`python3 x.py`) are looked
 * through, so that `sudo nohup ./x -o …` is the program `x`, and `python -m pytest` is `pytest`. A
 * file of the job's own that is named after one, `./sudo`, may be anything: it is looked through for
 * the program's name, and the words behind it are its arguments all the same.
 */
import { commandWords, isPrefix } from '../shell/command-words.ts';
import { isShellName, withNamedShell } from '../shell/shell-names.ts';
import type { Word } from '../shell/shell-run.ts';
import type { ProgramKind } from './job-view.ts';
import { INTERPRETERS, PRINTERS, TOOLS, WRAPPERS } from './known-tools.ts';
import { isOwnFile } from './system-folders.ts';

export interface Program {
  readonly name: string;
  /** The word that names it, with its folder. */
  readonly word: string;
  readonly arguments: readonly string[];
  readonly kind: ProgramKind;
  readonly byPath: boolean;
  /** The image of `docker run IMAGE …`, or an empty string. */
  readonly image: string;
}

/** Wrappers inside one another that are looked through. Real commands have one or two. */
const WRAPPERS_MAX = 8;

export function programOf(words: readonly Word[]): Program {
  let rest = words;
  let image = '';
  let own: readonly Word[] | null = null;
  for (let depth = 0; depth < WRAPPERS_MAX; depth++) {
    const stripped = commandWords(rest);
    const container = containerRun(rest, stripped.length);
    if (container) {
      image = container.image;
      rest = rest.slice(container.end);
      const first = rest[0]?.text ?? '-';
      // Without a command of its own the image's program gets the arguments.
      if (first.startsWith('-')) return program([imageName(image), ...textsOf(rest)], image);
      continue;
    }
    own ??= behindOwnPrefix(rest, stripped.length);
    rest = withNamedShell(stripped);
    const texts = textsOf(rest);
    const name = programName(texts[0] ?? '');
    const inner = WRAPPERS.has(name) ? wrapped(texts) : interpreted(name, texts);
    if (inner === 0) break;
    if (isOwnFile(texts[0] ?? '')) own ??= rest.slice(1);
    rest = rest.slice(inner);
  }
  const found = program(textsOf(rest), image);
  return own === null ? found : { ...found, kind: 'other', arguments: textsOf(own) };
}

/** The words behind a file of the job's own among the prefixes, or null. */
function behindOwnPrefix(words: readonly Word[], left: number): readonly Word[] | null {
  const prefixes = words.slice(0, Math.max(0, words.length - left));
  const at = prefixes.findIndex(({ text }) => isOwnFile(text) && isPrefix(programName(text)));
  return at < 0 ? null : words.slice(at + 1);
}

function textsOf(words: readonly Word[]): readonly string[] {
  return words.map(({ text }) => text);
}

function program(words: readonly string[], image: string): Program {
  const [word = '', ...given] = words;
  const name = programName(word);
  const byPath = isOwnFile(word);
  const kind = byPath ? 'other' : kindOf(name, given);
  return { name, word, arguments: given, kind, byPath, image };
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

/** Where what a wrapper runs begins: behind its options, their values and assignments; else 0. */
function wrapped(words: readonly string[]): number {
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') return i + 1 < words.length ? i + 1 : 0;
    const isOption = word.startsWith('-') || word.includes('=');
    if (!isOption && !isOptionValue(word, words[i - 1] as string)) return i;
  }
  return 0;
}

/** `50` of `-l 50`, `root` of `-u root`, `start` of `pm2 start x`. */
function isOptionValue(word: string, before: string): boolean {
  const first = word.charCodeAt(0);
  if (first >= 48 && first <= 57) return true;
  if (word === 'start') return true;
  return (before === '-u' || before === '-g' || before === '-f') && !word.includes('/');
}

/** Where what an interpreter runs begins: a file, or with `-m` a module. 0 when it runs text. */
function interpreted(name: string, words: readonly string[]): number {
  if (!INTERPRETERS.has(name) && !isShellName(name)) return 0;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-m' || word === '-jar') return i + 1 < words.length ? i + 1 : 0;
    if (word === '-c' || word === '-e' || word === '-r' || word === '--test') return 0;
    if (!word.startsWith('-')) return i;
  }
  return 0;
}

const CONTAINER_TOOLS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl']);
/** Options of `docker run` without a value. All others take the next word, or hold a `=`. */
const CONTAINER_SWITCHES: ReadonlySet<string> = new Set(
  (
    '-d -i -t -P -q --detach --interactive --tty --rm --init --privileged --read-only --quiet ' +
    '--publish-all --no-healthcheck --oom-kill-disable --sig-proxy --disable-content-trust --tls'
  ).split(' '),
);

/**
 * The image of `docker run IMAGE`, and the index behind it. `docker` counts where nothing but
 * prefixes stands before it, that is when stripping them leaves no more than it and what follows.
 */
function containerRun(
  words: readonly Word[],
  strippedLength: number,
): { readonly image: string; readonly end: number } | null {
  const at = words.findIndex(({ text }) => isContainerTool(text));
  if (at < 0 || strippedLength > words.length - at) return null;
  const texts = textsOf(words);
  const verb = texts[at + 1] === 'container' ? at + 2 : at + 1;
  if (texts[verb] !== 'run' && texts[verb] !== 'create') return null;
  for (let i = verb + 1; i < texts.length; i++) {
    const word = texts[i] as string;
    if (!word.startsWith('-')) return { image: word, end: i + 1 };
    if (!CONTAINER_SWITCHES.has(word) && !word.includes('=') && !isSwitchCluster(word)) i++;
  }
  return null;
}

/** Asked of every word, so its last letter is looked at first. */
function isContainerTool(word: string): boolean {
  const last = word.charCodeAt(word.length - 1) | 32;
  return CONTAINER_LAST.has(last) && CONTAINER_TOOLS.has(programName(word));
}

/** Of the names of `CONTAINER_TOOLS`, and of `.exe`. */
const CONTAINER_LAST: ReadonlySet<number> = new Set([...'rnle'].map((c) => c.charCodeAt(0)));

/** `-it`, `-dit`: switches in one word. */
function isSwitchCluster(word: string): boolean {
  return word.length > 2 && [...word.slice(1)].every((c) => 'ditPq'.includes(c));
}
