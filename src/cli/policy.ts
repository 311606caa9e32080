import { resolve } from 'node:path';
import { policyBytesMax } from '../base/limits.ts';
import { didYouMean } from '../policy/nearest.ts';
import { loadPolicy, type Policy, type PolicyProblem, testPolicy } from '../policy/policy.ts';
import { type Command, EXIT, type Terminal, UsageError } from './command.ts';
import { parseOptions } from './options.ts';
import { readOperatorText } from './read-operator-file.ts';

const HELP = `Checks policy files before a server loads them.

  davylamp policy check FILE…   names, types, cost: every mistake with its
                                line and column
  davylamp policy test FILE…    the same, then the tests that the file carries

Exit codes: 0 all good, 1 a mistake or a failed test, 2 the arguments do not
fit, 3 a file could not be read.
`;

export const policy: Command = {
  name: 'policy',
  summary: 'check and test policy files',
  help: HELP,
  async run(args, terminal) {
    const { positionals } = parseOptions(args, {});
    const [verb, ...files] = positionals;
    if (verb !== 'check' && verb !== 'test') {
      const hint = didYouMean(verb ?? '', ['check', 'test']);
      throw new UsageError(`say policy check or policy test${hint}`);
    }
    if (files.length === 0) throw new UsageError(`policy ${verb} needs a file`);
    const codes = files.map((file) => checkFile(file, verb === 'test', terminal));
    return Math.max(...codes);
  },
};

function checkFile(file: string, withTests: boolean, terminal: Terminal): number {
  const text = read(resolve(terminal.directory, file), file, terminal);
  if (text === null) return EXIT.unread;
  const loaded = loadPolicy(text);
  if (!loaded.ok) {
    for (const problem of loaded.error) terminal.error(problemLine(file, problem));
    return EXIT.found;
  }
  const { revision, rules } = loaded.value;
  if (withTests) return runTests(file, loaded.value, terminal);
  terminal.out(`${file}: ${rules.length} rules, revision ${revision}\n`);
  return EXIT.ok;
}

function runTests(file: string, loaded: Policy, terminal: Terminal): number {
  const { passed, failures, untested } = testPolicy(loaded);
  for (const { name, line, message } of failures) {
    terminal.error(`${file}:${line}: test "${name}" failed: ${message}\n`);
  }
  for (const { rule, lacks } of untested) {
    const test = lacks === 'firing' ? 'in which it fires' : 'in which it stays quiet';
    terminal.error(`${file}: rule ${rule} has no test ${test}\n`);
  }
  terminal.out(`${file}: ${passed} passed, ${failures.length} failed\n`);
  return failures.length > 0 ? EXIT.found : EXIT.ok;
}

function problemLine(file: string, { line, column, rule, message }: PolicyProblem): string {
  const where = rule === undefined ? '' : `rule ${rule}: `;
  return `${file}:${line}:${column}: ${where}${message}\n`;
}

function read(path: string, shown: string, terminal: Terminal): string | null {
  try {
    return readOperatorText(path, policyBytesMax);
  } catch (error) {
    terminal.error(`${shown}: ${(error as Error).message}\n`);
    return null;
  }
}
