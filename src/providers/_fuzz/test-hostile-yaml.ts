/**
 * YAML files of a few MiB, each made to cost a reader as much as it can: much of one thing, or a
 * little that aliases, merge keys, `extends` and references make much of.
 */
import { MIB } from '../../base/limits.ts';

export const HOSTILE_YAML: Readonly<Record<string, string>> = {
  'many keys that stand twice': filled('jobs:\n', ' a: b\n') + filled('', 'j: {script: x}\n'),
  'a bomb of aliases': bomb(),
  'sequences and steps that hold themselves':
    `job: &a\n  <<: [*a, *a]\n  script: &s [*s, ${'x,'.repeat(150_000)} y]\n` +
    'jobs:\n  x:\n    steps: &t [{run: *s, parallel: *t}]\n',
  'merge keys that double': merges(),
  'one large script': filled('job:\n  script:\n    - |\n', '      echo hello world\n', 3),
  'one large script of escapes': `job:\n  script: "${filled('', '\\x41', 3)}"\n`,
  'many jobs that share much': shared(),
  'many jobs that extend a large one':
    `.p: {${numbered(50_000, (i) => `a${i}: b`).join(', ')}}\n` +
    numbered(9_000, (i) => `j${i}: {extends: .p, script: x}`).join('\n'),
  'many references to much':
    `.p: {s: [${'x,'.repeat(100_000)}]}\n.q: {s: [${'!reference [.p, s],'.repeat(100_000)}]}\n` +
    'j: {script: [!reference [.q, s]]}\n',
  'references that multiply':
    numbered(30, (i) => `.r${i}: {s: [${`!reference [.r${i + 1}, s],`.repeat(9)}]}\n`).join('') +
    'j: {script: !reference [.r0, s]}\n',
  'a wide matrix':
    `jobs: {a: {strategy: {matrix: {x: [${'1,'.repeat(190_000)}2]}}}}\n` +
    `j: {parallel: {matrix: [{A: [${'1,'.repeat(190_000)}2]}]}}\n`,
  'a long tag': `a: !${'x'.repeat(MIB)}^ y`,
};

function filled(head: string, part: string, mebibytes = 1): string {
  return head + part.repeat(Math.floor((mebibytes * MIB) / part.length));
}

function numbered(count: number, make: (i: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** 9 to the power of 25 texts in 26 lines. */
function bomb(): string {
  const lines = numbered(26, (i) => {
    const item = i === 0 ? 'x' : `*b${i - 1}`;
    return `b${i}: &b${i} [${Array(9).fill(item).join(', ')}]`;
  });
  return `${lines.join('\n')}\njob: {script: *b25}\njobs: {x: {steps: [{run: *b25}]}}\n`;
}

function merges(): string {
  const maps = numbered(60, (i) => {
    const above = i === 0 ? '' : `  <<: *j${i - 1}\n  <<: *j${i - 1}\n`;
    return `.j${i}: &j${i}\n  k${i}: v\n${above}`;
  });
  return `${maps.join('')}job:\n  <<: *j59\n  script: x\njobs:\n  a: *j59\n`;
}

function shared(): string {
  const variables = numbered(5_000, (i) => `a${i}: b`).join(', ');
  const workflow = numbered(9_000, (i) => ` j${i}: {steps: [{run: x}]}`).join('\n');
  const pipeline = numbered(9_000, (i) => `k${i}: {script: x}`).join('\n');
  const before = `default:\n  before_script: [${'x'.repeat(MIB)}]\n`;
  const maps = `env: {${variables}}\nvariables: {${variables}}\n`;
  return `${before}${maps}jobs:\n${workflow}\n${pipeline}\n`;
}
