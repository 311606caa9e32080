/**
 * Programs that a CI host runs and that do not mine: what each does for as long as one looks, and
 * once, as a piece of work of about half a second on one core that is the same every time.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');
const PYTHON = '/usr/bin/python3';
const POSTGRES = '/usr/lib/postgresql';
const HOST = '127.0.0.1';
const PORT = 54_329;

export interface Ordinary {
  readonly words: readonly string[];
  readonly piece: readonly string[];
  /** What runs beside the pieces, and what ends well once it is ready. */
  readonly service?: { readonly words: readonly string[]; readonly isReady: readonly string[] };
  /** Debian's package of it, for whoever lacks it; empty: it comes with this repository. */
  readonly from: string;
}

const sh = (script: string): readonly string[] => ['sh', '-c', script];

/** One command, over and over, and so many times. */
function repeated(command: string, times: number, from: string): Ordinary {
  const quiet = `${command} >/dev/null 2>&1`;
  return {
    words: sh(`while :; do ${quiet}; done`),
    piece: sh(`for i in $(seq ${times}); do ${quiet}; done`),
    from,
  };
}

/** A solver on a hard problem, over and over, and once on a smaller one. */
function solver(command: string, hard: string, small: string): Ordinary {
  const from = command.split(' ')[0] ?? '';
  const { piece } = repeated(`${command} ${small}`, 1, from);
  return { ...repeated(`${command} ${hard}`, 1, from), piece };
}

/** A program that counts its own rounds; 0 is without end. */
function rounds(words: readonly string[], count: number, from = ''): Ordinary {
  return { words: [...words, '0'], piece: [...words, `${count}`], from };
}

export function ordinaryPrograms(folder: string): Readonly<Record<string, Ordinary>> {
  const at = (name: string): string => join(folder, name);
  const node = process.execPath;
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const loose = '--ignoreConfig --noEmit --skipLibCheck --allowImportingTsExtensions';
  const encode = 'ffmpeg -v error -f lavfi -i testsrc2=size=1280x720:rate=30';
  const yaml = `${ROOT}/src/base/yaml`;
  const learning = [PYTHON, join(HERE, 'learning.py')];
  return {
    'gcc': repeated(`gcc -O2 -c -o /dev/null ${HERE}/memory-hard.c`, 5, 'gcc'),
    'tsc': {
      ...repeated(`${tsc} -p ${ROOT} --noEmit`, 1, ''),
      piece: sh(
        `for i in 1 2 3; do ${tsc} ${loose} --module nodenext --target es2024 ${yaml}.ts; done`,
      ),
    },
    'test suite': {
      ...repeated(`${node} --test "${ROOT}/src/policy/*.test.ts"`, 1, ''),
      piece: sh(`${node} --test ${yaml}.test.ts >/dev/null 2>&1`),
    },
    'ffmpeg x264': {
      ...repeated(`${encode} -t 60 -c:v libx264 -f null -`, 1, 'ffmpeg'),
      piece: sh(`${encode} -t 0.6 -c:v libx264 -f null -`),
    },
    'xz': { ...repeated(`xz -T1 -6 -c ${at('data')}`, 1, 'xz-utils'), ...pieceOf('xz', at) },
    'zstd': { ...repeated(`zstd -q -19 -c ${at('data')}`, 1, 'zstd'), ...pieceOf('zstd', at) },
    'minisat': solver('minisat -verb=0', at('hard.cnf'), at('small.cnf')),
    'cadical': solver('cadical -q', at('hard.cnf'), at('small.cnf')),
    'z3': solver('z3', at('proof.smt2'), at('small.smt2')),
    'fuzzer': rounds([node, join(HERE, 'fuzz-loop.ts')], 9_000),
    'sqlite': rounds([node, join(HERE, 'sqlite-loop.ts'), at('lab.db')], 100),
    'postgresql': postgres(folder),
    'numeric loop': rounds([at('numeric')], 40),
    'numpy': rounds([...learning, 'numpy'], 6, 'python3-numpy'),
    'scikit-learn': rounds([...learning, 'learn'], 1, 'python3-sklearn'),
    'interval arithmetic': rounds([at('interval')], 180),
  };
}

function pieceOf(program: 'xz' | 'zstd', at: (name: string) => string) {
  const level = program === 'xz' ? '-T1 -6' : '-19';
  return { piece: sh(`${program} -q ${level} -c ${at('small-data')} >/dev/null`) };
}

/**
 * A server of its own, by TCP as CI services are reached, and `pgbench`; it does not run as root.
 * Nothing that it does by its own clock falls into a piece.
 */
function postgres(folder: string): Ordinary {
  const bin = postgresBin() ?? `${POSTGRES}/bin`;
  const data = join(folder, 'postgres');
  const as = 'runuser -u postgres --';
  const options = `-k ${data} -h ${HOST} -p ${PORT} -F`;
  const start = `${as} ${bin}/pg_ctl -s -w -D ${data} -o '${options}' -l ${data}/log start`;
  const load = `${as} pgbench -n -h ${HOST} -p ${PORT} -c 2 --random-seed=7`;
  const quiet = '>/dev/null 2>&1';
  const still = '-c autovacuum=off -c checkpoint_timeout=1h -c max_wal_size=8GB';
  return {
    words: sh(`${start}; while :; do ${load} -T 60 bench ${quiet}; done`),
    piece: sh(`${load} -t 500 bench ${quiet}`),
    service: {
      words: sh(`exec ${as} ${bin}/postgres -D ${data} ${options} ${still} >${data}/log 2>&1`),
      isReady: [`${bin}/pg_isready`, '-q', '-h', HOST, '-p', `${PORT}`],
    },
    from: 'postgresql',
  };
}

/** Makes the database that it works on. */
export function preparePostgres(folder: string): void {
  const bin = postgresBin();
  if (bin === null) return;
  const data = join(folder, 'postgres');
  const run = (script: string): void => void execFileSync('sh', ['-c', script]);
  run(`chmod 755 ${folder} && install -d -o postgres ${data}`);
  const as = (command: string): void => run(`cd / && runuser -u postgres -- ${command} >/dev/null`);
  as(`${bin}/initdb -D ${data} -A trust`);
  as(`${bin}/pg_ctl -s -w -D ${data} -o '-k ${data} -h "" -F' -l ${data}/log start`);
  as(`createdb -h ${data} bench`);
  as(`pgbench -q -i -s 2 -h ${data} bench 2>&1`);
  as(`${bin}/pg_ctl -s -w -D ${data} -m fast stop`);
}

function postgresBin(): string | null {
  if (!existsSync(POSTGRES)) return null;
  const version = readdirSync(POSTGRES).sort().at(-1);
  return version === undefined ? null : `${POSTGRES}/${version}/bin`;
}

/** Whether what the program runs is on this machine. */
export function isInstalled(name: string, { from }: Ordinary): boolean {
  if (from === '') return true;
  if (from === 'postgresql') return postgresBin() !== null;
  const test = from.startsWith('python3-')
    ? `${PYTHON} -c 'import ${from === 'python3-numpy' ? 'numpy' : 'sklearn'}'`
    : `command -v ${name.split(' ')[0]}`;
  try {
    execFileSync('sh', ['-c', `${test} >/dev/null 2>&1`]);
    return true;
  } catch {
    return false;
  }
}
