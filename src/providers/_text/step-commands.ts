/** Commands of a job's steps, each with the variables that are set for its step alone. */
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { assignment } from './command-words.ts';
import { DistinctSources } from './distinct-sources.ts';
import type { DefinitionDraft, JobDraft } from './job-draft.ts';
import { joinSources } from './source-builder.ts';

export interface StepCommands {
  readonly environment: readonly Variable[];
  readonly commands: readonly Command[];
}

/** The draft that a job is read into, and the walk that pays for its reading. */
interface Reading {
  readonly draft: DefinitionDraft;
  visit(): boolean;
}

/**
 * Adds the steps' variables and commands to their job. A job keeps one list of variables, where the
 * last one wins, so a step that sets a name to a value of its own says so before its commands.
 */
export function addStepCommands(
  steps: readonly StepCommands[],
  job: JobDraft,
  reading: Reading,
): void {
  addEach(steps, job, reading, (source) => source);
}

/** As `addStepCommands`, for the rows of a matrix: what several rows say alike is added once. */
export function addRowCommands(
  rows: readonly StepCommands[],
  job: JobDraft,
  reading: Reading,
): void {
  const distinct = new DistinctSources();
  const steps = rows.map(({ environment, commands }) => ({
    environment: distinct.takeVariables(environment),
    own: environment,
    commands,
  }));
  addEach(steps, job, reading, (source, part) => distinct.take([source], part)[0]);
}

interface Step extends StepCommands {
  /** What the step sets, if that is more than what it adds to the job's variables. */
  readonly own?: readonly Variable[];
}

function addEach(
  steps: readonly Step[],
  job: JobDraft,
  reading: Reading,
  choose: (source: SourceText, part: string) => SourceText | undefined,
): void {
  const { draft } = reading;
  const varying = varyingNames([
    ...job.environment,
    ...steps.flatMap(({ own, environment }) => own ?? environment),
  ]);
  for (const { own, environment, commands } of steps) {
    draft.shareVariables(environment, job);
    const before = assignments(own ?? environment, varying, draft);
    for (const { source, shell } of commands) {
      const prefix = shell === 'sh' ? before : null;
      const length = source.text.length + (prefix?.text.length ?? 0);
      if (!reading.visit() || !draft.fits(length)) return;
      const whole = prefix === null ? source : joinSources(source.path, [prefix, source], '\n');
      const chosen = choose(whole, shell);
      if (chosen !== undefined) draft.addCommand(job, chosen, shell);
    }
  }
}

function varyingNames(variables: readonly Variable[]): ReadonlySet<string> {
  const values = new Map<string, string>();
  const varying = new Set<string>();
  for (const { name, value } of variables) {
    const known = values.get(name);
    if (known !== undefined && known !== value.text) varying.add(name);
    values.set(name, value.text);
  }
  return varying;
}

/** `A='1'` and so on, a line each: made once for all commands of a step. */
function assignments(
  variables: readonly Variable[],
  varying: ReadonlySet<string>,
  draft: DefinitionDraft,
): SourceText | null {
  const own = variables.filter(({ name }) => varying.has(name) && isIdentifier(name));
  const length = own.reduce((sum, { name, value }) => sum + name.length + value.text.length, 0);
  if (own.length === 0 || !draft.fits(length)) return null;
  const lines = own.map(({ name, value }) => assignment(draft.path, name, value));
  return joinSources(draft.path, lines, '\n');
}

const IDENTIFIER_LENGTH_MAX = 256;

/** Whether a shell takes it as the name of a variable. */
export function isIdentifier(name: string): boolean {
  if (name.length === 0 || name.length > IDENTIFIER_LENGTH_MAX) return false;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const isDigit = c >= 0x30 && c <= 0x39;
    const isLetter = (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;
    if (!isLetter && c !== 0x5f && !(isDigit && i > 0)) return false;
  }
  return true;
}
