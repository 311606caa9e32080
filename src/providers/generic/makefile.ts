/**
 * Reads Makefiles. Each target is a job of its name, which needs its prerequisites; its commands
 * are the lines of its recipes as the shell gets them. What Make runs while it reads the file,
 * whatever the target, is a job without a name: `$(shell …)`, `!=`, and the files it includes.
 *
 * Both sides of a condition are read. A variable that conditions set to different values has them
 * all, and a recipe that uses it is read once for each.
 */
import {
  definitionCommandsMax,
  jobNameLengthMax,
  makeLinesMax,
  scanFileBytesMax,
} from '../../base/limits.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { DefinitionDraft, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { joinSources, sliceSource } from '../_text/source-builder.ts';
import { type Assignment, assignmentOf, ruleOf, trimmed } from './makefile-assignment.ts';
import {
  GrowingValue,
  isUnknown,
  MakeExpander,
  type MakeHost,
  type MakeScope,
  type MakeVariable,
  madeVariable,
} from './makefile-expansion.ts';
import { patched, stemOf, wordsOf } from './makefile-functions.ts';
import {
  assignmentWords,
  behind,
  blankFrom,
  CONDITIONS,
  ELSES,
  ENDINGS,
  here,
  INCLUDES,
  isKeyword,
  isOptional,
  isTemplate,
  lineOf,
  MODIFIERS,
  SILENT,
  targetAssignment,
  wordEnd,
} from './makefile-keywords.ts';
import { charactersOutside, MakeLines } from './makefile-lines.ts';
import { automaticVariables, commandLines, shellOf } from './makefile-recipe.ts';

const DIALECT: Dialect = 'makefile';

export const makefileReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (NAMES.has(name) || name.endsWith('.mk')) return true;
    const isNamed = name.startsWith('Makefile.') || name.startsWith('GNUmakefile.');
    return isNamed && !OTHER_PARTS.some((part) => name.includes(part));
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) draft.say('the file is too large and was not read');
    else new MakeFile(draft).read(verbatim(path, text));
    return draft.build();
  },
};

const NAMES: ReadonlySet<string> = new Set(['Makefile', 'makefile', 'GNUmakefile', 'BSDmakefile']);
/** `Makefile.PL` is Perl, `Makefile.toml` another tool's, `Makefile.in.patch` a difference. */
const OTHER_PARTS = [
  ...['.PL', '.pl', '.py', '.js', '.ts', '.toml', '.md', '.yml', '.yaml', '.json', '.txt'],
  ...['.patch', '.diff'],
] as const;

interface Rule {
  readonly targets: readonly string[];
  readonly needs: readonly string[];
  /** Of a static pattern rule, for `$*`. */
  readonly pattern: string | null;
  readonly recipe: SourceText[];
  readonly variables: readonly Assignment[];
}

/** Values that one variable may have at most. */
const VALUES_MAX = 4;
/** `eval` inside what `eval` reads. */
const EVALUATIONS_MAX = 16;
/** What Make sets before it reads a file. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ...([
    ['AR', 'ar'],
    ['CC', 'cc'],
    ['CPP', 'cc -E'],
    ['CURDIR', '.'],
    ['CXX', 'g++'],
  ] as const),
  ...([
    ['LD', 'ld'],
    ['MAKE', 'make'],
    ['MAKECMDGOALS', ''],
    ['RM', 'rm -f'],
  ] as const),
]);

class MakeFile implements MakeHost {
  readonly #draft: DefinitionDraft;
  readonly #expander: MakeExpander;
  readonly #variables = new Map<string, readonly GrowingValue[]>();
  readonly #rules: Rule[] = [];
  readonly #jobs = new Map<string, JobDraft>();
  readonly #needs = new Map<JobDraft, string[]>();
  readonly #global = jobDraft('');
  readonly #exported = new Set<string>();
  readonly #scope: MakeScope = { choice: 0, variable: (name) => this.#variableOf(name) };
  /** The rule that recipe lines belong to. */
  #rule: Rule | null = null;
  #prefix = '\t';
  #conditions = 0;
  #evaluations = 0;
  #linesRead = 0;
  #exportsAll = false;
  #isOneShell = false;
  /** Recipes are expanded when all is read; only then is a `$(shell …)` not Make's own. */
  #isRead = false;

  constructor(draft: DefinitionDraft) {
    this.#draft = draft;
    this.#expander = new MakeExpander(draft, this);
  }

  read(source: SourceText): void {
    this.#readLines(source);
    this.#isRead = true;
    const exported = this.#exportedVariables();
    // A recipe may `eval` more rules, so the list may grow.
    for (let i = 0; i < this.#rules.length; i++) this.#addRule(this.#rules[i] as Rule, exported);
    this.#addVariables();
    const { commands, environment, filesRun } = this.#global;
    const isEmpty = commands.length + environment.length + filesRun.length === 0;
    if (!isEmpty) this.#draft.jobs.push(this.#global);
    for (const job of this.#jobs.values()) {
      if (job.commands.length > 0 || job.needs !== undefined) this.#draft.jobs.push(job);
    }
  }

  shell(command: SourceText): void {
    if (!this.#isRead) this.#draft.addCommand(this.#global, command, 'sh');
  }

  evaluate(text: SourceText): void {
    if (this.#evaluations >= EVALUATIONS_MAX) {
      this.#draft.giveUp(
        `evaluations nest deeper than ${EVALUATIONS_MAX}; the inner were not read`,
      );
      return;
    }
    this.#evaluations++;
    const rule = this.#rule;
    this.#rule = null;
    this.#readLines(text);
    this.#rule = rule;
    this.#evaluations--;
  }

  #variableOf(name: string): MakeVariable | undefined {
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    const builtIn = BUILT_IN.get(name);
    return builtIn === undefined ? undefined : madeVariable(builtIn);
  }

  #expand(source: SourceText): SourceText {
    return this.#expander.expand(source, this.#scope);
  }

  #readLines(source: SourceText): void {
    const lines = new MakeLines(source);
    for (;;) {
      const line = lines.next(this.#rule === null ? null : this.#prefix);
      if (line === null) return;
      if (++this.#linesRead > makeLinesMax) {
        this.#draft.giveUp(`there are more than ${makeLinesMax} lines; the rest was not read`);
        return;
      }
      if (line.isRecipe) this.#rule?.recipe.push(line.source);
      else if (!this.#readLoose(line.source)) this.#readLine(trimmed(line.source), lines);
    }
  }

  /** A recipe's line without a rule, as where a condition is to fail: Make may come to run it. */
  #readLoose(line: SourceText): boolean {
    if (!line.text.startsWith(this.#prefix) || this.#conditions === 0) return false;
    const { text } = trimmed(line);
    const isRead = text === '' || assignmentOf(line) !== null || ruleOf(line) !== null;
    if (isRead || isKeyword(text.slice(0, wordEnd(text)))) return false;
    for (const source of commandLines(this.#expand(line))) {
      this.#draft.addCommand(this.#global, source, 'sh');
    }
    return true;
  }

  #readLine(line: SourceText, lines: MakeLines): void {
    const { text } = line;
    if (text === '' || this.#readCondition(line)) return;
    const word = text.slice(0, blankFrom(text, 0));
    if (word === 'define') this.#readDefine(behind(line, word), lines);
    else if (INCLUDES.has(word)) this.#readInclude(behind(line, word), isOptional(word));
    else if (MODIFIERS.has(word) && assignmentWords(text) !== 0) this.#readModified(line, lines);
    else if (!SILENT.has(word)) this.#readStatement(line);
    else this.#rule = null;
  }

  /** Both sides count, so all that matters is whether a line stands under a condition. */
  #readCondition(line: SourceText): boolean {
    const { text } = line;
    const word = text.slice(0, wordEnd(text));
    if (CONDITIONS.has(word)) this.#conditions++;
    else if (ENDINGS.has(word)) this.#conditions = Math.max(0, this.#conditions - 1);
    else if (!ELSES.has(word)) return false;
    this.#expand(line);
    return true;
  }

  /** `export`, `override`, `private`, in front of an assignment, a `define` or names. */
  #readModified(line: SourceText, lines: MakeLines): void {
    const { text } = line;
    const word = text.slice(0, blankFrom(text, 0));
    const rest = behind(line, word);
    const assignment = assignmentOf(rest);
    if (word === 'export') {
      const names = assignment === null ? wordsOf(this.#expand(rest).text) : [];
      if (text === word) this.#exportsAll = true;
      for (const name of names) this.#exported.add(name);
      if (assignment !== null) this.#exported.add(this.#expand(assignment.name).text);
    }
    if (assignment !== null) this.#assign(assignment);
    else if (word !== 'export' && word !== 'unexport') this.#readLine(rest, lines);
    this.#rule = null;
  }

  #readDefine(rest: SourceText, lines: MakeLines): void {
    const { source, isClosed } = lines.body();
    if (!isClosed) this.#draft.say(`line ${lineOf(rest)}: \`define\` has no end`);
    const assignment = assignmentOf(rest);
    const name = assignment?.name ?? rest;
    this.#assign({ name, operator: assignment?.operator ?? '=', value: source });
  }

  #readInclude(rest: SourceText, optional: boolean): void {
    this.#rule = null;
    const names = this.#expand(rest);
    let start = 0;
    for (const name of wordsOf(names.text)) {
      start = names.text.indexOf(name, start);
      const isQuoted = name.startsWith('"') || name.startsWith('<');
      const from = isQuoted ? start + 1 : start;
      const end = start + name.length - (isQuoted ? 1 : 0);
      // `<bsd.prog.mk>` is a part of the system; a variable that nothing sets names no file.
      const isFile = !name.startsWith('<') && !isUnknown(name);
      const file = sliceSource(names, from, end);
      if (isFile) this.#global.filesRun.push(optional ? { ...file, isOptional: true } : file);
      start += name.length;
    }
  }

  #readStatement(line: SourceText): void {
    const assignment = assignmentOf(line);
    if (assignment !== null) {
      this.#assign(assignment);
      this.#rule = null;
    } else if (!this.#readRule(line)) this.#readExpanded(line);
  }

  /** A line that only becomes something once it is expanded, as `$(eval …)` or `$(call …)`. */
  #readExpanded(line: SourceText): void {
    if (isTemplate(line.text)) return;
    this.#rule = null;
    const expanded = line.text.includes('$') ? trimmed(this.#expand(line)) : line;
    if (expanded.text === '' || this.#readRule(expanded)) return;
    this.#draft.sayUnknown(`line ${lineOf(line)} is no rule and no variable, and was not read`);
  }

  #assign({ name, operator, value }: Assignment): void {
    const key = this.#expand(name).text.trim();
    if (key === '.RECIPEPREFIX') this.#prefix = value.text.trim()[0] ?? '\t';
    const old = this.#variables.get(key);
    const isExpanded = operator === ':=' || operator === '!=';
    const source = isExpanded ? this.#expand(value) : value;
    const made = new GrowingValue(operator === '!=' ? this.#printed(source) : source, isExpanded);
    if (operator === '+=' && old !== undefined) {
      for (const each of old) each.append(each.isExpanded ? this.#expand(value) : value);
    } else if (old === undefined) this.#variables.set(key, [made]);
    else if (this.#conditions > 0) this.#variables.set(key, [...old, made].slice(-VALUES_MAX));
    else if (operator !== '?=') this.#variables.set(key, [made]);
  }

  /** `NAME != command`: what the command prints. */
  #printed(command: SourceText): SourceText {
    const call = [here(command, '$('), command, here(command, ')')];
    this.shell(command);
    return joinSources(this.#draft.path, call, '');
  }

  #readRule(line: SourceText): boolean {
    const rule = ruleOf(line);
    if (rule === null) return false;
    const targets = wordsOf(this.#expand(rule.targets).text);
    const own = targetAssignment(rule.rest);
    if (own !== null) {
      this.#pushRule({ targets, needs: [], pattern: null, recipe: [], variables: [own] });
      this.#rule = null;
      return true;
    }
    const [colon] = charactersOutside(rule.rest.text, ':');
    const from = colon === undefined ? 0 : colon + 1;
    const pattern =
      colon === undefined ? null : this.#expand(sliceSource(rule.rest, 0, colon)).text;
    const needs = wordsOf(this.#expand(sliceSource(rule.rest, from)).text).filter((w) => w !== '|');
    const recipe = rule.recipe === null ? [] : [rule.recipe];
    if (targets.includes('.ONESHELL')) this.#isOneShell = true;
    this.#rule = { targets, needs, pattern: pattern?.trim() ?? null, recipe, variables: [] };
    this.#pushRule(this.#rule);
    return true;
  }

  #pushRule(rule: Rule): void {
    if (this.#rules.length < definitionCommandsMax) this.#rules.push(rule);
    else
      this.#draft.giveUp(
        `there are more than ${definitionCommandsMax} rules; the rest was not read`,
      );
  }

  #addRule(rule: Rule, exported: readonly Variable[]): void {
    for (const target of rule.targets) {
      // `.PHONY` and its like say something about targets and run nothing.
      if (target.startsWith('.') && target.toUpperCase() === target) continue;
      if (!this.#draft.takesPart()) return;
      const job = this.#jobOf(target, exported);
      const stem = rule.pattern === null ? null : stemOf(target, rule.pattern.trim());
      const needs = rule.needs.map((each) => (stem === null ? each : patched(stem, '%', each)));
      this.#addNeeds(needs, job);
      for (const variable of rule.variables) this.#addTargetVariable(variable, job);
      this.#addRecipe(rule, target, needs, stem, job);
    }
  }

  #addNeeds(needs: readonly string[], job: JobDraft): void {
    if (needs.length === 0) return;
    const all = this.#needs.get(job) ?? [];
    for (const need of needs) if (this.#draft.takesPart()) all.push(need);
    this.#needs.set(job, all);
    job.needs = all;
  }

  #jobOf(target: string, exported: readonly Variable[]): JobDraft {
    const known = this.#jobs.get(target);
    if (known !== undefined) return known;
    const job = jobDraft(printable(target, jobNameLengthMax));
    this.#draft.shareVariables(exported, job);
    this.#jobs.set(target, job);
    return job;
  }

  #addTargetVariable({ name, value }: Assignment, job: JobDraft): void {
    job.environment.push({ name: this.#expand(name).text, value: this.#expand(value) });
  }

  #addRecipe(
    rule: Rule,
    target: string,
    needs: readonly string[],
    stem: string | null,
    job: JobDraft,
  ): void {
    if (rule.recipe.length === 0) return;
    const own = new Map(job.environment.map(({ name, value }) => [name, value] as const));
    const automatic = automaticVariables(target, needs, stem ?? '%');
    const seen = new Set<string>();
    // Which variables have several values is known once one has been through them.
    for (let choice = 0, choices = 1; choice < choices; choice++) {
      const variable = (name: string): MakeVariable | undefined => {
        const value = own.get(name);
        if (value !== undefined) return [{ source: value, isExpanded: true, isPlaced: true }];
        const found = automatic.get(name) ?? this.#variableOf(name);
        choices = Math.max(choices, found?.length ?? 1);
        return found;
      };
      const scope = { choice, variable };
      this.#addLines(rule.recipe, scope, seen, job);
    }
  }

  #addLines(
    recipe: readonly SourceText[],
    scope: MakeScope,
    seen: Set<string>,
    job: JobDraft,
  ): void {
    const { path } = this.#draft;
    const lines = recipe.flatMap((line) => commandLines(this.#expander.expand(line, scope)));
    const shell = shellOf(this.#expander.expand(here(verbatim(path, ''), '$(SHELL)'), scope).text);
    const commands =
      this.#isOneShell && lines.length > 0 ? [joinSources(path, lines, '\n')] : lines;
    const isFirst = scope.choice === 0;
    for (const source of commands) {
      // A line that another value of a variable does not change was there before.
      if (!isFirst && seen.has(source.text)) continue;
      seen.add(source.text);
      this.#draft.addCommand(job, source, shell);
    }
  }

  #exportedVariables(): readonly Variable[] {
    const names = this.#exportsAll ? this.#variables.keys() : this.#exported;
    return [...names].flatMap((name) => this.#valuesOf(name));
  }

  #valuesOf(name: string): readonly Variable[] {
    const values = this.#variables.get(name) ?? [];
    return values.map(({ source, isExpanded }) => ({
      name,
      value: isExpanded ? source : this.#expand(source),
    }));
  }

  /** All variables, so that what no recipe uses is not lost. */
  #addVariables(): void {
    for (const name of this.#variables.keys()) {
      for (const variable of this.#valuesOf(name)) {
        if (!this.#draft.takesPart()) return;
        this.#global.environment.push(variable);
      }
    }
  }
}
