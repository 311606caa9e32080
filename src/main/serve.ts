import { drainMsMax } from '../base/limits.ts';
import { type Command, EXIT, type Terminal } from '../cli/command.ts';
import { secretVariable } from '../ports/provider.ts';
import { type Config, DEFAULTS, readConfig } from './config.ts';
import { createPinoLog } from './pino-log.ts';
import { type Server, startServer } from './server.ts';
import { keepServerHeap } from './server-heap.ts';

const HELP = `Runs the server: providers ask, it decides, records and answers.

  davylamp serve [--data DIR] [--listen HOST:PORT] [--policy FILE] [--shadow]
                 [--no-links] [--config FILE] [--log-level LEVEL]
                 [--scan-threads N] [--indicators FILE] [--networks FILE]
                 [--disposable-domains FILE]

  --data DIR         where the store is kept (default ./${DEFAULTS.data})
  --listen H:P       address to listen on (default ${DEFAULTS.listen})
  --policy FILE      rules (default: policies/default.yaml of this checkout)
  --shadow           decide and record everything, enforce nothing
  --no-links         compare no accounts: each is its own party
  --config FILE      a YAML map of the settings above
  --log-level LEVEL  debug, info (default), warn, error, silent
  --scan-threads N   threads that read what the sweep cannot clear
                     (default ${DEFAULTS['scan-threads']})
  --indicators FILE  private pools, programs, images and addresses, besides
                     the public ones
  --networks FILE    who runs which network, CSV or MMDB, instead of the few
                     that are built in
  --disposable-domains FILE
                     throw-away mail domains besides the public list; !DOMAIN
                     takes one from it

Environment: DAVYLAMP_ADMIN_KEY is the admin key (else one is made and shown
once); DAVYLAMP_IDENTIFIER_KEY is the key under which what accounts share is
hashed, 64 hexadecimal digits (else it is in identifier-key in --data);
DAVYLAMP_<PROVIDER>_SECRET is a provider's shared token or secret.

Signals: SIGHUP loads the policy file again; SIGTERM and SIGINT answer what
has arrived and end, a second one ends at once.
`;

export const serve: Command = {
  name: 'serve',
  summary: 'run the server',
  help: HELP,
  async run(args, terminal) {
    const hangups = new Hangups();
    const config = readConfig(args, process.env, terminal.directory);
    keepServerHeap();
    const log = createPinoLog(config.logLevel);
    const started = await startServer(config, log);
    if (!started.ok) {
      terminal.error(`davylamp: ${started.error}\n`);
      return EXIT.found;
    }
    terminal.out(welcome(started.value, config));
    hangups.use(() => void started.value.policy.reload());
    return untilSignal(started.value, terminal);
  },
};

/**
 * SIGHUP ends a process that does not listen to it, and a start takes up to 19 seconds. One that
 * comes meanwhile is kept: the policy may have been read before it was changed.
 */
class Hangups {
  #reload: (() => void) | null = null;
  #isAsked = false;

  constructor() {
    process.on('SIGHUP', () => {
      this.#isAsked = true;
      this.#reload?.();
    });
  }

  use(reload: () => void): void {
    this.#reload = reload;
    if (this.#isAsked) reload();
  }
}

/** What to do next, in three lines. */
function welcome(server: Server, config: Config): string {
  const { data, mode, secrets } = config;
  const gitlab =
    secrets['gitlab'] === undefined
      ? `set ${secretVariable('gitlab')} and follow docs/guides/gitlab.md`
      : `point its external pipeline validation at ${server.url}/providers/gitlab/validate`;
  return `Davylamp listens on ${server.url}, ${mode} mode, data in ${data}
1. Admin key${adminKeyIn(server, config)}
2. See decisions: curl -H "Authorization: Bearer $KEY" ${server.url}/v1/decisions
3. Connect GitLab: ${gitlab}
`;
}

/** A later start shows none, and who has lost it is told the way back in. */
function adminKeyIn({ newAdminKey }: Server, { adminKey }: Config): string {
  if (newAdminKey !== null) return ` (shown only now, keep it): ${newAdminKey}`;
  if (adminKey !== null) return ': the one in DAVYLAMP_ADMIN_KEY';
  return ': one of those stored; if none is left, start with one in DAVYLAMP_ADMIN_KEY';
}

async function untilSignal(server: Server, terminal: Terminal): Promise<number> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => process.exit(EXIT.found));
  }
  const late = setTimeout(() => {
    terminal.error(`davylamp: not done after ${drainMsMax} ms, ending anyway\n`);
    process.exit(EXIT.found);
  }, drainMsMax);
  await server.close();
  clearTimeout(late);
  return EXIT.ok;
}
