/** The agent as a program of its own: what `npm run build:agent` makes one file of. */
import { VERSION } from '../../base/version.ts';
import { EXIT, UsageError } from '../../cli/command.ts';
import { terminal } from '../terminal.ts';
import { agent } from './command.ts';

/**
 * It holds little and lives long. A young generation of 1 MiB, which can only be asked for when
 * Node begins, keeps 80 MB less resident in a flood; the old generation is to grow by a fifth
 * between collections, not to double. At 0.3 % of a core there is nothing to optimise: without the
 * two compilers that would it is 8 MB less, and 2 MB more when size is all that matters.
 */
const FLAGS = [
  '--max-semi-space-size=1',
  '--heap-growing-percent=20',
  '--no-opt',
  '--no-maglev',
  '--optimize-for-size',
  '--expose-gc',
  '--disable-warning=ExperimentalWarning',
] as const;
const COLLECT_MS = 60_000;

// What has gathered is let go now and then, since nothing else would make it: 10 ms a minute.
setInterval(() => globalThis.gc?.(), COLLECT_MS).unref();

// A flag that another Node does not know would keep the agent from starting.
const hasFlags = process.versions.node.startsWith('24.');
if (hasFlags && !FLAGS.every((flag) => process.execArgv.includes(flag))) becomeSmall();
process.exitCode = await main(process.argv.slice(2));

/** The same program in the same process, with the flags. Where that cannot be it runs without. */
function becomeSmall(): void {
  const [node, script = '', ...words] = process.argv;
  const flags = [
    ...FLAGS,
    ...process.execArgv.filter((one) => !FLAGS.some((flag) => flag === one)),
  ];
  try {
    process.execve?.(process.execPath, [`${node}`, ...flags, script, ...words], process.env);
  } catch {
    // A Node that may not start programs.
  }
}

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
