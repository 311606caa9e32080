import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionCommandsMax, definitionPartsMax, scanFileBytesMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { dockerfileReader } from './dockerfile.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'Dockerfile'), 'utf8');

function read(text: string): JobDefinition {
  return dockerfileReader.read('Dockerfile', text);
}

function jobOf(text: string): Job {
  const [job] = read(text).jobs;
  assert.ok(job);
  return job;
}

function commandsOf(text: string): readonly string[] {
  return jobOf(text).commands.map(({ source }) => source.text);
}

function texts(sources: readonly SourceText[]): readonly string[] {
  return sources.map(({ text }) => text);
}

const job = jobOf(FIXTURE);

test('it claims the names that builders know', () => {
  const claimed = [
    ...['Dockerfile', 'a/Dockerfile.dev', 'api.Dockerfile', 'x/Containerfile', 'app.dockerfile'],
    ...['Containerfile.arm', 'ci/Dockerfile-lint', 'Dockerfile_1.2', 'alpine-Dockerfile'],
    'Dockerfile.tt',
  ];
  for (const path of claimed) assert.equal(dockerfileReader.claims(path), true, path);
  for (const path of [
    'Dockerfile.dockerignore',
    'Dockerfiles/x',
    'MyDockerfile',
    ...['dockerfile.ts', 'Dockerfile.md', 'Dockerfile_test.go', 'Dockerfile-versions.json'],
  ]) {
    assert.equal(dockerfileReader.claims(path), false, path);
  }
});

test('all that a build and its containers run, in order', () => {
  assert.deepEqual(read(FIXTURE).unread, []);
  assert.deepEqual(
    job.commands.map(({ shell, source }) => [shell, source.text]),
    [
      ['sh', 'apt-get update &&     apt-get install -y       curl'],
      ['sh', "sh -c 'make \"all\" '\\''x'\\'''"],
      ['sh', 'set -e\nmake test\n'],
      ['sh', 'python3 - <<\'PY\' > /out.txt\nprint("hi")\nPY'],
      ['python', '#!/usr/bin/env python3\nprint("tabs go")\n'],
      ['sh', "cat > /run.sh <<'RUNSH'\n#!/bin/sh\necho hi\nRUNSH"],
      ['powershell', 'Write-Output hi'],
      ['powershell', 'curl -f http://localhost/'],
      ['powershell', 'echo later'],
      ['sh', "/usr/bin/tool --verbose -o 'two words'"],
    ],
  );
});

test('images, code from elsewhere and variables', () => {
  assert.deepEqual(texts(job.images), ['golang:1.24', 'example.org/tools:2', 'alpine/git:2']);
  assert.deepEqual(texts(job.remoteCode), [
    'docker/dockerfile:1',
    'https://example.com/tool.tgz',
    'git@example.com:a/b.git',
  ]);
  assert.deepEqual(
    job.environment.map(({ name, value }) => `${name}=${value.text}`),
    ['VERSION=1.0', 'FLAGS=-s -w', 'OLD=style value', 'A=1', 'B=two words', 'C=three words'],
  );
});

test('every word stands where it is said to', () => {
  const lines = FIXTURE.split('\n');
  const sources = [
    ...job.commands.map(({ source }) => source),
    ...job.images,
    ...job.remoteCode,
    ...job.environment.map(({ value }) => value),
  ];
  const words = ['apt-get update', 'curl', 'make', 'tabs go', 'print', 'echo hi', 'RUNSH', 'all'];
  const more = ['two words', '-o', 'golang:1.24', 'tools:2', 'tool.tgz', 'style', '-s -w', 'hi'];
  let checked = 0;
  for (const source of sources) {
    for (const word of [...words, ...more]) {
      const at = source.text.lastIndexOf(word);
      if (at === -1) continue;
      // `cat > … <<'RUNSH'` is ours: only the closing word stands in the file.
      const { line, column, endLine, endColumn } = placeOf(source, at, at + word.length);
      if (word === 'RUNSH' || line !== endLine) continue;
      assert.equal(lines[line - 1]?.slice(column - 1, endColumn - 1), word, source.text);
      checked++;
    }
  }
  assert.ok(checked > 15, `${checked} words`);
});

test('lines that go on, with comments and empty lines in between', () => {
  assert.deepEqual(commandsOf('RUN a \\\n# no\n\n  # no\n  b\nRUN c'), ['a   b', 'c']);
  assert.deepEqual(commandsOf('RUN a \\  \n  b'), ['a   b']);
  assert.deepEqual(commandsOf('# escape=`\nRUN a `\n  b \\\nRUN c'), ['a   b \\', 'c']);
  assert.deepEqual(commandsOf('#no directive\n# escape=`\nRUN a \\\n b'), ['a  b']);
  assert.deepEqual(commandsOf('RUN a \\\r\n  b\r\nRUN c\r\n'), ['a   b', 'c']);
  assert.deepEqual(commandsOf('run a\nRuN b'), ['a', 'b']);
  assert.deepEqual(commandsOf('RUN a \\'), ['a ']);
});

test('here-documents', () => {
  assert.deepEqual(commandsOf('RUN <<A cat <<B\n1\nA\n2\nB\nRUN x'), [
    '<<A cat <<B\n1\nA\n2\nB',
    'x',
  ]);
  assert.deepEqual(commandsOf('RUN cat <<< word\nRUN echo $((1<<2))\n'), [
    'cat <<< word',
    'echo $((1<<2))',
  ]);
  const open = read('RUN <<EOF\necho\nRUN x\n');
  assert.deepEqual(open.unread, [
    'line 1: the here-document has no end',
    'line 2: ECHO is no instruction and was not read',
  ]);
  assert.deepEqual(
    open.jobs[0]?.commands.map(({ source }) => source.text),
    ['<<EOF', 'x'],
  );
});

test('what a container runs', () => {
  assert.deepEqual(commandsOf('FROM a/b\nCMD ["-o", "x"]'), ['a/b -o x']);
  assert.deepEqual(commandsOf('FROM a\nCMD run it'), ['run it']);
  assert.deepEqual(commandsOf('FROM a\nENTRYPOINT x y\nCMD ["z"]'), ['x y', 'z']);
  assert.deepEqual(commandsOf('FROM a\nCMD x\nFROM b\nENTRYPOINT ["y"]'), ['x', 'y']);
  assert.deepEqual(commandsOf('FROM a\nCMD ["x", ]\nONBUILD ONBUILD RUN y'), ['["x", ]']);
  assert.deepEqual(commandsOf('FROM a\nHEALTHCHECK NONE'), []);
  assert.deepEqual(commandsOf('FROM a\nCMD ["\\u0065cho", "a\\tb", "\\\\"]'), ["echo 'a\tb' '\\'"]);
});

test('limits', () => {
  const many = read('RUN a\n'.repeat(definitionCommandsMax + 1));
  assert.equal(many.jobs[0]?.commands.length, definitionCommandsMax);
  assert.match(many.unread.join(), /more than 20000 instructions/);
  const variables = read(`ENV ${'a=b '.repeat(definitionPartsMax + 1)}`);
  assert.equal(variables.jobs[0]?.environment.length, definitionPartsMax);
  assert.match(variables.unread.join(), /more than 100000 words/);
  const large = read('#'.repeat(scanFileBytesMax + 1));
  assert.deepEqual([large.jobs, large.unread], [[], ['the file is too large and was not read']]);
  const words = read(`CMD [${'"a",'.repeat(10_000)}"b"]`);
  assert.ok(words.jobs[0]?.commands[0]?.source.text.startsWith('["a","a"'), 'read as a line');
});

test('a template is read without its expressions, and one sentence says so', () => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', 'Dockerfile.tt'), 'utf8');
  const { jobs, unread, broken } = dockerfileReader.read('Dockerfile.tt', text);
  assert.deepEqual(unread, ['it is a template: what its <% … %> make was not read']);
  assert.equal(broken, false);
  const sources = jobs.flatMap(({ commands }) => commands.map(({ source }) => source));
  const lines = sources.map((source) => source.text.replace(/ +/g, ' '));
  assert.deepEqual(lines.slice(0, 2), [
    'apt-get update && apt-get install -y curl ____packages.join________ && rm -rf /var/lib/apt',
    'corepack enable',
  ]);
  const last = sources.at(-1) ?? assert.fail();
  const at = last.text.indexOf('puma');
  const { line, column } = placeOf(last, at, at + 4);
  assert.equal(text.split('\n')[line - 1]?.slice(column - 1, column + 3), 'puma');
});

test('marks within an instruction hide nothing of it', () => {
  const hidden = 'cat <%a; ./hidden; echo %>';
  for (const path of ['Dockerfile', 'Dockerfile.tt']) {
    const { jobs, unread } = dockerfileReader.read(path, `FROM a\nRUN ${hidden}\n`);
    assert.equal(jobs[0]?.commands[0]?.source.text, hidden);
    assert.equal(unread.length, path === 'Dockerfile' ? 0 : 1);
  }
  assert.match(read('FROM --platform=x {{ image }}\n').unread.join(), /its \{\{ … \}\} make/);
});
