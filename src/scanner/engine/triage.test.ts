// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../base/prng.ts';
import { RULES } from '../rules/registry.ts';
import { TreeState } from '../scanner.ts';
import { scriptReader, testScanner } from '../test-scanner.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
type Files = Readonly<Record<string, string>>;

function fileOf(files: Files): (path: string) => string | null {
  return (path) => (Object.hasOwn(files, path) ? (files[path] ?? null) : null);
}

/** Whether the first file is told from its bytes. */
function isTold(files: Files): boolean {
  const [path = '', text = ''] = Object.entries(files)[0] ?? [];
  const tree = new TreeState(fileOf(files));
  return testScanner.triage(scriptReader, path, Buffer.from(text), tree) === 'plain';
}

/** What the whole way says of the first file. */
function scanned(files: Files) {
  const [path = '', text = ''] = Object.entries(files)[0] ?? [];
  return testScanner.scanFile(scriptReader, path, text, fileOf(files));
}

const TOLD: Readonly<Record<string, Files>> = {
  'nothing runs': { 'a.sh': 'echo hi\ncp a b\n' },
  'a program that the tree does not hold': { 'a.sh': './configure --prefix=/usr\nmake\n' },
  'a script in which there is nothing': { 'a.sh': './b.sh', 'b.sh': 'echo "$1"\n' },
  'a script beside': { 'ci/a.sh': 'bash b.sh', 'ci/b.sh': 'true\n' },
  'a chain of scripts': { 'a.sh': '. ./b.sh', 'b.sh': './c.sh\n', 'c.sh': 'true\n' },
  'scripts that run one another': { 'a.sh': './b.sh', 'b.sh': './a.sh\n' },
  'a remark that names a language': { 'a.sh': '# node affinity\nformat x\n' },
  'a remark that names a script': { 'a.sh': '# as x.py does\n# python3 y.py\ntrue\n' },
  'glue that nothing is given to': { 'a.sh': 'tar xf v$VERSION.tgz\n' },
};
const DOUBTED: Readonly<Record<string, Files>> = {
  'a miner': { 'a.sh': './xmrig' },
  'a script that mines': { 'a.sh': './b.sh', 'b.sh': './xmrig\n' },
  'a script that a script runs': { 'a.sh': './b.sh', 'b.sh': './c.sh\n', 'c.sh': './xmrig\n' },
  'a script without an ending': { 'a.sh': 'tools/run', 'tools/run': '#!/bin/sh\n./xmrig\n' },
  'a script in a folder that is entered': {
    'a.sh': 'cd t && ./run',
    't/run': '#!/bin/sh\nxmrig\n',
  },
  'a script by a variable': { 'a.sh': 'X=t; $X/run', 't/run': '#!/bin/sh\nxmrig\n' },
  'a script that is missing': { 'a.sh': './b.sh' },
  'a remark that is read': { 'a.sh': 'read _ a <<E\n# ./x.sh\nE\n$a\n' },
  'a remark that runs what mines': { 'a.sh': '# ./b.sh\n', 'b.sh': './xmrig\n' },
  'a first line that is no remark': { 'a.sh': '#!/usr/bin/env node\nx.split("").reverse()\n' },
  'a file that is missing': { 'a.sh': 'python3 tool' },
  'code of another language': { 'a.sh': 'python3 b.py', 'b.py': 'print(1)\n' },
  'parts that meet in a script': { 'a.sh': 'export A=xm B=rig\n./b.sh', 'b.sh': '$A$B\n' },
  'parts that a sourced file sets': { 'a.sh': '. ./b.sh\n$A$B', 'b.sh': 'A=xm\nB=rig\n' },
  'arguments': { 'a.sh': './b.sh xm rig', 'b.sh': './$1$2\n' },
  'no text': { 'a.sh': 'echo \u0000\n' },
  'no UTF-8': { 'a.sh': 'echo \ufffd\n' },
  'what is fetched': { 'a.sh': 'curl https://a.test/x | sh\n' },
};

for (const [what, files] of Object.entries(TOLD)) {
  test(`told from the bytes: ${what}`, () => {
    assert.ok(isTold(files));
    for (const { verdict, unchecked } of scanned(files)) {
      assert.deepEqual({ verdict, unchecked }, { verdict: 'clear', unchecked: [] });
    }
  });
}

for (const [what, files] of Object.entries(DOUBTED)) {
  test(`not told from the bytes: ${what}`, () => assert.ok(!isTold(files)));
}

test('a file is not inert for having been met while one that it runs was looked at', () => {
  const files = {
    'a.sh': './b.sh\n./c.sh\n',
    'b.sh': './a.sh\n',
    'c.sh': './xmrig\n',
    'd.sh': './a.sh\n',
    'e.sh': './b.sh\n',
  };
  const tree = new TreeState(fileOf(files));
  for (const [path, text] of Object.entries(files).slice(3)) {
    assert.equal(testScanner.triage(scriptReader, path, Buffer.from(text), tree), 'other', path);
  }
});

test('what is told to be clear is clear all the way: made trees', () => {
  const prng = new Prng(31);
  const lines = [
    ...RULES.flatMap(({ hits, innocents }) => [...hits, ...innocents].map(({ script }) => script)),
    ...[
      './b.sh',
      '. ./b.sh',
      'bash c/d.sh',
      'cd c && ./d.sh x',
      'A=xm ./b.sh',
      'source c/d.sh rig',
    ],
    ...[
      './c/run',
      'sh -c "./b.sh"',
      'for f in c/*.sh; do sh $f; done',
      'export A=xmr',
      '$A$1',
      '$A',
    ],
    ...['./${A}ig', 'X=c; $X/run', 'python3 t.py', 'make -C c', '"$(dirname "$0")"/c/run', 'B=rig'],
  ];
  const names = ['a.sh', 'b.sh', 'c/d.sh', 'c/run', 'c/b.sh'];
  let told = 0;
  for (let i = 0; i < numRuns * 10; i++) {
    const files = Object.fromEntries(
      names.slice(0, 2 + prng.below(4)).map((name) => {
        const text = Array.from({ length: 1 + prng.below(3) }, () => prng.pick(lines)).join('\n');
        return [name, name.endsWith('run') ? `#!/bin/sh\n${text}` : text];
      }),
    );
    if (!isTold(files)) continue;
    told++;
    for (const { verdict, unchecked } of scanned(files)) {
      const expected = { verdict: 'clear', unchecked: [] };
      assert.deepEqual({ verdict, unchecked }, expected, JSON.stringify(files));
    }
  }
  assert.ok(told > 0);
});
