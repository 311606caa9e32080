import { agent as replayAgent } from '../../cli/agent.ts';
import { type Command, EXIT, type Terminal } from '../../cli/command.ts';
import { type AgentOptions, readAgentOptions } from './agent-options.ts';
import { createNdjsonLog } from './ndjson-log.ts';
import { isTheOnlyOne } from './only-one.ts';
import { problemOfFolder } from './own-folder.ts';
import { layoutOfHost, runAgent, undoAll } from './run-agent.ts';

const HELP = `Watches running jobs on this host for mining, and acts mildly first.

  davylamp agent [--policy FILE] [--server URL] [--dry-run] [--state DIR]
                 [--indicators FILE] [--log-level LEVEL] [--host-name NAME]
                 [--containers DIR] [--host-prefix DIR]
  davylamp agent --undo [--state DIR]
  davylamp agent --replay FILE …

  --policy FILE      sensors, whose job is whose, and what to do (default:
                     labels and runners' environments; mild measures first)
  --server URL       tell this server and do what it decides; the key is in
                     DAVYLAMP_AGENT_KEY
  --dry-run          say what would be done and do nothing
  --state DIR        journal of measures, and what the server has not got yet
                     (default /var/lib/davylamp-agent)
  --indicators FILE  private indicators besides the public ones
  --log-level LEVEL  debug (every signal), info (default), warn, error
  --host-name NAME   how this host is named to the server
  --containers DIR   Docker's folder (default /var/lib/docker/containers)
  --host-prefix DIR  where the host's own cgroups are mounted, in a container
  --undo             undo all that is in the journal, and end

Log: one JSON line a message on standard output. SIGTERM and SIGINT undo what
can be undone and end.

`;

export const agent: Command = {
  name: 'agent',
  summary: 'watch running jobs on this host, or replay a recording',
  help: HELP + replayAgent.help,
  async run(args, terminal) {
    if (args.some((word) => word === '--replay' || word.startsWith('--replay='))) {
      return replayAgent.run(args, terminal);
    }
    return live(readAgentOptions(args, process.env, terminal.directory), terminal);
  },
};

async function live(options: AgentOptions, terminal: Terminal): Promise<number> {
  const log = createNdjsonLog(options.logLevel, () => terminal.now());
  const layout = layoutOfHost(options.hostPrefix);
  if (typeof layout === 'string') {
    terminal.error(`davylamp agent: ${layout}\n`);
    return EXIT.found;
  }
  const problem = problemOfFolder(options.state);
  if (problem !== null) {
    terminal.error(`davylamp agent: ${problem}\n`);
    return EXIT.found;
  }
  if (options.undo) {
    terminal.out(`${undoAll(options, layout, log)} measures undone\n`);
    return EXIT.ok;
  }
  const { dryRun, sensors } = options.policy;
  if (!(await isTheOnlyOne(options.state))) {
    terminal.error(`davylamp agent: another agent runs on ${options.state}\n`);
    return EXIT.found;
  }
  const running = await runAgent(options, layout, log);
  log.info('the agent watches', {
    host: options.hostName,
    cgroups: layout.version,
    dryRun,
    sensors: sensors.join(' '),
    server: options.server,
  });
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await running.stop();
  log.info('the agent ends');
  return EXIT.ok;
}
