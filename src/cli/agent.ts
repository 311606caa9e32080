import { Indicators } from '../scanner/indicators/indicators.ts';
import { replay } from './agent-replay.ts';
import { type Command, UsageError } from './command.ts';
import { knownNames } from './known-names.ts';
import { readIndicators } from './operator-files.ts';
import { parseOptions } from './options.ts';

const HELP = `Watches running jobs for mining.

  davylamp agent --replay FILE [--fail-on mining|suspected|never]
                 [--indicators FILE]

--replay reads a recording and prints what would have been seen of it, one line
of JSON a finding: a capture (pcap, pcapng), or what Falco, Tetragon, Suricata
(eve.json) or Zeek (conn.log, ssl.log, dns.log; TSV or JSON) wrote. The format
is told by the content; FILE is - for standard input.

  --fail-on V        the mildest level that ends with 1: suspected (default),
                     mining, never
  --indicators FILE  private indicators besides the public ones

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 the arguments do
not fit, 3 nothing found and the recording could not be read to its end.
`;

const FAIL_ON = ['suspected', 'mining', 'never'] as const;

export const agent: Command = {
  name: 'agent',
  summary: 'see what running jobs do',
  help: HELP,
  async run(args, terminal) {
    const options = parseOptions(args, {
      'replay': { type: 'string' },
      'fail-on': { type: 'string' },
      'indicators': { type: 'string' },
    });
    const failOn = options.oneOf('fail-on', FAIL_ON, 'suspected');
    const lists = readIndicators(options.text('indicators'), terminal.directory);
    const file = options.text('replay');
    if (file === undefined) throw new UsageError('say what to read, with --replay FILE');
    if (options.positionals.length > 0) {
      throw new UsageError(`--replay reads one recording, not also '${options.positionals[0]}'`);
    }
    const names = knownNames(new Indicators(lists));
    return replay({ file, failOn: failOn === 'never' ? null : failOn, names }, terminal);
  },
};
