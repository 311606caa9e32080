/** `davylamp doctor`: does what is stored add up? */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { doctorFindingsMax } from '../base/limits.ts';
import { type Command, EXIT, type Terminal, UsageError } from '../cli/command.ts';
import { parseOptions } from '../cli/options.ts';
import { audit } from '../ledger/audit.ts';
import { openLinks } from '../pipeline/links.ts';
import { checkDatabase } from '../store/sqlite/check-database.ts';
import { type OpenDatabase, openDatabase } from '../store/sqlite/open-database.ts';
import { DEFAULTS } from './config.ts';

const HELP = `Checks a data directory, and says what does not add up.

  davylamp doctor [--data DIR]

  --data DIR   where the store is kept (default ./${DEFAULTS.data})

It reads the database page by page, holds events, decisions and the index over
their keys against each other, and adds up the ledger from its first transfer:
every balance follows from the transfers, all of them sum to zero, and what
jobs hold is what is reserved. What damage keeps it from reading to the end it
says, and goes on with the next. It repairs nothing, and refuses a database of an
older version: start the server on it or on a copy, which brings it up to date.
The server must not run on the directory; for a server that runs, check a copy.

Exit codes: 0 all is well, 1 something does not add up, 2 the arguments do not
fit, 3 the store cannot be opened.
`;

export const doctor: Command = {
  name: 'doctor',
  summary: 'check that what is stored adds up',
  help: HELP,
  async run(args, terminal) {
    const options = parseOptions(args, { data: { type: 'string' } });
    if (options.positionals.length > 0) throw new UsageError('doctor takes --data DIR');
    const data = options.text('data') ?? join(terminal.directory, DEFAULTS.data);
    return examine(data, terminal);
  },
};

async function examine(data: string, terminal: Terminal): Promise<number> {
  // Opening makes a store where there is none.
  if (statSync(join(data, 'davylamp.db'), { throwIfNoEntry: false }) === undefined) {
    terminal.error(`davylamp: there is no store in ${data}\n`);
    return EXIT.unread;
  }
  const opened = openDatabase(data, { mayMigrate: false });
  if (!opened.ok) {
    terminal.error(`davylamp: ${opened.error.message}\n`);
    return EXIT.unread;
  }
  try {
    const checks = [
      report('store', checkDatabase(opened.value), terminal),
      report('ledger', await checkLedger(opened.value), terminal),
    ];
    return checks.every((isWell) => isWell) ? EXIT.ok : EXIT.found;
  } finally {
    opened.value.close();
  }
}

/** Damage may end it in the middle; what it had found until then says nothing by itself. */
async function checkLedger(open: OpenDatabase): Promise<readonly string[]> {
  try {
    return await auditLedger(open);
  } catch (error) {
    return [`not checked to the end: ${(error as Error).message}`];
  }
}

/** The linker names parties as the server would at its next start. */
async function auditLedger({ ledger, links: tables }: OpenDatabase): Promise<readonly string[]> {
  const links = await openLinks({ links: async (page) => tables.read(page) });
  return audit({
    holders: holdersOf(ledger),
    reservations: ledger.reservations(),
    transfers: ledger.transfers(),
    partyOf: (account) => links.partyOf(account),
  });
}

function* holdersOf(ledger: OpenDatabase['ledger']) {
  for (const { holder, books } of ledger.holders()) yield [holder, books] as const;
}

function report(what: string, problems: readonly string[], terminal: Terminal): boolean {
  if (problems.length === 0) terminal.out(`${what}: all is well\n`);
  for (const problem of problems.slice(0, doctorFindingsMax)) {
    terminal.out(`${what}: ${problem}\n`);
  }
  const more = problems.length - doctorFindingsMax;
  if (more > 0) terminal.out(`${what}: and ${more} more\n`);
  return problems.length === 0;
}
