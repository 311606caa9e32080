/**
 * Other tools on the same files: Debian's `yara` with the public indicators as rules, `ripgrep`
 * with the same words as literals, and js-yaml. A tool that is not installed is left out.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { PUBLIC_LISTS } from '../src/scanner/indicators/indicators.ts';

/** Words that a rule set for mining looks for. */
export function miningWords(): readonly string[] {
  const { pools, programs, repositories, images, flags } = PUBLIC_LISTS;
  const words = [...pools, ...programs, ...repositories, ...images, ...flags, 'stratum+tcp://'];
  return [...new Set([...words, 'stratum+ssl://', 'donate-level', 'cryptonight', 'randomx'])];
}

/** Seconds of one run each, or null when the tool is not installed. */
export function yaraSeconds(folder: string, scratch: string, threads: number): number | null {
  const rules = join(scratch, 'mining.yar');
  const strings = miningWords().map((word, i) => `$w${i} = ${JSON.stringify(word)} nocase`);
  writeFileSync(rules, `rule mining { strings: ${strings.join('\n')} condition: any of them }\n`);
  return secondsOf('yara', ['-r', '-w', '-N', '-p', String(threads), rules, folder]);
}

export function ripgrepSeconds(folder: string, scratch: string, threads: number): number | null {
  const words = join(scratch, 'words.txt');
  writeFileSync(words, `${miningWords().join('\n')}\n`);
  const searched = ['--hidden', '--no-ignore', '-j', String(threads), folder];
  return secondsOf('rg', ['-c', '-i', '-F', '-f', words, ...searched]);
}

export function yamlSeconds(files: readonly string[]): number {
  const started = performance.now();
  for (const file of files) {
    try {
      loadAll(readFileSync(file, 'utf8'));
    } catch {
      // What it cannot read it has tried to.
    }
  }
  return (performance.now() - started) / 1_000;
}

/** ripgrep ends with 1 when nothing was found. */
function secondsOf(program: string, args: readonly string[]): number | null {
  const started = performance.now();
  const { error, status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const ended = performance.now();
  return error || (status ?? 2) > 1 ? null : (ended - started) / 1_000;
}
