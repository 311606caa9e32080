/**
 * `npm run cgroup2`: the measures on cgroup version 2. On a host that has it they run here; else in
 * Linux as a process of its own (`user-mode-linux`), on this file system, which it may only read.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writableLayout } from '../src/sensor/cgroup/test-cgroup.ts';

const ROOT = join(import.meta.dirname, '..');
const TESTS = ['e2e/cgroup-v2.limits.ts', 'src/enforce/enforcer.test.ts'];
/** There is no nftables in that kernel; that is tested where there is. */
const TEST = `--test --test-timeout=60000 --test-skip-pattern='a cut is added' ${TESTS.join(' ')}`;
const SECONDS_MAX = 180;

const INIT = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /run
export TMPDIR=/run
mount -t cgroup2 none /sys/fs/cgroup
echo "+cpu +memory" >/sys/fs/cgroup/cgroup.subtree_control
cd ${ROOT}
${process.execPath} ${TEST}
echo "cgroup2: status $?"
echo o >/proc/sysrq-trigger
sleep 9
`;

process.exitCode = writableLayout()?.version === 2 ? await here() : await elsewhere();

async function here(): Promise<number> {
  const { code } = await run('sh', ['-c', `cd ${ROOT} && ${process.execPath} ${TEST}`]);
  return code;
}

async function elsewhere(): Promise<number> {
  // In this folder, wherever it is: the machine has no other that it can write, but its own /run.
  const folder = mkdtempSync(join(ROOT, '.cgroup2-'));
  const init = join(folder, 'init');
  writeFileSync(init, INIT, { mode: 0o755 });
  const root = ['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`];
  const words = ['mem=1G', 'quiet', ...root, 'con=null', 'con0=null,fd:1'];
  const { code, output } = await run('linux.uml', words);
  rmSync(folder, { recursive: true });
  return code === 0 && output.includes('cgroup2: status 0') ? 0 : 1;
}

async function run(program: string, words: readonly string[]) {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const late = setTimeout(() => child.kill('SIGKILL'), SECONDS_MAX * 1_000);
  let output = '';
  child.stdout.on('data', (piece: Buffer) => {
    process.stdout.write(piece);
    output += piece;
  });
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      console.error(`${error.message}: apt-get install user-mode-linux`);
      resolve(1);
    });
    child.once('close', (status) => resolve(status ?? 1));
  });
  clearTimeout(late);
  return { code, output };
}
