/** `NAME=value`, `NAME+=value`, `NAME[1]=value`, `NAME=( … )`, `NAME=([key]=value …)`. */
import { isSameOption, lengthOfState } from './cell-state.ts';
import type { Expander } from './expand.ts';
import { runAssigned } from './run-variables.ts';
import type { SpecialHost } from './special-commands.ts';
import type { Assignment, Span } from './syntax-tree.ts';
import { either } from './uncertain.ts';
import { type Field, unquoted, type Value, valueOfFields } from './variables.ts';

const MANNER = { isSame: isSameOption, lengthOf: lengthOfState };

/** Gives the name its value, with all that it may be. */
export function assign(
  assignment: Assignment,
  expander: Expander,
  host: SpecialHost,
  span: Span,
): void {
  const { choices } = host.variables;
  const around = choices.open();
  let value = assigned(assignment, expander, host, span);
  while (choices.next('words')) {
    value = either(value, assigned(assignment, expander, host, span), MANNER) ?? value;
  }
  if (choices.isCut) value = { ...value, isCut: true };
  choices.reopen(around);
  host.variables.set(assignment.name, value);
}

function assigned(
  { name, index, append, value }: Assignment,
  expander: Expander,
  host: SpecialHost,
  span: Span,
): Value {
  const isList = Array.isArray(value);
  const fields = isList
    ? value.flatMap((word) => expander.fields(word))
    : [expander.text(value as Exclude<typeof value, readonly unknown[]>)];
  const result = valueOfFields(fields);
  runAssigned(name, result.texts[0] ?? '', host, span);
  if (index !== null) host.variables.setElement(name, unquoted(index), result);
  else if (isList) setKeyed(name, fields, host);
  return append ? host.variables.appended(name, result, isList) : result;
}

/** `A=([key]=value …)` */
function setKeyed(name: string, fields: readonly Field[], { variables }: SpecialHost): void {
  for (const field of fields) {
    const close = field.text.startsWith('[') ? field.text.indexOf(']=') : -1;
    if (close < 0) continue;
    const value = { ...field, text: field.text.slice(close + 2) };
    variables.setElement(name, unquoted(field.text.slice(1, close)), valueOfFields([value]));
  }
}

/** Whether what is assigned before a command, as in `A=b COMMAND`, is there after it. */
export function keepsAssignments(words: readonly Field[]): 'always' | 'in some shells' | 'never' {
  const name = words[0]?.text ?? '';
  // `declare -a A=( … )` is read as an assignment before `declare`.
  if (name === '' || DECLARING.has(name)) return 'always';
  return SPECIAL.has(name) ? 'in some shells' : 'never';
}

const DECLARING: ReadonlySet<string> = new Set('declare typeset local export readonly'.split(' '));
/** Special builtins of POSIX: dash keeps what is assigned before them, and bash does not. */
const SPECIAL: ReadonlySet<string> = new Set(
  ': . source eval exec exit return set shift trap unset break continue times'.split(' '),
);
