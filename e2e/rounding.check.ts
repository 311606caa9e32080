/**
 * Rounding modes as the kernel tells them, by both ways, of a loop that sets them; and the program
 * that the agent carries, compiled anew. A lane of its own in `.ci/run`: it takes root, x86, gcc,
 * clang-14, bpftool and bpftrace.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../bench/lab/agent-process.ts';
import { realClock } from '../src/main/real-clock.ts';
import type { Sighting } from '../src/ports/sensor-source.ts';
import { FpuSource } from '../src/sensor/fpu/fpu-source.ts';
import { openTaskRegisters } from '../src/sensor/fpu/task-registers.ts';
import { compileRounding } from '../tools/compile-rounding.ts';

const PINS = '/sys/fs/bpf';
const SOURCES = join(import.meta.dirname, '../bench/lab');
const folder = mkdtempSync(join(tmpdir(), 'davylamp-fpu-'));
const PATH = process.env['PATH'] ?? '';

function start(name: string, source: string): ChildProcess {
  const program = join(folder, name);
  execFileSync('gcc', ['-O2', '-frounding-math', '-o', program, source, '-lm']);
  return spawn(program, ['0'], { stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

const pins = (): readonly string[] => readdirSync(PINS).filter((name) => /^davylamp/.test(name));

/** Ids of ours that the kernel has, of all agents; none is no success for bpftool. */
function programs(): readonly string[] {
  const words = ['prog', 'show', 'name', 'rounding'];
  const said = spawnSync('bpftool', words, { encoding: 'utf8' }).stdout;
  return [...said.matchAll(/^(\d{1,9}): tracing /gm)].map(([, id = '']) => id);
}

const source = (programPath: string): FpuSource =>
  new FpuSource({ clock: realClock, wanted: () => ['all'], folder, programPath });

/** Signals by process until one came of that, or half a minute has passed. */
async function sightingsUntil(fpu: FpuSource, pid: number): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  const started = await fpu.start((sighting) => sightings.push(sighting));
  assert.ok(started.ok, JSON.stringify(started));
  const isSeen = () => sightings.some(({ actor }) => actor.pid === pid);
  for (let i = 0; i < 300 && !isSeen(); i++) await sleep(100);
  return sightings;
}

test('the program that the agent carries is the one in the source', () => {
  const path = '../src/sensor/fpu/rounding-object.ts';
  assert.equal(readFileSync(join(import.meta.dirname, path), 'utf8'), compileRounding());
});

for (const way of ['registers', 'bpftrace'] as const) {
  test(`a loop that sets modes is seen by ${way}, and one that does not is not`, async () => {
    const plain = join(folder, 'plain.c');
    writeFileSync(plain, 'int main(void) { for (volatile double d = 1;; d = d * 1.5 / 1.5); }');
    const [odd, even] = [start('odd', join(SOURCES, 'interval.c')), start('even', plain)];
    const only = join(folder, way);
    mkdirSync(only);
    const program = way === 'registers' ? 'bpftool' : 'bpftrace';
    const where = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
    symlinkSync(where.trim(), join(only, program));
    const fpu = source(only);
    const sightings = await sightingsUntil(fpu, odd.pid ?? 0);
    const health = fpu.health();
    await fpu.stop();
    await end(odd);
    await end(even);
    const seen = sightings.filter(({ actor }) => actor.pid === odd.pid).at(-1)?.signal;
    assert.ok(seen?.kind === 'rounding', JSON.stringify({ sightings, health }));
    assert.equal(seen.modes, 2);
    assert.ok(seen.samples >= 10, `${seen.samples} samples`);
    assert.ok(!sightings.some(({ actor }) => actor.pid === even.pid));
    assert.equal(health.way, way);
    assert.equal(health.lost + health.malformed, 0);
    assert.deepEqual(pins(), []);
  });
}

test('what a killed agent pinned is removed once it is old, what another one pins now is not', async () => {
  const object = join(folder, 'rounding.bpf.o');
  const { ROUNDING_OBJECT } = await import('../src/sensor/fpu/rounding-object.ts');
  const [old, fresh] = [join(PINS, 'davylamp-1'), join(PINS, 'davylamp-2')];
  for (const pin of [old, fresh]) {
    writeFileSync(object, Buffer.from(ROUNDING_OBJECT, 'base64'));
    execFileSync('bpftool', ['iter', 'pin', object, pin]);
  }
  utimesSync(old, 0, 0);
  const registers = await openTaskRegisters({ clock: realClock, folder });
  assert.ok(registers.ok, JSON.stringify(registers));
  assert.deepEqual(pins(), ['davylamp-2']);
  assert.ok(registers.value.read()?.isSound);
  registers.value.close();
  execFileSync('rm', [fresh]);
});

test('where the file system of pins is not mounted it is', async () => {
  const fileSystem = join(folder, 'pins');
  mkdirSync(fileSystem);
  const registers = await openTaskRegisters({ clock: realClock, folder, fileSystem });
  assert.ok(registers.ok, JSON.stringify(registers));
  registers.value.close();
  assert.deepEqual(readdirSync(fileSystem), ['maps.debug', 'progs.debug']);
  execFileSync('umount', [fileSystem]);
});

test('two at once, and one that ends does not blind the other', async () => {
  const odd = start('odd-for-two', join(SOURCES, 'interval.c'));
  const [one, other] = [source(PATH), source(PATH)];
  const first = await sightingsUntil(one, odd.pid ?? 0);
  const started = other.start(() => {});
  await one.stop();
  assert.ok((await started).ok);
  await sleep(1_000);
  assert.ok(other.health().events > 3, `${other.health().events} reads`);
  await other.stop();
  await end(odd);
  assert.ok(first.some(({ actor }) => actor.pid === odd.pid));
  assert.deepEqual(pins(), []);
});

test('an agent that is killed leaves neither a pin nor a program', async () => {
  const policy = join(folder, 'policy.yaml');
  writeFileSync(policy, 'dry-run: true\nsensors: [fpu]\n');
  const before = programs();
  const agent = new AgentProcess(folder, ['--policy', policy, '--state', join(folder, 'state')]);
  await agent.watches();
  const mine = programs().filter((id) => !before.includes(id));
  assert.equal(mine.length, 1);
  assert.deepEqual(pins(), []);
  await agent.end('SIGKILL');
  // The kernel frees it a moment after the last file of it is closed.
  const left = (): readonly string[] => programs().filter((id) => mine.includes(id));
  for (let i = 0; i < 50 && left().length > 0; i++) await sleep(100);
  assert.deepEqual(left(), []);
  assert.ok(!agent.lines.some(({ msg }) => msg === 'a sensor does not run'));
});

test('without either program it says what is missing', async () => {
  const fpu = source('/nowhere');
  const started = await fpu.start(() => {});
  assert.ok(!started.ok);
  assert.match(started.error.message, /no bpftool .*; .*no bpftrace/);
  assert.equal(fpu.health().state, 'failed');
  await fpu.stop();
});
