/** `davylamp/scanner` as another program has it: by the package's name, also when installed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import * as declared from 'davylamp/scanner';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import * as real from './scanner.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MINE = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 3)} -p x\n`;

/** Compiles only while what is declared is what is there. */
const agreed: Pick<typeof declared, 'dialects' | 'rules'> = real;
const reportsOf: (scanner: real.Scanner) => readonly declared.DefinitionReport[] = (scanner) =>
  scanner.scan({ path: 'a.sh', text: 'make' });

test('a definition is judged with the files that it runs', () => {
  const { scan } = declared.createScanner();
  const text = 'build:\n  script:\n    - ./ci/run.sh\n';
  const fileOf = (path: string): string | null => (path === 'ci/run.sh' ? MINE : null);
  const [definition, script] = scan({ path: '.gitlab-ci.yml', text, fileOf });
  assert.equal(definition?.dialect, 'gitlab');
  assert.equal(definition.verdict, 'confirmed');
  assert.equal(script?.path, 'ci/run.sh');
  assert.equal(script.verdict, 'confirmed');
  const [finding] = definition.findings;
  assert.deepEqual(finding?.via, ['.gitlab-ci.yml', 'ci/run.sh']);
});

test('the dialect is told by the path, by the text, or given', () => {
  const { scan, dialectOf } = declared.createScanner();
  assert.equal(dialectOf('.github/workflows/x.yml'), 'github');
  assert.equal(dialectOf('notes.txt', 'prose'), null);
  assert.deepEqual(scan({ path: 'notes.txt', text: MINE }), []);
  const [given] = scan({ path: 'notes.txt', text: MINE, dialect: 'shell' });
  assert.equal(given?.verdict, 'confirmed');
  assert.deepEqual(scan({ path: 'a', text: MINE, dialect: 'no such' }), []);
});

test('private indicators are loaded from their text, or refused with their place', () => {
  const indicators = 'schema: davylamp.indicators/1\npools: [relay.example.net]\n';
  const text = './worker -o relay.example.net:8443\n';
  const rulesOf = (options?: declared.ScannerOptions): readonly string[] => {
    const [report] = declared.createScanner(options).scan({ path: 'a.sh', text });
    return report?.findings.map(({ rule }) => rule) ?? [];
  };
  assert.ok(!rulesOf().includes('pool-endpoint'));
  assert.ok(rulesOf({ indicators }).includes('pool-endpoint'));
  assert.throws(() => declared.createScanner({ indicators: 'pools: [' }), /^TypeError: .*\d+:\d+:/);
});

test('what is declared is what is there', () => {
  assert.deepEqual(Object.keys(declared).sort(), Object.keys(real).sort());
  assert.ok(declared.dialects.includes('github'));
  assert.ok(declared.rules.some(({ id }) => id === 'pool-endpoint'));
  assert.equal(agreed.dialects, declared.dialects);
  assert.equal(reportsOf(real.createScanner()).length, 1);
});

test('below node_modules, where Node strips no types, the scanner and the command run', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-installed-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const installed = join(folder, 'node_modules/davylamp');
  mkdirSync(installed, { recursive: true });
  for (const part of ['package.json', 'bin', 'src', 'docs']) {
    cpSync(join(ROOT, part), join(installed, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
  const program = `import { createScanner } from 'davylamp/scanner';
const [report] = createScanner().scan({ path: 'a.sh', text: ${JSON.stringify(MINE)} });
process.stdout.write(report.verdict);
`;
  writeFileSync(join(folder, 'program.mjs'), program);
  const run = (...args: readonly string[]): string => {
    return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  };
  assert.equal(run('program.mjs'), 'confirmed');
  writeFileSync(join(folder, 'mine.sh'), 'make\n');
  const command = join(installed, 'bin/davylamp.js');
  assert.match(run(command, 'scan', 'mine.sh'), /1 definition in 1 file: 0 confirmed/);
});
