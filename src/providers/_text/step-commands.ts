/** Commands of a job's steps, each with the variables that are set for its step alone. */
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { assignment } from './command-words.ts';
import { addAll, type DefinitionDraft, type JobDraft } from './job-draft.ts';
import { joinSources } from './source-builder.ts';

export interface StepCommands {
  readonly environment: readonly Variable[];
  readonly commands: readonly Command[];
}

/**
 * Adds the steps' variables and commands to their job. A job keeps one list of variables, where the
 * last one wins, so a step that sets a name to a value of its own says so before its command.
 */
export function addStepCommands(
  steps: readonly StepCommands[],
  job: JobDraft,
  draft: DefinitionDraft,
): void {
  const all = [...job.environment, ...steps.flatMap(({ environment }) => environment)];
  const varying = varyingNames(all);
  for (const { environment, commands } of steps) {
    addAll(job.environment, environment);
    const own = environment.filter(({ name }) => varying.has(name) && isIdentifier(name));
    for (const command of commands) {
      draft.addCommand(job, withVariables(command, own), command.shell);
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

function withVariables(command: Command, variables: readonly Variable[]): SourceText {
  if (command.shell !== 'sh' || variables.length === 0) return command.source;
  const { path } = command.source;
  const lines = variables.map(({ name, value }) => assignment(path, name, value));
  return joinSources(path, [...lines, command.source], '\n');
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
