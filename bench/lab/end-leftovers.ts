/**
 * Ends every job of the lab that is there, its agent too: before a run, for one that was killed leaves
 * its programs computing and its agent frozen, and when a run is told to end. So there is one lab at
 * a time on a machine.
 */
import { readdirSync } from 'node:fs';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';

const LAB = '/davylamp-lab';
export const LAB_AGENT = '/davylamp-lab-agent';

export async function endLeftovers(): Promise<void> {
  const layout = writableLayout();
  if (layout === null) return;
  const jobs = namesIn(`${layout.root}${LAB}`).map((name) => `${LAB}/${name}`);
  for (const path of [...jobs, LAB_AGENT]) await new TestCgroup(layout, path).remove();
}

/** Until it is over: whoever is told to end ends what it has started first. */
export function endLeftoversOnSignal(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => void endLeftovers().finally(() => process.exit(1)));
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    // There has been no lab.
    return [];
  }
}
