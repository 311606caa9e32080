import { UsageError } from './command.ts';
import { type GitEnvironment, trackedFiles } from './git.ts';

/** Which files git tracks, repository by repository. In a tree that is none every file counts. */
export class TrackedFiles {
  readonly #environment: GitEnvironment;
  readonly #trees = new Map<string, ReadonlySet<string> | null>();

  constructor(environment: GitEnvironment) {
    this.#environment = environment;
  }

  has(path: string, root: string): boolean {
    return this.#filesOf(root)?.has(path.slice(root.length + 1)) ?? true;
  }

  #filesOf(root: string): ReadonlySet<string> | null {
    const known = this.#trees.get(root);
    if (known !== undefined) return known;
    const tracked = trackedFiles(root, this.#environment);
    if (!tracked.ok && tracked.error.code === 'no-git') {
      throw new UsageError(`--tracked: ${tracked.error.message}`);
    }
    const files = tracked.ok ? tracked.value : null;
    this.#trees.set(root, files);
    return files;
  }
}
