/** What the lab runs, each as a job in a cgroup of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled, type Ordinary, ordinaryPrograms, preparePostgres } from './ordinary.ts';
import { seededRandom } from './seeded-random.ts';

const HERE = import.meta.dirname;

export interface Program {
  readonly name: string;
  readonly kind: 'ordinary' | 'proof-of-work';
  /** Whether it talks to the pool; only for what is shaped like a miner. */
  readonly stratum: boolean;
  words(port: number): readonly string[];
  /** The same work every time, of half a second; only for what is ordinary. */
  readonly piece: readonly string[];
  readonly service?: NonNullable<Ordinary['service']>;
}

/** Compiles what is in C and writes what the programs read. */
export function prepare(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['memory-hard', 'interval', 'numeric']) {
    const words = ['-O2', '-frounding-math', '-pthread', '-o', join(folder, name)];
    execFileSync('gcc', [...words, join(HERE, `${name}.c`), '-lm']);
  }
  writeFileSync(join(folder, 'hard.cnf'), randomFormula(270, 1_230));
  writeFileSync(join(folder, 'small.cnf'), randomFormula(240, 1_040));
  writeFileSync(join(folder, 'proof.smt2'), primality(16, 2 ** 31 - 1));
  writeFileSync(join(folder, 'small.smt2'), primality(15, 2 ** 29 - 3));
  const random = seededRandom(7);
  const bytes = Uint8Array.from({ length: 24_000_000 }, () => (random() * random() * 64) | 0);
  writeFileSync(join(folder, 'data'), bytes);
  writeFileSync(join(folder, 'small-data'), bytes.subarray(0, 1_200_000));
  preparePostgres(folder);
}

export interface Programs {
  readonly programs: readonly Program[];
  /** What this machine lacks, and Debian's package of it. */
  readonly missing: readonly string[];
}

export function programs(folder: string, seconds: number): Programs {
  const all = Object.entries(ordinaryPrograms(folder));
  const there = all.filter(([name, program]) => isInstalled(name, program));
  const missing = all
    .filter((entry) => !there.includes(entry))
    .map(([name, { from }]) => `${name} (${from})`);
  const ordinary = there.map(([name, { words, ...pieces }]): Program => {
    return { name, kind: 'ordinary', stratum: false, words: () => words, ...pieces };
  });
  const proofs = proofsOfWork(join(folder, 'memory-hard'), seconds);
  return { programs: [...proofs, ...ordinary], missing };
}

function proofsOfWork(hard: string, seconds: number): readonly Program[] {
  const proofs: Readonly<Record<string, readonly string[]>> = {
    'scrypt': ['scrypt'],
    'argon2': ['argon2'],
    'memory-hard, light': [hard, 'light', '2', `${seconds}`],
    'memory-hard, fast': [hard, 'fast', '2', `${seconds}`],
    'rounding, light': [hard, 'light-rounding', '2', `${seconds}`],
  };
  const script = join(HERE, 'proof-loop.ts');
  return [true, false].flatMap((stratum) => {
    return Object.entries(proofs).map(([short, words]): Program => {
      const name = `${short}${stratum ? ' + stratum' : ''}`;
      const wordsAt = (port: number): readonly string[] => {
        const pool = stratum ? `${port}` : '-';
        return [process.execPath, script, slug(name), pool, ...words];
      };
      return { name, kind: 'proof-of-work', stratum, words: wordsAt, piece: [] };
    });
  });
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

/** Whether a number is a product of two: a solver that says no has proved that it is prime. */
function primality(bits: number, number: number): string {
  const wide = (name: string): string => `((_ zero_extend ${bits}) ${name})`;
  const factor = (name: string): string =>
    `(declare-const ${name} (_ BitVec ${bits})) (assert (bvugt ${name} (_ bv1 ${bits})))`;
  const product = `(bvmul ${wide('a')} ${wide('b')})`;
  const claim = `(assert (= ${product} (_ bv${number} ${2 * bits})))`;
  return [factor('a'), factor('b'), claim, '(check-sat)', ''].join('\n');
}
