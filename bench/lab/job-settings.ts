/**
 * What a measure could change of a job, to tell that none did. Every file of its cgroup that may be
 * written is held against what stood in it at the start, byte for byte, whether or not the agent
 * knows how to write it; only commands and counters are left out. Besides: how often the kernel
 * made it wait for a quota, whether its processes may have huge pages, and flows that are cut.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NFT_TABLE } from '../../src/enforce/cut-flow.ts';
import { readSetting } from '../../src/enforce/perform.ts';
import type { TestCgroup } from '../../src/sensor/cgroup/test-cgroup.ts';

const COMMANDS = /^(cgroup\.(procs|threads|kill|subtree_control|event_control)|tasks)$/;
const COUNTERS = /(^cpuacct\.usage|usage_in_bytes|failcnt|peak|force_empty|reclaim|pressure.*)$/;
const WRITABLE = 0o200;
const HUGE_PAGES = '/sys/kernel/mm/transparent_hugepage/enabled';

export class JobSettings {
  readonly #job: TestCgroup;
  readonly #files: ReadonlyMap<string, string>;
  readonly #throttled: string;
  readonly #cuts: ReadonlySet<string>;
  readonly #changes = new Set<string>();

  /** To be made before anything runs in the job. */
  constructor(job: TestCgroup) {
    this.#job = job;
    this.#files = new Map([...settingFiles(job), HUGE_PAGES].map((file) => [file, textOf(file)]));
    this.#throttled = throttledOf(job);
    this.#cuts = cutFlows();
  }

  /** How many files are held against what they were. */
  get size(): number {
    return this.#files.size;
  }

  /** Looks now, while the job runs; what differs stays told. */
  look(): void {
    for (const [file, before] of this.#files) {
      const now = textOf(file);
      if (now !== before) this.#changes.add(`${nameOf(file)} ${before.trim()} → ${now.trim()}`);
    }
    if (throttledOf(this.#job) !== this.#throttled) this.#changes.add('throttled');
    if (this.#job.pids.some(isWithoutHugePages)) this.#changes.add('no huge pages');
  }

  /** Looks once more; what was ever seen to differ, and flows that were cut since the start. */
  changes(): readonly string[] {
    this.look();
    const cuts = [...cutFlows()].filter((flow) => !this.#cuts.has(flow));
    return [...this.#changes, ...cuts.map((flow) => `cut ${flow}`)];
  }
}

function settingFiles({ layout, path }: TestCgroup): readonly string[] {
  const folders = [...new Set(Object.values(layout.roots).map((root) => `${root}${path}`))];
  return folders.flatMap((folder) => {
    return namesIn(folder)
      .filter((name) => !COMMANDS.test(name) && !COUNTERS.test(name))
      .map((name) => join(folder, name))
      .filter((file) => {
        const stat = statSync(file);
        return stat.isFile() && (stat.mode & WRITABLE) !== 0;
      });
  });
}

/** A controller in which the job has no cgroup of its own has nothing of it. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Some cannot be read, and say so the same way each time. */
function textOf(file: string): string {
  return readSetting(file) ?? 'cannot be read';
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function throttledOf(job: TestCgroup): string {
  const lines = job.read('cpu', 'cpu.stat').split('\n');
  return lines.filter((line) => /throttled/.test(line)).join(' ');
}

function isWithoutHugePages(pid: number): boolean {
  try {
    return /^THP_enabled:\s0$/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    // It has ended.
    return false;
  }
}

/** The flows that the kernel refuses for the agent now, of whichever job. */
function cutFlows(): ReadonlySet<string> {
  try {
    const text = execFileSync('nft', ['list', 'table', 'inet', NFT_TABLE], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const flows = text.matchAll(/[\da-f.:]{2,45} \. \d{1,5} \. [\da-f.:]{2,45} \. \d{1,5}/g);
    return new Set([...flows].map(([flow]) => flow));
  } catch {
    // There is no such table, or no nftables to cut with.
    return new Set();
  }
}
