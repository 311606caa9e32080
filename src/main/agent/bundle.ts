/** The agent as a program of its own: what `npm run build:agent` makes one file of. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VERSION } from '../../base/version.ts';
import { EXIT, UsageError } from '../../cli/command.ts';
import { terminal } from '../terminal.ts';
import { agent } from './command.ts';

const COLLECT_MS = 60_000;

// It holds little and lives long: a small young generation keeps 20 MB less resident, and what has
// gathered in the old one is let go now and then, since nothing else would make it: 10 ms a minute.
setFlagsFromString('--max-semi-space-size=1');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setInterval(collect, COLLECT_MS).unref();

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    terminal.out(agent.help);
    return EXIT.ok;
  }
  if (args[0] === '--version') {
    terminal.out(`davylamp-agent ${VERSION}\n`);
    return EXIT.ok;
  }
  try {
    return await agent.run(args, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.error(`davylamp-agent: ${error.message}\nTry: davylamp-agent --help\n`);
    return EXIT.usage;
  }
}
