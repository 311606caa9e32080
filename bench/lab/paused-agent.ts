/**
 * An agent that is not there, but when it is told to be: its cgroup is frozen and thawed, it and all
 * that it has started at once, and its table of nftables, which the kernel serves also for an agent that
 * stands still, is taken out and put back. Starting it anew for every other run of half a second
 * would cost more than the runs. What is left, a frozen process and a socket that nothing reaches,
 * is held against a host without any agent on its own.
 *
 * What was due while it stood still it does as soon as it goes on, its round of five seconds above
 * all. So in the time that it runs it works more often than it would, which errs against it.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuNanosecondsOf } from '../../src/sensor/cgroup/cgroup-files.ts';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import { nflogScript, removalScript, WATCH_TABLE } from '../../src/sensor/packets/kernel-filter.ts';
import { type AgentLine, AgentProcess } from './agent-process.ts';
import { LAB_AGENT } from './end-leftovers.ts';
import { onCore } from './on-core.ts';

const FREEZE_ROUNDS_MAX = 2_000;

export class PausedAgent {
  readonly #cgroup: TestCgroup;
  readonly #agent: AgentProcess;
  readonly #hasTable: boolean;

  private constructor(cgroup: TestCgroup, agent: AgentProcess) {
    this.#cgroup = cgroup;
    this.#agent = agent;
    this.#hasTable = nft(['list', 'table', 'inet', WATCH_TABLE]);
  }

  /** Starts one on that core and pauses it. */
  static async start(folder: string, words: readonly string[], core: number): Promise<PausedAgent> {
    const layout = writableLayout();
    if (layout === null) throw new Error('the lab needs root and cgroups that may be written');
    const cgroup = new TestCgroup(layout, LAB_AGENT);
    const agent = new AgentProcess(folder, words, {}, (command, options) => {
      return cgroup.spawn(onCore(core, command), options);
    });
    await agent.watches();
    // Its first round, and what is only done once.
    await sleep(1_000);
    const paused = new PausedAgent(cgroup, agent);
    await paused.pause();
    return paused;
  }

  /** Puts its table back, which it is to find when it goes on. */
  prepare(): void {
    if (this.#hasTable && !nft(['-f', '-'], nflogScript())) throw new Error('nft refused a table');
  }

  /** At once, for it is in the time that a piece takes. */
  resume(): void {
    this.#write(false);
  }

  async pause(): Promise<void> {
    this.#write(true);
    for (let round = 0; !this.#isFrozen; round++) {
      if (round > FREEZE_ROUNDS_MAX) throw new Error('the agent cannot be frozen');
      await sleep(1);
    }
    if (this.#hasTable && !nft(['-f', '-'], removalScript())) throw new Error('nft refused');
  }

  /** CPU that it and all that it started have ever used. */
  get cpuSeconds(): number {
    return (cpuNanosecondsOf(this.#cgroup.layout, this.#cgroup.path) ?? Number.NaN) / 1e9;
  }

  /** What it said of a job so far. */
  linesOf(job: string): readonly AgentLine[] {
    return this.#agent.linesOf(job);
  }

  async end(): Promise<void> {
    const { child } = this.#agent;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the agent ended');
    this.prepare();
    this.resume();
    const closed = once(child.stdout ?? child, 'close');
    await this.#agent.end();
    await closed;
    await this.#cgroup.remove();
  }

  #write(isFrozen: boolean): void {
    const two = this.#cgroup.layout.version === 2;
    if (two) this.#cgroup.write('freezer', 'cgroup.freeze', isFrozen ? '1' : '0');
    else this.#cgroup.write('freezer', 'freezer.state', isFrozen ? 'FROZEN' : 'THAWED');
  }

  get #isFrozen(): boolean {
    const two = this.#cgroup.layout.version === 2;
    if (two) return /^frozen 1$/m.test(this.#cgroup.read('freezer', 'cgroup.events'));
    return this.#cgroup.read('freezer', 'freezer.state') === 'FROZEN';
  }
}

function nft(words: readonly string[], input = ''): boolean {
  return spawnSync('nft', words, { input, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}
