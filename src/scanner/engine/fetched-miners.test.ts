import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanScript } from '../test-scanner.ts';

const RELEASE =
  'https://github.com/xmrig/xmrig/releases/download/v6.22.0/xmrig-6.22.0-linux-static-x64.tar.gz';
const FETCH = `curl -sLo a.tgz ${RELEASE}\nmkdir d\ntar xf a.tgz -C d\n`;

const RUN: readonly (readonly [what: string, script: string])[] = [
  ['a pattern of its path', './d/xmrig-*/x* -c a.json'],
  ['a pattern in its folder', 'cd d/xmrig-*\n./?mrig -c a.json'],
  ['a pattern that it is moved by', 'mv d/*/x* b\n./b -c a.json'],
  ['a pattern that `find` is given', "find d -type f -name 'x*' -exec {} -c a.json ';'"],
  ['each file that `find` prints', 'find d -perm /111 | xargs -I{} {} -c a.json'],
  ['the output of `find`', '$(find d -perm /111) -c a.json'],
  ['what is printed into another file', 'tar xOf a.tgz xmrig-6.22.0/xmrig > b\n./b -c a.json'],
];

for (const [what, script] of RUN) {
  test(`a fetched miner is run through ${what}`, () => {
    const report = scanScript(FETCH + script);
    assert.deepEqual([report.verdict, report.executedBits], ['suspected', 12]);
  });
}

const NOT_RUN: readonly (readonly [what: string, script: string])[] = [
  ['another name', './d/y* -c a.json'],
  ['asked for its version', './d/xmrig-*/x* --version'],
  ['checked', "find d -name 'x*' -exec sha256sum {} ';'"],
  ['installed by whom it is packaged for', '$SUDO install -m 755 d/*/x* /usr/bin/'],
];

for (const [what, script] of NOT_RUN) {
  test(`a fetched miner is not run: ${what}`, () => {
    assert.equal(scanScript(FETCH + script).verdict, 'clear');
  });
}

test('a pattern alone names no miner', () => {
  assert.equal(scanScript('./d/x* -c a.json').verdict, 'clear');
});
