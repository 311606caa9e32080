import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MIB } from '../../base/limits.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { oracleCloudReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a request is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.json');
  checkReader(oracleCloudReader, texts, runs, elapsedMs);
});

/** Requests of a few MiB that are made to cost much. */
const HOSTILE: Readonly<Record<string, string>> = {
  'many instances': `[${'{"shape": "VM.x", "metadata": {"a": "b"}},'.repeat(50_000)} {}]`,
  'many packed user data': `[${instances(gzipSync('#!/bin/sh\n'.padEnd(MIB)), 500)}]`,
  'many small settings': `[${instances(Buffer.from('#cloud-config\nruncmd: [a]\n'), 10_000)}]`,
  'many bombs of aliases': `[${instances(Buffer.from(bomb()), 1_000)}]`,
  'one large user data': `[${instances(Buffer.alloc(2 * MIB, 'a b\n'), 1)}]`,
  'deep': `{"metadata": ${'['.repeat(1_000_000)}`,
  'one long text': `{"shape": "${'\\n'.repeat(MIB)}"}`,
};

test('requests made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const { jobs, unread } = timed(oracleCloudReader, text, name, elapsedMs);
    assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});

function instances(userData: Uint8Array, count: number): string {
  const encoded = Buffer.from(userData).toString('base64');
  return Array(count).fill(`{"metadata": {"user_data": "${encoded}"}}`).join(',');
}

function bomb(): string {
  const lines = Array.from({ length: 20 }, (_, i) => {
    const item = i === 0 ? 'x' : `*b${i - 1}`;
    return `b${i}: &b${i} [${Array(9).fill(item).join(', ')}]\n`;
  });
  return `#cloud-config\n${lines.join('')}runcmd: *b19\n`;
}
