/**
 * `node tools/compile-rounding.ts`: compiles `rounding.bpf.c` into `rounding-object.ts`, by which the
 * agent carries it. `clang` 14 and `bpftool` 7.1, as Debian 12 has them: others write other bytes.
 * bpftool's linker leaves out what only a debugger would read.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FPU = join(import.meta.dirname, '../src/sensor/fpu');
const LINE = 96;
const CLANG = 'clang-14';
/** The oldest instruction set that all kernels with task iterators know. */
const WORDS = ['-target', 'bpf', '-mcpu=v2', '-O2', '-Wall', '-Wextra', '-Werror'];
/** Types by name, and no path of this machine. */
const DEBUG = ['-g', '-fdebug-compilation-dir=.'];

/** The text of `rounding-object.ts`. */
export function compileRounding(): string {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-rounding-'));
  const [compiled, linked] = [join(folder, 'compiled.o'), join(folder, 'linked.o')];
  try {
    const words = [...WORDS, ...DEBUG, '-c', 'rounding.bpf.c', '-o', compiled];
    execFileSync(CLANG, words, { cwd: FPU });
    execFileSync('bpftool', ['gen', 'object', linked, compiled]);
    return textOf(readFileSync(linked).toString('base64'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function textOf(base64: string): string {
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `/** \`rounding.bpf.c\` as tools/compile-rounding.ts wrote it: ELF for BPF, in base64. */
export const ROUNDING_OBJECT = \`
${lines.join('\n')}
\`;
`;
}

if (import.meta.main) writeFileSync(join(FPU, 'rounding-object.ts'), compileRounding());
