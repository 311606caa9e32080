/** Does what a plan says, on this host. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fail, ok, type Result } from '../base/result.ts';
import { cgroupDepthMax } from '../base/sensor-limits.ts';
import type { CgroupLayout } from '../model/cgroup-layout.ts';
import { type CutFlow, ssKill } from './cut-flow.ts';
import type { Operation } from './plan.ts';

/**
 * gone    the cgroup or the program is not there (any more)
 * failed  the kernel refused
 */
export interface PerformProblem {
  readonly code: 'gone' | 'failed';
  readonly message: string;
}

const NFT_MS_MAX = 5_000;
/** A job that forks while it is killed is killed again. */
const KILL_ROUNDS_MAX = 50;

export function perform(operation: Operation, layout: CgroupLayout): Result<void, PerformProblem> {
  if (operation.kind === 'write') return write(operation.file, operation.value);
  if (operation.kind === 'nft') return runNft(operation.script, operation.flow);
  return killAll(operation.cgroup, layout);
}

export function readSetting(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null;
  }
}

function write(file: string, value: string): Result<void, PerformProblem> {
  try {
    // Without `O_CREAT`: in a plain folder a wrong path must not become a file.
    writeFileSync(file, value, { flag: 'r+' });
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail({ code: code === 'ENOENT' || code === 'ENODEV' ? 'gone' : 'failed', message });
  }
}

function runNft(script: string, flow?: CutFlow): Result<void, PerformProblem> {
  const { error, status, stderr } = spawnSync('nft', ['-f', '-'], {
    input: script,
    timeout: NFT_MS_MAX,
    encoding: 'utf8',
  });
  if (error !== undefined) {
    return flow === undefined ? fail({ code: 'gone', message: error.message }) : runSs(flow);
  }
  if (status === 0) return ok(undefined);
  const isGone = stderr.includes('No such file or directory');
  return fail({ code: isGone ? 'gone' : 'failed', message: stderr.trim().slice(0, 200) });
}

/** It prints what it has destroyed, and ends well if that was nothing. */
function runSs(flow: CutFlow): Result<void, PerformProblem> {
  const words = ssKill(flow) ?? [];
  const { error, stdout } = spawnSync('ss', words, { timeout: NFT_MS_MAX, encoding: 'utf8' });
  if (error === undefined && stdout.trim() !== '') return ok(undefined);
  const message = 'there is no nft, and ss could not destroy the socket';
  return fail({ code: 'failed', message });
}

/** Version 2 has a file for it; version 1 is frozen first, so that nothing forks meanwhile. */
function killAll(cgroup: string, layout: CgroupLayout): Result<void, PerformProblem> {
  if (layout.version === 2) {
    const killed = write(`${layout.root}${cgroup}/cgroup.kill`, '1');
    // A frozen process of version 2 dies all the same.
    if (killed.ok || killed.error.code === 'gone') return ok(undefined);
  }
  const freezer = `${layout.roots.freezer}${cgroup}/freezer.state`;
  const isFrozen = layout.version === 1 && write(freezer, 'FROZEN').ok;
  for (let round = 0; round < KILL_ROUNDS_MAX; round++) {
    const pids = processesBelow(layout.root + cgroup, 0);
    for (const pid of pids) kill(pid);
    if (isFrozen) write(freezer, 'THAWED');
    if (pids.length === 0) return ok(undefined);
  }
  return fail({ code: 'failed', message: `${cgroup} still has processes` });
}

function processesBelow(folder: string, depth: number): readonly number[] {
  if (depth > cgroupDepthMax || !existsSync(folder)) return [];
  const own = (readSetting(`${folder}/cgroup.procs`) ?? '').trim();
  const inner = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => processesBelow(`${folder}/${name}`, depth + 1));
  return [...(own === '' ? [] : own.split('\n').map(Number)), ...inner];
}

function kill(pid: number): void {
  // 0 stands for our own group, and 1 for everything that there is.
  if (pid <= 1 || pid === process.pid) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
