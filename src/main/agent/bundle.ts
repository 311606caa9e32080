/** The agent as a program of its own: what `npm run build:agent` makes one file of. */
import { setFlagsFromString } from 'node:v8';
import { VERSION } from '../../base/version.ts';
import { EXIT, UsageError } from '../../cli/command.ts';
import { terminal } from '../terminal.ts';
import { agent } from './command.ts';

// It holds little and lives long: a small young generation keeps 20 MB less resident.
setFlagsFromString('--max-semi-space-size=1');

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
