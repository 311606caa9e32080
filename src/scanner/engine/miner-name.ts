/** Whether a program, an image or a fetched address is a miner's, by the names in `indicators/`. */
import type { IndicatorOrigin, Indicators } from '../indicators/indicators.ts';
import { imageName, programName } from './program.ts';
import { tokensOf } from './token.ts';

/** A file of code is not the program it is named after: `xmrig-build.sh`. */
const CODE_ENDINGS = ['.sh', '.bash', '.py', '.js', '.ts', '.rb', '.pl', '.ps1', '.yml', '.json'];
const NAME_LENGTH_MAX = 100;

/** `xmrig`, `xmrig-6.22.0`, `cpuminer-avx2`: the name of a miner, or one followed by a version. */
export function isMinerProgram(name: string, indicators: Indicators): boolean {
  return minerProgramOrigin(name, indicators) !== null;
}

/** Which indicators know the name of a miner; null when none does. */
export function minerProgramOrigin(name: string, indicators: Indicators): IndicatorOrigin | null {
  if (name.length > NAME_LENGTH_MAX || CODE_ENDINGS.some((ending) => name.endsWith(ending))) {
    return null;
  }
  const whole = indicators.originOf('programs', name);
  if (whole !== null) return whole;
  const [first = '', ...others] = tokensOf(name);
  return others.length > 0 ? indicators.originOf('programs', first) : null;
}

/** published  an image of the list;  named  one that is named after a miner */
export interface MinerImage {
  readonly kind: 'published' | 'named';
  readonly origin: IndicatorOrigin;
}

export function minerImage(image: string, indicators: Indicators): MinerImage | null {
  const repository = imageRepository(image);
  // A mirror keeps the two parts of the name behind its own.
  const mirrored = repository.split('/').slice(-2).join('/');
  const published =
    indicators.originOf('images', repository) ?? indicators.originOf('images', mirrored);
  if (published !== null) return { kind: 'published', origin: published };
  const named = minerProgramOrigin(imageName(repository), indicators);
  return named === null ? null : { kind: 'named', origin: named };
}

/** An image's name without tag, digest and the usual registry, in lower case. */
export function imageRepository(image: string): string {
  const name = upTo(image.toLowerCase().trim(), '@');
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const repository = colon < 0 ? name : name.slice(0, colon);
  return withoutStart(withoutStart(repository, 'docker://'), 'docker.io/');
}

/**
 * release  a program ready to run, or a script that installs one
 * source   what one builds it from
 */
export interface MinerSource {
  readonly kind: 'release' | 'source';
  readonly origin: IndicatorOrigin;
}

/** What of a miner an address leads to: by its repository, or by the name of its archive. */
export function minerSource(url: string, indicators: Indicators): MinerSource | null {
  const parts = upTo(upTo(url.toLowerCase(), '?'), '#').split('/');
  for (const [at, part] of parts.entries()) {
    const repository = `${part}/${withoutEnd(parts[at + 1] ?? '', '.git')}`;
    const origin = indicators.originOf('repositories', repository);
    if (origin === null) continue;
    const isWhole = parts.length <= at + 2 || parts.includes('archive');
    return { kind: isWhole ? 'source' : 'release', origin };
  }
  const origin = minerProgramOrigin(programName(parts.at(-1) ?? ''), indicators);
  return origin === null ? null : { kind: 'release', origin };
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
