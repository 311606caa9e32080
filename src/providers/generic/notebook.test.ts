import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionCommandsMax, yamlSeparatorsMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { notebookReader } from './notebook.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'example.ipynb'), 'utf8');

function read(text: string): JobDefinition {
  return notebookReader.read('a.ipynb', text);
}

/** A notebook of one cell. */
function cell(source: string, metadata = '{}'): readonly (readonly [string, string])[] {
  const code = JSON.stringify({ cell_type: 'code', source });
  const { jobs, unread } = read(`{"cells": [${code}], "metadata": ${metadata}}`);
  assert.deepEqual(unread, []);
  return commandsOf(jobs[0]);
}

const definition = read(FIXTURE);
const [job] = definition.jobs;

test('it claims notebooks', () => {
  assert.equal(notebookReader.claims('a/b.ipynb'), true);
  assert.equal(notebookReader.claims('a/b.ipynb.py'), false);
});

test('cells in order, lines for the shell apart from Python', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(commandsOf(job), [
    ['python', 'import os\ndata = "set-one"\n'],
    ['sh', `pip install -q "tool>=2" \${data}`],
    ['sh', `ls \\\n    -l \${HOME}`],
    ['sh', "find . -name '*.py'"],
    ['python', "os.system('echo from python')\n"],
    ['sh', 'python train.py --epochs 3'],
    ['sh', 'pip install more'],
    ['python', 'print(f"{files}")'],
    ['sh', 'set -e\nmake "all"\n'],
    ['python', 'print(1)\n'],
    ['sh', `cat > run.sh <<'END'\necho "hi"\nEND`],
    ['python', "get_ipython().system('./go.sh \\'x\\' ')\n"],
    ['sh', "./go.sh 'x' "],
  ]);
});

test('variables, files and the machine', () => {
  assert.deepEqual(variablesOf(job), ['data=set-one', 'MODE=fast']);
  assert.deepEqual(texts(job?.filesRun), ['train.py']);
  assert.deepEqual(job?.machine, ['GPU']);
});

test('every word stands where it is said to, in the lines of the JSON', () => {
  checkPlaces(definition, FIXTURE, [
    ...['import os', 'set-one', 'pip install -q', 'tool>=2', '    -l ', 'find .', 'train.py'],
    ...['--epochs 3', 'pip install more', 'set -e', 'make ', 'print(1)', './go.sh', 'run.sh'],
  ]);
});

test('kernels of other languages', () => {
  const kernel = (language: string): string => `{"kernelspec": {"language": "${language}"}}`;
  assert.deepEqual(cell('ls -l\n!x', kernel('bash')), [['sh', 'ls -l\n!x']]);
  assert.deepEqual(cell('ls', kernel('R')), [['other', 'ls']]);
  assert.deepEqual(cell('ls', '{"language_info": {"name": "PowerShell"}}'), [['powershell', 'ls']]);
  assert.deepEqual(cell('%%sh\nls', kernel('R')), [['sh', 'ls']]);
});

test('magics with a value, appended files, and those that run nothing', () => {
  assert.deepEqual(cell('x = %sx ls -a'), [['sh', 'ls -a']]);
  assert.deepEqual(cell('!!ls'), [['sh', 'ls']]);
  assert.deepEqual(cell('%matplotlib inline'), [['python', '%matplotlib inline']]);
  assert.deepEqual(cell('%%writefile -a f\nx'), [['sh', "cat >> f <<'END'\nx\nEND"]]);
  assert.deepEqual(cell('if a != b:\n  pass'), [['python', 'if a != b:\n  pass']]);
  assert.deepEqual(cell('x = 5 % 3'), [['python', 'x = 5 % 3']]);
  assert.deepEqual(cell('%%bash'), [['sh', '']]);
});

test('notebooks of version 3, and odd types', () => {
  const old = '{"worksheets": [{"cells": [{"cell_type": "code", "input": ["!old"]}]}]}';
  assert.deepEqual(commandsOf(read(old).jobs[0]), [['sh', 'old']]);
  assert.deepEqual(read('{"cells": ["x", {"cell_type": "code", "source": {"a": 1}}]}').unread, [
    'line 1: text where a cell should stand was not read',
    'line 1: a map where a line of a cell should stand was not read',
  ]);
  assert.match(read('{"cells": [').unread.join(), /^not-json/);
});

test('a cell of more commands than are read says so', () => {
  const source = '!a\\n'.repeat(definitionCommandsMax + 1);
  const { jobs, unread } = read(`{"cells": [{"cell_type": "code", "source": "${source}"}]}`);
  assert.equal(jobs[0]?.commands.length, definitionCommandsMax);
  assert.match(unread.join(), /more than 20000 commands/);
});

test('a notebook of more values than are read says so', () => {
  const many = `{"cells": [${'1,'.repeat(yamlSeparatorsMax)}1]}`;
  assert.match(read(many).unread.join(), /^gave up: too-large/);
});
