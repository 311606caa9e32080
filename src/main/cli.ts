/** The command line: finds the command, hands it the terminal, returns its exit code. */
import { VERSION } from '../base/version.ts';
import { type Command, EXIT, UsageError } from '../cli/command.ts';
import { keepHeapLean } from '../cli/lean-heap.ts';
import { didYouMean } from '../policy/nearest.ts';
import { terminal } from './terminal.ts';

/**
 * Only the command that is asked for is loaded: all of them take 60 MB more and 0.2 s longer than
 * `scan` alone.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  scan: async () => (await import('../cli/scan.ts')).scan,
  agent: async () => (await import('./agent/command.ts')).agent,
  rules: async () => (await import('../cli/rules.ts')).rules,
  explain: async () => (await import('./explain.ts')).explain,
  doctor: async () => (await import('./doctor.ts')).doctor,
  policy: async () => (await import('../cli/policy.ts')).policy,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === 'help') {
    terminal.out(await overview());
    return EXIT.ok;
  }
  if (name === '--version') {
    terminal.out(`davylamp ${VERSION}\n`);
    return EXIT.ok;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    return usage(`there is no command '${name}'${didYouMean(name, Object.keys(COMMANDS))}`);
  }
  if (name === 'scan') keepHeapLean();
  const command = await load();
  // Behind `--` stand paths, whatever they look like.
  const end = rest.indexOf('--');
  if (rest.slice(0, end === -1 ? undefined : end).includes('--help')) {
    terminal.out(command.help);
    return EXIT.ok;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (error instanceof UsageError) return usage(error.message, name);
    throw error;
  }
}

function usage(message: string, command = ''): number {
  const help = command === '' ? 'davylamp --help' : `davylamp ${command} --help`;
  terminal.error(`davylamp: ${message}\nTry: ${help}\n`);
  return EXIT.usage;
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `Davylamp ${VERSION}: mining on a free tier stops paying, and honest people hardly notice.

Usage: davylamp COMMAND [ARGUMENTS]

${lines.join('')}
davylamp COMMAND --help explains one; davylamp --version prints the version.
`;
}
