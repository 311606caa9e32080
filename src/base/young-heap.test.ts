import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { MIB } from './limits.ts';

/**
 * Objects that survive make a heap grow that may. It is larger for a moment, while it is collected,
 * so that the size that it has most of the time counts. Flags are those of the whole process.
 */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { isMainThread, parentPort, Worker } from 'node:worker_threads';
  const usualBytes = () => {
    const kept = [];
    const times = new Map();
    for (let i = 0; i < 8_000; i++) {
      kept.push(new Array(1_024).fill(0.5));
      const young = getHeapSpaceStatistics().find((one) => one.space_name === 'new_space');
      times.set(young.space_size, (times.get(young.space_size) ?? 0) + 1);
    }
    return [...times].sort((a, b) => b[1] - a[1])[0][0];
  };
  if (isMainThread) {
    const { fixYoungHeap } = await import(process.argv[1]);
    fixYoungHeap(8, 4);
    const own = usualBytes();
    const program = process.execArgv.at(-1);
    const worker = new Worker(program, { eval: true, execArgv: ['--input-type=module'] });
    worker.on('message', (beside) => console.log(JSON.stringify([own, beside])));
  } else parentPort.postMessage(usualBytes());
`;

test('a thread has the room that it was given, and those that it starts have theirs', () => {
  const module = new URL('./young-heap.ts', import.meta.url).href;
  const args = ['--input-type=module', '--eval', PROGRAM, module];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  // Room for new objects is there twice.
  assert.deepEqual(JSON.parse(stdout || '""'), [16 * MIB, 8 * MIB], stderr);
});
