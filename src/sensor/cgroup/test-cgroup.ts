/** Real cgroups for tests and the lab: made under a name of ours, removed with all in them. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CgroupLayout, Controller } from '../../model/cgroup-layout.ts';
import { readLayout } from './read-layout.ts';

const USED: readonly Controller[] = ['cpu', 'cpuacct', 'memory', 'freezer'];

export class TestCgroup {
  readonly layout: CgroupLayout;
  /** The path below the roots: `/name`. */
  readonly path: string;

  constructor(layout: CgroupLayout, path: string) {
    this.layout = layout;
    this.path = path;
    for (const folder of this.#folders()) mkdirSync(folder, { recursive: true });
  }

  /** Starts a program in the cgroup: a shell joins first and becomes the program then. */
  spawn(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const joins = this.#folders().map((folder) => `echo $$ > ${folder}/cgroup.procs`);
    return spawn('sh', ['-c', `${joins.join(' && ')} && exec "$@"`, 'sh', ...words], options);
  }

  read(controller: Controller, file: string): string {
    return readFileSync(`${this.layout.roots[controller]}${this.path}/${file}`, 'latin1').trim();
  }

  write(controller: Controller, file: string, value: string): void {
    writeFileSync(`${this.layout.roots[controller]}${this.path}/${file}`, value);
  }

  get pids(): readonly number[] {
    const text = this.read('cpuacct', 'cgroup.procs');
    return text === '' ? [] : text.split('\n').map(Number);
  }

  /** Ends what runs in it and removes it. */
  async remove(): Promise<void> {
    for (let round = 0; this.pids.length > 0 && round < 200; round++) {
      for (const pid of this.pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended.
        }
      }
      // A frozen process of version 1 ends once it is thawed.
      if (this.layout.version === 1) this.write('freezer', 'freezer.state', 'THAWED');
      await sleep(10);
    }
    for (const folder of this.#folders()) await removeFolder(folder);
  }

  #folders(): readonly string[] {
    const folders = USED.map((controller) => `${this.layout.roots[controller]}${this.path}`);
    return [...new Set(folders)];
  }
}

/** One without processes is in use until the kernel has done with the last of them. */
async function removeFolder(folder: string): Promise<void> {
  for (let round = 0; ; round++) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || round === 500) throw error;
      await sleep(10);
    }
  }
}

/** The layout of this machine if cgroups can be made here; else null. */
export function writableLayout(): CgroupLayout | null {
  const layout = readLayout(readFileSync('/proc/self/mountinfo', 'latin1'), (folder) => {
    const file = `${folder}/cgroup.controllers`;
    return existsSync(file) && readFileSync(file, 'latin1').trim().split(' ').includes('cpu');
  });
  if (layout === null) return null;
  try {
    for (const name of USED) accessSync(layout.roots[name] ?? '', constants.W_OK);
    return layout;
  } catch {
    return null;
  }
}
