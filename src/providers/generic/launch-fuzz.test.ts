import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MIB } from '../../base/limits.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { cloudInitReader } from './cloud-init.ts';
import { composeReader } from './compose.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;
const FIXTURES = join(import.meta.dirname, 'fixtures');

test('any variation of user data is read or said to be unread', () => {
  const fixtures = [
    ...fixturesIn(FIXTURES, '.cloud-init.yaml'),
    ...fixturesIn(FIXTURES, '.user-data'),
  ];
  checkReader(cloudInitReader, fixtures, runs, elapsedMs);
});

test('any variation of a Compose file is read or said to be unread', () => {
  checkReader(composeReader, fixturesIn(FIXTURES, 'docker-compose.yml'), runs, elapsedMs);
});

const MULTIPART = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';

/** User data of a few MiB that is made to cost much. */
const HOSTILE_USER_DATA: Readonly<Record<string, string>> = {
  'many small bombs of aliases': `#cloud-config-archive\n${bombs(300)}`,
  'many parts': `${MULTIPART}\n${'--b\n\n#!\n'.repeat(100_000)}`,
  'many headers': `${MULTIPART}\n--b\n${'a: b\n'.repeat(500_000)}`,
  'one header of many lines': `${MULTIPART}${' x\n'.repeat(1_000_000)}`,
  'much that is packed': packed(200),
  'many addresses': `#include\n${'https://example.com/a\n'.repeat(150_000)}`,
  'templates of templates': '## template: jinja\n'.repeat(200_000),
  'quotes in a file': `#cloud-config\nwrite_files: [{path: /a, encoding: b64, content: "${"'".repeat(3 * MIB)}"}]`,
};

test('user data made to cost much is read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE_USER_DATA)) {
    const { jobs, unread } = timed(cloudInitReader, text, name, elapsedMs);
    assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});

/** Compose files of a few MiB that are made to cost much. */
const HOSTILE_COMPOSE: Readonly<Record<string, string>> = {
  'many services with one long command': services(`command: ["${'x '.repeat(MIB)}"]`),
  'many services with one long check': services(
    `healthcheck: {test: [CMD, "${'x '.repeat(MIB)}"]}`,
  ),
  'many services with one Dockerfile': services(
    `build: {dockerfile_inline: "${'RUN a\\n'.repeat(400_000)}"}`,
  ),
  'many services with many mounts': services(
    `volumes: [${'./a:/a,'.repeat(30)}]\n  command: ["${'/a/b.sh '.repeat(500)}"]`,
  ),
  'a long chain': `services:\n${Array.from({ length: 60_000 }, (_, i) => `  s${i}: {extends: s${i + 1}}\n`).join('')}`,
  'many variables in one text': `services: {a: {command: ["${'${A:-'.repeat(600_000)}"]}}\n`,
  'many dollars': `services: {a: {command: ["${'$'.repeat(3 * MIB)}"]}}\n`,
  'many files of one text':
    `configs: {c: {content: "${'END\\n'.repeat(500_000)}"}}\n` +
    `services: {a: {image: x, configs: [${'c, '.repeat(100_000)}]}}\n`,
};

test('Compose files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE_COMPOSE)) {
    const { jobs, unread } = timed(composeReader, text, name, elapsedMs);
    assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
  for (const [name, text] of Object.entries(HOSTILE_YAML)) {
    const file = text.replaceAll('jobs:', 'services:').replaceAll('script:', 'command:');
    timed(composeReader, file, name, elapsedMs);
  }
});

function services(fields: string): string {
  const service = (i: number): string => `  s${i}: {<<: *a}\n`;
  const list = Array.from({ length: 900 }, (_, i) => service(i)).join('');
  return `x-a: &a\n  ${fields}\nservices:\n${list}`;
}

function bombs(count: number): string {
  const lines = Array.from({ length: 20 }, (_, i) => {
    const item = i === 0 ? 'x' : `*b${i - 1}`;
    return `    b${i}: &b${i} [${Array(9).fill(item).join(', ')}]\n`;
  });
  return `- |\n    #cloud-config\n${lines.join('')}    runcmd: *b19\n`.repeat(count);
}

function packed(count: number): string {
  const bomb = gzipSync(`#!/bin/sh\n${'x'.repeat(MIB)}`).toString('base64');
  const part = `--b\nContent-Transfer-Encoding: base64\n\n${bomb}\n`;
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n${part.repeat(count)}`;
}
