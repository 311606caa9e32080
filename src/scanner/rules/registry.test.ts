import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Example } from '../engine/rule.ts';
import { definitionOf, scanJob, scriptReader, testScanner } from '../test-scanner.ts';
import { RULES } from './registry.ts';

const FOLDER = new URL('.', import.meta.url);
const PAGES = new URL('../../../docs/rules/', import.meta.url);

const ids = RULES.map(({ id }) => id).sort();

test('every rule has its file, its entry and its page', () => {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => name !== 'registry')
    .sort();
  const pages = readdirSync(PAGES)
    .map((name) => name.slice(0, -'.md'.length))
    .filter((name) => name !== 'README')
    .sort();
  assert.deepEqual(files, ids);
  assert.deepEqual(pages, ids);
});

test('a page has the title of its rule, its severity, and says what to do about a false alarm', () => {
  for (const { id, title, severity, confidence } of RULES) {
    const page = readFileSync(new URL(`${id}.md`, PAGES), 'utf8');
    assert.ok(page.startsWith(`# \`${id}\``), id);
    assert.ok(page.includes(title), `${id}: title`);
    assert.ok(page.includes(`| severity | ${severity} |`), `${id}: severity`);
    assert.ok(page.includes(`| confidence | ${confidence} |`), `${id}: confidence`);
    assert.ok(page.includes('## False alarms'), `${id}: false alarms`);
  }
  assert.ok(existsSync(new URL('README.md', PAGES)));
});

for (const rule of RULES) {
  for (const example of rule.hits) {
    test(`${rule.id} fires on: ${example.what}`, () => {
      const { input, report } = scanExample(example);
      const rules = report.findings.map((finding) => finding.rule);
      assert.ok(rules.includes(rule.id), JSON.stringify(report));
      assert.equal(testScanner.isClear(input), false, 'the sweep must not clear it');
    });
  }
  for (const example of rule.innocents) {
    test(`${rule.id} does not fire on: ${example.what}`, () => {
      const { report } = scanExample(example);
      const fired = report.findings.filter((finding) => {
        return finding.rule === rule.id && finding.position !== 'mentioned';
      });
      assert.deepEqual(fired, []);
      assert.ok(['clear', 'unchecked'].includes(report.verdict), report.verdict);
    });
  }
}

function scanExample({ script, image, shape, files }: Example) {
  if (files !== undefined) {
    const all = Object.entries({ 'job.sh': script, ...files });
    const tree = all.map(([path, text]) => ({ path, text }));
    const input = { kind: 'files', dialect: 'shell', files: tree } as const;
    const fileOf = (path: string): string | null => files[path] ?? null;
    const [report] = testScanner.scanFile(scriptReader, 'job.sh', script, fileOf);
    assert.ok(report);
    return { input, report };
  }
  const images = image === undefined ? [] : [image];
  const job = { scripts: [script], images, shape: shape ?? {} };
  const input = { kind: 'definition', definition: definitionOf(job) } as const;
  return { input, report: scanJob(job) };
}
