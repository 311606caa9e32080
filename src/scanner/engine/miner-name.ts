/** Whether a program, an image or a fetched address is a miner's, by the names in `indicators/`. */
import { MINER_IMAGES } from '../indicators/miner-images.ts';
import { MINER_PROGRAMS, MINER_REPOSITORIES } from '../indicators/miners.ts';
import { imageName, programName } from './program.ts';
import { tokensOf } from './token.ts';

const PROGRAMS: ReadonlySet<string> = new Set(MINER_PROGRAMS);
const REPOSITORIES: ReadonlySet<string> = new Set(MINER_REPOSITORIES);
const IMAGES: ReadonlySet<string> = new Set(MINER_IMAGES);
/** A file of code is not the program it is named after: `xmrig-build.sh`. */
const CODE_ENDINGS = ['.sh', '.bash', '.py', '.js', '.ts', '.rb', '.pl', '.ps1', '.yml', '.json'];
const NAME_LENGTH_MAX = 100;

/** The tokens of each name: those of one stand in everything that this file can recognise. */
export const MINER_PROGRAM_ATOMS: readonly string[] = atomsOf(MINER_PROGRAMS);
export const MINER_IMAGE_ATOMS: readonly string[] = atomsOf([...MINER_PROGRAMS, ...MINER_IMAGES]);
export const MINER_SOURCE_ATOMS: readonly string[] = atomsOf([
  ...MINER_PROGRAMS,
  ...MINER_REPOSITORIES,
]);

function atomsOf(names: readonly string[]): readonly string[] {
  return names.map((name) => tokensOf(name).join(' '));
}

/** `xmrig`, `xmrig-6.22.0`, `cpuminer-avx2`: the name of a miner, or one followed by a version. */
export function isMinerProgram(name: string): boolean {
  if (name.length > NAME_LENGTH_MAX || CODE_ENDINGS.some((ending) => name.endsWith(ending))) {
    return false;
  }
  if (PROGRAMS.has(name)) return true;
  const [first = '', ...others] = tokensOf(name);
  return others.length > 0 && PROGRAMS.has(first);
}

export type MinerImage = 'published' | 'named' | null;

export function minerImage(image: string): MinerImage {
  const name = upTo(image.toLowerCase().trim(), '@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const repository = colon < 0 ? name : name.slice(0, colon);
  const path = withoutStart(withoutStart(repository, 'docker://'), 'docker.io/');
  if (IMAGES.has(path)) return 'published';
  return isMinerProgram(imageName(repository)) ? 'named' : null;
}

/**
 * release  a program ready to run, or a script that installs one
 * source   what one builds it from
 */
export type MinerSource = 'release' | 'source' | null;

/** What of a miner an address leads to: by its repository, or by the name of its archive. */
export function minerSource(url: string): MinerSource {
  const parts = upTo(upTo(url.toLowerCase(), '?'), '#').split('/');
  const last = parts.at(-1) ?? '';
  const at = parts.findIndex((part, i) => {
    return REPOSITORIES.has(`${part}/${withoutEnd(parts[i + 1] ?? '', '.git')}`);
  });
  if (at < 0) return isMinerProgram(programName(last)) ? 'release' : null;
  const isWhole = parts.length <= at + 2 || parts.includes('archive');
  return isWhole ? 'source' : 'release';
}

function upTo(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : text;
}

function withoutEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}
