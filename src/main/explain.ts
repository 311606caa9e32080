/** `davylamp explain`: why are two accounts one party, or why not? A running server knows. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, EXIT, type Terminal, UsageError } from '../cli/command.ts';
import { type Explained, explainAccount, explainPair } from '../cli/explain-account.ts';
import { type Options, parseOptions } from '../cli/options.ts';
import { serverUrl } from '../cli/server-url.ts';
import { parseSubject } from '../model/ids.ts';
import { type AccountRef, accountRef } from '../model/party.ts';
import { DEFAULTS } from './config.ts';

const KEY = 'DAVYLAMP_KEY';
const SERVER = `http://${DEFAULTS.listen}`;

const HELP = `Says in plain sentences why accounts are believed to have one operator, or not.

  davylamp explain ACCOUNT [--server URL] [--key-file FILE] [--json]
  davylamp explain ACCOUNT ACCOUNT [--server URL] [--key-file FILE] [--json]

With one account: its party, what holds it there, and what it shows that would
link others to it. With two: what they have in common, and what it counts.
ACCOUNT is PROVIDER/ID, as in gitlab/4711. Values are masked.

  --server URL     the server that knows them (default ${SERVER})
  --key-file FILE  a key with the scope read; else it is in ${KEY}
  --json           what the server answered, for programs

It asks a server that runs and opens no store.

Exit codes: 0 told, 1 an account has shown nothing that others may share,
2 the arguments do not fit, 3 the server could not be asked.
`;

export const explain: Command = {
  name: 'explain',
  summary: 'say why accounts are believed to have one operator',
  help: HELP,
  async run(args, terminal) {
    const options = parseOptions(args, {
      'server': { type: 'string' },
      'key-file': { type: 'string' },
      'json': { type: 'boolean' },
    });
    const [one, other, ...more] = options.positionals.map(readAccount);
    if (one === undefined || more.length > 0) {
      throw new UsageError('explain takes one account or two, as PROVIDER/ID');
    }
    const url = serverUrl(options.text('server') ?? SERVER);
    const access = { url, key: readKey(options, terminal) };
    const explained =
      other === undefined
        ? await explainAccount(one, access)
        : await explainPair(one, other, access);
    return report(explained, { url, asJson: options.flag('json') }, terminal);
  },
};

function report(
  explained: Explained,
  { url, asJson }: { readonly url: string; readonly asJson: boolean },
  terminal: Terminal,
): number {
  switch (explained.kind) {
    case 'told':
      terminal.out(asJson ? `${JSON.stringify(explained.body)}\n` : explained.text);
      return EXIT.ok;
    case 'unknown':
      terminal.error(`davylamp: ${explained.account} has shown nothing that others may share\n`);
      return EXIT.found;
    case 'failed':
      terminal.error(`davylamp: ${url}: ${explained.why}\n`);
      return EXIT.unread;
  }
}

function readAccount(text: string): AccountRef {
  const subject = parseSubject(text);
  if (subject === null || subject.job !== null) {
    throw new UsageError(`an account is PROVIDER/ID, not '${text}'`);
  }
  return accountRef(subject.provider, subject.account);
}

function readKey(options: Options, terminal: Terminal): string {
  const file = options.text('key-file');
  const key =
    file === undefined ? process.env[KEY] : readKeyFile(resolve(terminal.directory, file));
  if (key === undefined || key === '') {
    throw new UsageError(`the server asks for a key: --key-file FILE, or ${KEY}`);
  }
  return key;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--key-file ${path}: ${(error as Error).message}`);
  }
}
