/**
 * Walks the tree and does what a shell would do, as far as the text alone decides it: assigns,
 * expands, connects pipes, writes files, and runs a text in a text as another layer. Nothing is
 * executed. All branches run, one after the other; a body with known rounds runs for each of them.
 */
import { shellRoundsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import { OVERSPENT, type Work } from '../engine/work.ts';
import { assign, keepsAssignments } from './assignment.ts';
import { assignedNames, assignWords, type BuiltinHost, runBuiltin } from './builtins.ts';
import { type CallHost, CallMemory } from './call-memory.ts';
import { commandFacts } from './command-facts.ts';
import { commandOutput } from './command-output.ts';
import { programName, strippedWords } from './command-words.ts';
import { type Context, IDLE, OPEN, type Scope } from './context.ts';
import { runCounting } from './counting-loop.ts';
import { Expander, type ExpansionHost } from './expand.ts';
import { fetchedBy } from './fetched-by.ts';
import { Files } from './files.ts';
import { Folders } from './folders.ts';
import { type FunctionHost, ShellFunctions } from './functions.ts';
import { isSilent } from './inert.ts';
import { loopItems } from './loop-items.ts';
import { OpenDescriptors } from './open-descriptors.ts';
import { ParsedTexts } from './parse-cache.ts';
import { changeFolder, resolvePath } from './paths.ts';
import { passedOn } from './pipe.ts';
import { type Language, programCall } from './program-call.ts';
import { type PowershellRunner, type ProgramHost, ProgramRunner } from './program-runner.ts';
import { runOtherReadings } from './readings.ts';
import type { ShellRecord } from './record.ts';
import { isCutShort, roundsLeft, TOO_MANY_ROUNDS } from './rounds.ts';
import { runTools } from './run-tools.ts';
import { runExported } from './run-variables.ts';
import { withNamedShell } from './shell-names.ts';
import { runSpecial, type SpecialHost } from './special-commands.ts';
import {
  eitherStream,
  Input,
  joinStreams,
  NO_FETCHES,
  NOTHING,
  type Stream,
  UNKNOWN,
} from './stream.ts';
import type { GroupNode, List, Node, SimpleNode, Span } from './syntax-tree.ts';
import type { TreeCall } from './tree.ts';
import { type TreeHost, type TreeManner, TreeRunner } from './tree-runner.ts';
import { statesOf } from './uncertain.ts';
import { type Field, Variables, valueOfFields } from './variables.ts';
import { argumentFile, xargsWords } from './xargs.ts';

/** Each command and group costs this much work, so that empty loops cannot be had for nothing. */
const NODE_WORK = 128;
/** To match a path, which 600 patterns over 2,000 files did in 1.9 s. */
const PATH_WORK = 32;

export class ShellEvaluator
  implements ExpansionHost, BuiltinHost, ProgramHost, TreeHost, FunctionHost, SpecialHost, CallHost
{
  readonly variables: Variables;
  readonly work: Work;
  readonly record: ShellRecord;
  readonly calls: CallMemory;
  readonly functions: ShellFunctions;
  readonly #expander: Expander;
  readonly #programs: ProgramRunner;
  readonly #tree: TreeRunner;
  readonly #files: Files;
  readonly #texts = new ParsedTexts();
  #scope: Scope = OPEN;
  #folder = '';
  readonly #folders = new Folders();
  readonly #opened: OpenDescriptors;
  /** Depth of bodies that may run more than once. */
  #repeats = 0;

  constructor(
    environment: ReadonlyMap<string, string>,
    work: Work,
    record: ShellRecord,
    runPowershell: PowershellRunner,
  ) {
    this.variables = new Variables(environment, record);
    this.work = work;
    this.record = record;
    this.#expander = new Expander(this);
    this.calls = new CallMemory(this);
    this.#programs = new ProgramRunner(this, (text, span, layers) => {
      // What PowerShell's variables hold is not traced.
      this.calls.forget();
      runPowershell(text, span, layers);
    });
    this.#tree = new TreeRunner(this);
    this.functions = new ShellFunctions(this);
    this.#files = new Files(this);
    this.#opened = new OpenDescriptors(this.#expander, this.#files);
  }

  readonly spend = (units: number): boolean => this.work.spend(units);

  unread(problem: string): void {
    this.record.unread(problem);
  }

  get scope(): Scope {
    return this.#scope;
  }

  inScope<T>(scope: Scope, run: () => T): T {
    const saved = this.#scope;
    this.#scope = scope;
    const result = run();
    this.#scope = saved;
    return result;
  }

  /** The text of the run itself. */
  runOpen(text: string, language: Language): void {
    this.#programs.runOpen(text, language, IDLE);
  }

  /** A text that another language starts, with the layers around it. */
  runWithin(text: string, place: Span, layers: readonly string[]): void {
    this.inScope({ place, layers }, () => {
      this.#programs.runLayer(text, 'shell', place, null, null);
    });
  }

  runText(text: string, positional: readonly Field[] | null, context: Context): Stream {
    return this.withPositional(positional ?? this.variables.positional, () =>
      this.#runText(text, context),
    );
  }

  printedBy(body: List): Stream {
    return this.inShell(() => this.#runList(body, { input: null, wanted: true }));
  }

  folderPath(path: string): string {
    return resolvePath(path, this.#folder);
  }

  /** The file that a path names, of which it is not known which folders were entered. */
  readPath(path: string): string {
    return this.#folders.fileOf(path, this.#folder, this.record);
  }

  pathsLike(pattern: string): readonly string[] {
    if (!this.work.spend(this.record.filesCount * PATH_WORK)) return [];
    return this.#folders.pathsLike(pattern, this.#folder, this.record);
  }

  enter(path: string): void {
    this.#folders.leave(this.#folder);
    this.#folder = changeFolder(path, this.#folder);
  }

  enterFolder(folder: string): void {
    this.#folder = folder;
  }

  runTree(call: TreeCall, manner: TreeManner, context: Context): Stream | null {
    return this.#tree.run(call, manner, context);
  }

  alias(name: string, text: string): void {
    this.functions.alias(name, text);
  }

  get layers(): readonly string[] {
    return this.#scope.layers;
  }

  runScript(text: string, span: Span, context: Context): Stream {
    return this.#programs.runLayer(text, 'shell', span, null, context);
  }

  writeText(path: string, text: string, span: Span): void {
    const stream = { data: text, dynamic: false, fetches: NO_FETCHES };
    this.#files.write(path, stream, false, span);
  }

  runMade(text: string, language: Language, context: Context): Stream {
    return this.#programs.runLayer(text, language, this.record.lastSpan, null, context);
  }

  openText(text: string, language: Language, context: Context): Stream {
    return this.inScope(OPEN, () => this.#programs.runOpen(text, language, context));
  }

  withPositional<T>(positional: readonly Field[] | null, run: () => T): T {
    const saved = this.variables.positional;
    this.variables.positional = positional;
    const result = run();
    this.variables.positional = saved;
    return result;
  }

  /** A subshell's `cd` ends with it. */
  inFolder<T>(folder: string, run: () => T): T {
    const saved = this.#folder;
    this.#folder = folder;
    const result = run();
    this.#folder = saved;
    return result;
  }

  /** What a shell of its own sets ends with it: variables, functions, its folder. */
  inShell<T>(run: () => T): T {
    const { positional } = this.variables;
    const folder = this.#folder;
    const result = this.#opened.inShell(() => this.variables.isolated(run));
    this.#folder = folder;
    this.variables.positional = positional;
    return result;
  }

  get folder(): string {
    return this.#folder;
  }

  get positional(): readonly Field[] | null {
    return this.variables.positional;
  }

  variableText(name: string): string | null {
    const value = this.variables.get(name)?.texts.join(' ') ?? this.variables.environment(name);
    return value === undefined ? null : this.valueIn(value);
  }

  valueIn(text: string): string {
    return this.#expander.environmentValue(text).texts.join(' ');
  }

  inputOf(number: number): Input | null {
    return this.#opened.inputOf(number);
  }

  calculated(text: string): number | null {
    return this.#expander.calculated(text);
  }

  #runText(text: string, context: Context): Stream {
    if (!this.work.spend(text.length)) {
      this.unread(OVERSPENT);
      return UNKNOWN;
    }
    const { place } = this.#scope;
    const unread = (problem: string): void => this.unread(problem);
    const list = this.#texts.parse(text, unread, place, this.record.isTemplate);
    return this.#runList(list, context);
  }

  #runList(list: List, context: Context): Stream {
    let printed = NOTHING;
    const around = this.record.choices.close();
    for (const node of list) {
      const stream = this.#runNode(node, context);
      if (context.wanted) printed = this.#files.bounded(joinStreams(printed, stream));
    }
    this.record.choices.reopen(around);
    return printed;
  }

  #runNode(node: Node, context: Context): Stream {
    if (!this.work.spend(NODE_WORK)) {
      this.unread(OVERSPENT);
      return UNKNOWN;
    }
    if (this.record.full) return UNKNOWN;
    switch (node.kind) {
      case 'simple':
        return this.#runSimple(node, context);
      case 'pipeline':
        return this.#runPipeline(node.stages, context);
      case 'group':
        if (node.redirects.length === 0) return this.#runGroup(node, context);
        return this.#opened.run(node.redirects, node.span, context, (inner) =>
          this.#runGroup(node, inner),
        );
      case 'branch':
        return this.#runBranch(node.body, context);
      case 'for':
        return this.#opened.run(node.redirects, node.span, context, (inner) =>
          this.#runFor(node, inner),
        );
      case 'function':
        this.functions.define(node.name, node.body);
        return NOTHING;
    }
  }

  #runBranch(body: List, context: Context): Stream {
    return this.record.changes.branch(() => this.#runList(body, context));
  }

  /** Every stage runs in a shell of its own, but for the last one of some shells. */
  #runPipeline(stages: readonly Node[], context: Context): Stream {
    let inputs: readonly (Input | null)[] = [context.input];
    let printed = NOTHING;
    for (const [i, stage] of stages.entries()) {
      const wanted = context.wanted || i < stages.length - 1;
      const last = i === stages.length - 1;
      const run = (input: Input | null): Stream => {
        const one = (): Stream => this.#runNode(stage, { input, wanted });
        return passedOn(last ? this.#runLast(one) : this.inShell(one), input, stages[i + 1], this);
      };
      printed = inputs.map((input, n) => this.#runInput(n, () => run(input))).reduce(eitherStream);
      inputs = statesOf(printed).map((stream) => new Input(stream));
    }
    return printed;
  }

  #runLast(run: () => Stream): Stream {
    return this.inFolder(this.#folder, () => this.record.changes.unlikely(run, 'writes'));
  }

  /** Runs a stage with one of the inputs that it may have; the first is the likeliest. */
  #runInput(n: number, run: () => Stream): Stream {
    const { choices, changes } = this.record;
    if (n === 0) return run();
    if (!choices.mayGoAgain('given')) return { ...UNKNOWN, isCut: true };
    return choices.again(() => changes.branch(run));
  }

  /** A loop over lines runs again while it reads: `while read -r line; do … done <<EOF`. */
  #runGroup({ body, scoped, loop }: GroupNode, context: Context): Stream {
    if (scoped) return this.inShell(() => this.#runList(body, context));
    let printed = this.#runList(body, context);
    const { input } = context;
    if (!loop || !input) return printed;
    this.#repeats++;
    for (let round = 1; !input.ended && input.started; round++) {
      if (round >= shellRoundsMax) {
        this.unread(gaveUp(TOO_MANY_ROUNDS));
        break;
      }
      const left = input.position;
      printed = joinStreams(printed, this.#runList(body, context));
      if (input.position === left) break;
    }
    this.#repeats--;
    return printed;
  }

  #runFor(node: Node & { readonly kind: 'for' }, context: Context): Stream {
    const run = (): Stream => this.#runList(node.body, context);
    if (node.counting) {
      return this.#repeated(() =>
        runCounting(node, context.wanted, this.#expander, this.record, run),
      );
    }
    const { items, likeliest } = loopItems(node.items, this.#expander, this.variables);
    if (isCutShort(items)) this.unread(roundsLeft(node, items, context.wanted));
    if (items.length === 0) return run();
    return this.#repeated(() => {
      let printed = NOTHING;
      for (const [i, item] of items.slice(0, shellRoundsMax).entries()) {
        this.variables.set(node.name, valueOfFields([item]));
        if (i < likeliest) printed = joinStreams(printed, run());
        else if (this.record.choices.mayGoAgain('given')) this.record.choices.again(run);
      }
      return printed;
    });
  }

  #repeated<T>(run: () => T): T {
    this.#repeats++;
    const result = run();
    this.#repeats--;
    return result;
  }

  runBody(body: Node, context: Context): Stream {
    return this.#repeated(() => this.#runNode(body, context));
  }

  /** A command runs once for each thing that its words may come to. */
  #runSimple(node: SimpleNode, context: Context): Stream {
    const { choices } = this.record;
    const around = isSilent(node, context.wanted) ? choices.close() : choices.open();
    const words = this.#expander.commandFields(node);
    let printed = this.#runChosen(node, words, context);
    if (choices.isOpen) {
      const run = (others: readonly Field[]): Stream => {
        return this.#repeated(() => this.#runChosen(node, others, context));
      };
      printed = runOtherReadings(node, { words, printed }, this.#expander, this.record, run);
    }
    choices.reopen(around);
    return printed;
  }

  #runChosen(node: SimpleNode, words: readonly Field[], context: Context): Stream {
    const run = (): Stream => {
      for (const assignment of node.assignments) assign(assignment, this.#expander, this, node);
      const { redirects } = node;
      if (words.length === 1 && words[0]?.text === 'exec')
        return this.#opened.open(redirects, node);
      if (redirects.length === 0 && this.#opened.isEmpty) {
        return this.#runExpanded(words, node, context, null);
      }
      return this.#opened.run(node.redirects, node, context, (inner, target) =>
        this.#runExpanded(words, node, inner, target),
      );
    };
    const keeps = node.assignments.length === 0 ? 'always' : keepsAssignments(words);
    if (keeps === 'always') return run();
    if (keeps === 'in some shells') return this.record.changes.branch(run);
    return this.variables.lending(
      node.assignments.map(({ name }) => name),
      run,
    );
  }

  #runExpanded(
    words: readonly Field[],
    node: Span,
    context: Context,
    target: string | null,
  ): Stream {
    const { input, wanted } = context;
    if (words.length === 0) return wanted ? (input?.stream ?? NOTHING) : NOTHING;
    this.#keep(node, words, input, target);
    return this.#runWords(words, node, context);
  }

  #keep(node: Span, words: readonly Field[], input: Input | null, writesTo: string | null): void {
    const { layers } = this.#scope;
    // `((A++))` is read as `let A++`, and is no command.
    if (words[0]?.text === 'let') return;
    const isRepeated = this.#repeats > 0;
    this.record.addCommand({ words, layers, input, writesTo }, node, isRepeated);
  }

  /** Does what the command does, as far as that is known, and returns what it prints. */
  #runWords(given: readonly Field[], node: Span, context: Context): Stream {
    const called = this.functions.call(given, context);
    if (called) return called;
    const aliased = this.functions.unaliased(given, (line) => this.runScript(line, node, context));
    if (aliased) return aliased;
    const all = withNamedShell(given);
    const facts = commandFacts(all[0]?.text ?? '');
    if (facts.isPlain) {
      this.#programs.runNamed(all, node, context);
      return context.wanted ? this.#printed(facts.name, all, context.input) : UNKNOWN;
    }
    const assigned = assignedNames(
      all.slice(0, Math.max(0, all.length - strippedWords(all).length)),
    );
    return this.variables.lending(assigned, () => this.#runUnwrapped(all, node, context));
  }

  #runUnwrapped(all: readonly Field[], node: Span, context: Context): Stream {
    const words = withNamedShell(this.#commandWords(all, node, context.input));
    const name = programName(words[0]?.text ?? '');
    if (name === 'export') runExported(words, this, node);
    if (runBuiltin(name, words, this, context.input, node)) return NOTHING;
    const fetched = fetchedBy(words, this, node);
    const special = runSpecial(name, words, this, node, context);
    if (special) return special;
    const call = programCall(words);
    if (call) {
      // `python -m pytest` is pytest.
      if (call.kind === 'module') runTools(call.positional, this, context);
      return this.#programs.run(call, node, context);
    }
    this.#programs.runNamed(words, node, context);
    const ran = runTools(words, this, context);
    if (ran) return ran;
    if (name === 'tee') return this.#files.tee(words, context.input?.stream ?? UNKNOWN, node);
    if (fetched) return fetched;
    return context.wanted ? this.#printed(name, words, context.input) : UNKNOWN;
  }

  /** The words behind `sudo`, `env A=b`, `xargs` …, which may change what they are. */
  #commandWords(all: readonly Field[], node: Span, input: Input | null): readonly Field[] {
    const words = strippedWords(all);
    if (words === all) return words;
    // `env -S` makes several words of one.
    const prefix = all.slice(0, Math.max(1, all.length - words.length));
    assignWords(prefix, this.variables);
    const [only] = words;
    if (words.length === 1 && only?.text.includes(' ')) {
      // `tmux new -d 'program arguments'`, `watch '…'`: one word that a shell reads.
      this.#programs.runLayer(only.text, 'shell', node, null, null);
    }
    const file = argumentFile(prefix);
    const read = file === null ? input : new Input(this.#files.stream(file));
    const given = xargsWords(prefix, words, read);
    if (given && read?.rest !== null) this.#keep(node, given, null, null);
    return given ?? words;
  }

  #printed(name: string, words: readonly Field[], input: Input | null): Stream {
    return commandOutput(name, words, input, this.#files, this);
  }
}
