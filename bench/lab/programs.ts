/** What the lab runs, each as a job in a cgroup of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from './seeded-random.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');

export interface Program {
  readonly name: string;
  readonly kind: 'ordinary' | 'proof-of-work';
  /** Whether it talks to the pool; only for what is shaped like a miner. */
  readonly stratum: boolean;
  words(port: number): readonly string[];
}

/** Compiles what is in C and writes what the programs read. */
export function prepare(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['memory-hard', 'interval', 'numeric']) {
    const words = ['-O2', '-frounding-math', '-pthread', '-o', join(folder, name)];
    execFileSync('gcc', [...words, join(HERE, `${name}.c`), '-lm']);
  }
  writeFileSync(join(folder, 'hard.cnf'), randomFormula(250, 1_063));
  const random = seededRandom(7);
  const bytes = Uint8Array.from({ length: 24_000_000 }, () => (random() * random() * 64) | 0);
  writeFileSync(join(folder, 'data'), bytes);
}

export function programs(folder: string, seconds: number): readonly Program[] {
  const at = (name: string): string => join(folder, name);
  const node = process.execPath;
  const loop = (command: string): readonly string[] => ['sh', '-c', `while :; do ${command}; done`];
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const tests = join(ROOT, 'src/policy/*.test.ts');
  const ordinary: Readonly<Record<string, readonly string[]>> = {
    'gcc': loop(`gcc -O2 -c -o /dev/null ${HERE}/memory-hard.c`),
    'tsc': loop(`${tsc} -p ${ROOT} --noEmit >/dev/null`),
    'test suite': loop(`${node} --test "${tests}" >/dev/null 2>&1`),
    'ffmpeg x264': loop(
      'ffmpeg -v error -f lavfi -i testsrc2=size=1280x720:rate=30 -t 60 -c:v libx264 -f null -',
    ),
    'xz': loop(`xz -T1 -6 -c ${at('data')} >/dev/null`),
    'zstd': loop(`zstd -q -19 -c ${at('data')} >/dev/null`),
    'minisat': loop(`minisat -verb=0 ${at('hard.cnf')} >/dev/null`),
    'fuzzer': [node, join(HERE, 'fuzz-loop.ts')],
    'sqlite': [node, join(HERE, 'sqlite-loop.ts'), at('lab.db')],
    'numeric loop': [at('numeric'), `${seconds}`],
    'interval arithmetic': [at('interval'), `${seconds}`],
  };
  const proofs: Readonly<Record<string, readonly string[]>> = {
    'scrypt': ['scrypt'],
    'argon2': ['argon2'],
    'memory-hard, light': [at('memory-hard'), 'light', '2', `${seconds}`],
    'memory-hard, fast': [at('memory-hard'), 'fast', '2', `${seconds}`],
    'rounding, light': [at('memory-hard'), 'light-rounding', '2', `${seconds}`],
  };
  const loops = [true, false].flatMap((stratum) => {
    return Object.entries(proofs).map(([name, words]): Program => {
      const full = `${name}${stratum ? ' + stratum' : ''}`;
      const script = join(HERE, 'proof-loop.ts');
      const worker = slug(full);
      return {
        name: full,
        kind: 'proof-of-work',
        stratum,
        words: (port) => [node, script, worker, stratum ? `${port}` : '-', ...words],
      };
    });
  });
  const others = Object.entries(ordinary).map(([name, words]): Program => {
    return { name, kind: 'ordinary', stratum: false, words: () => words };
  });
  return [...loops, ...others];
}

/** A program's name as part of a path. */
export function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]{1,9}/g, '-');
}

/** Random 3-SAT at the ratio where instances are hardest. */
function randomFormula(variables: number, clauses: number): string {
  const random = seededRandom(3);
  const literal = (): string => {
    return `${random() < 0.5 ? '-' : ''}${1 + Math.floor(random() * variables)}`;
  };
  const lines = Array.from({ length: clauses }, () => `${literal()} ${literal()} ${literal()} 0`);
  return `p cnf ${variables} ${clauses}\n${lines.join('\n')}\n`;
}
