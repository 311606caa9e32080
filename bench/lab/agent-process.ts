/** The agent as its users run it, one built file, and what it says. */
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BUILD = join(import.meta.dirname, '../../tools/build-agent.ts');

export interface AgentLine {
  readonly atMs: number;
  readonly msg: string;
  readonly job?: string | null;
  readonly [field: string]: unknown;
}

/** Starts a command somewhere: in a cgroup, on a core. */
type SpawnIt = (words: readonly string[], options: SpawnOptions) => ChildProcess;

const spawnHere: SpawnIt = ([command = '', ...words], options) => spawn(command, words, options);

export class AgentProcess {
  readonly lines: AgentLine[] = [];
  readonly child: ChildProcess;

  /** The agent is built into `folder` if it is not there yet, unless `AGENT_FILE` names one. */
  constructor(
    folder: string,
    words: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    spawnIt: SpawnIt = spawnHere,
  ) {
    const file = process.env['AGENT_FILE'] ?? join(folder, 'davylamp-agent.mjs');
    if (!existsSync(file)) execFileSync(process.execPath, [BUILD, file]);
    this.child = spawnIt([process.execPath, file, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    const { stdout } = this.child;
    if (stdout === null) throw new Error('the agent has no output');
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push({ ...(JSON.parse(line) as object), atMs: performance.now() } as AgentLine);
    });
  }

  async watches(): Promise<void> {
    while (!this.lines.some(({ msg }) => msg === 'the agent watches')) {
      if (this.child.exitCode !== null) throw new Error('the agent ended');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  linesOf(job: string): readonly AgentLine[] {
    return this.lines.filter((line) => line.job === job);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }
}
