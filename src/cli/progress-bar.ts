import type { Terminal } from './command.ts';

const WIDTH = 30;
/** Files between two looks at the bar: at 36,000 files a second it moves about 70 times. */
const EVERY_FILES = 500;
const CLEAR_LINE = '\r\u001b[K';

/** How far a scan has come, on standard error and on a terminal only. */
export class ProgressBar {
  readonly #terminal: Pick<Terminal, 'progress' | 'error'>;
  #shown = false;

  constructor(terminal: Pick<Terminal, 'progress' | 'error'>) {
    this.#terminal = terminal;
  }

  /** `done` is from 0 to 1. */
  show(files: number, done: number): void {
    if (!this.#terminal.progress || files % EVERY_FILES !== 0) return;
    const filled = Math.min(WIDTH, Math.max(0, Math.floor(done * WIDTH)));
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
    this.#terminal.error(`\r[${bar}] ${files} files`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#terminal.error(CLEAR_LINE);
    this.#shown = false;
  }
}
