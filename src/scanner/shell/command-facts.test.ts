import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INTERPRETERS, PRINTERS, TOOLS, WRAPPERS } from '../engine/known-tools.ts';
import { commandFacts } from './command-facts.ts';
import { strippedWords } from './command-words.ts';
import { fetchTargets } from './fetch-command.ts';
import { programCall } from './program-call.ts';
import { treeRequests } from './tree-call.ts';
import { fieldOf } from './variables.ts';

/** What each of them could be given so that a reader takes it. */
const GIVEN = ['-c', 'run', 'exec', '-exec', 'https://example.com/x.sh', 'install', '.', '-e', 'x'];
const NAMES = [...INTERPRETERS, ...PRINTERS, ...TOOLS, ...WRAPPERS, 'xmrig', 'a.b', '.', '[', '-x'];

test('no reader of commands takes one that is plain', () => {
  let plain = 0;
  for (const name of NAMES) {
    if (!commandFacts(name).isPlain) continue;
    plain++;
    for (const one of GIVEN) {
      const words = [name, one, ...GIVEN].map((text) => fieldOf(text));
      assert.equal(strippedWords(words), words, name);
      assert.deepEqual(fetchTargets(words), [], name);
      assert.equal(programCall(words), null, name);
      assert.deepEqual(treeRequests(words, { folder: '', input: null }), [], name);
    }
  }
  assert.ok(plain > 50, `${plain} of ${NAMES.length} are plain`);
});

test('what changes, fetches or runs something is not plain', () => {
  const others = 'sudo find docker curl GIT make npm tox bash PWSH python3.12 eval . source trap ';
  for (const name of `${others}export cd printf alias sed tee ssh at ./x /opt/x bin/x`.split(' ')) {
    assert.equal(commandFacts(name).isPlain, false, name);
  }
});

test('a long word is told of and not remembered', () => {
  const word = `/opt/${'x'.repeat(1_000)}`;
  assert.deepEqual(commandFacts(word), { ...commandFacts('/opt/x'), name: 'x'.repeat(1_000) });
  assert.equal(commandFacts('x'.repeat(1_000)).isPlain, true);
});
