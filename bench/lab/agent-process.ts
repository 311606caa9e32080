/** The agent as its users run it, and what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = join(import.meta.dirname, '../../src/main/cli.ts');

export interface AgentLine {
  readonly atMs: number;
  readonly msg: string;
  readonly job?: string | null;
  readonly [field: string]: unknown;
}

export class AgentProcess {
  readonly lines: AgentLine[] = [];
  readonly child: ChildProcess;

  /** `file`: a built agent; else this checkout's. */
  constructor(words: readonly string[], environment: NodeJS.ProcessEnv = {}, file?: string) {
    const environmentOfAll = { ...process.env, ...environment };
    const program = file === undefined ? [CLI, 'agent'] : [file];
    this.child = spawn(process.execPath, [...program, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environmentOfAll,
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
