/**
 * What a template's expression comes to before the shell sees it: `${{ env.A }}`, `${{ inputs.a }}`,
 * `${{ matrix.a }}`, a literal, or the first of these that is known in `a || b`.
 */

const LENGTH_MAX = 512;
/** Contexts whose names are the variables' own. */
const PLAIN_CONTEXTS = ['env.', 'vars.', 'variables.', 'github.event.'];
const OUTPUTS = '.outputs.';

/** The value of `${{ … }}`, or null when it is not known. */
export function templateValue(
  expression: string,
  variable: (name: string) => string | null,
): string | null {
  if (expression.length > LENGTH_MAX || !expression.endsWith('}}')) return null;
  const open = expression.indexOf('{{');
  const inner = expression.slice(open + 2, -2);
  for (const alternative of inner.split('||')) {
    const value = operand(alternative.trim(), variable);
    if (value !== null && value !== '') return value;
  }
  return null;
}

function operand(text: string, variable: (name: string) => string | null): string | null {
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'")) {
    return text.slice(1, -1).replaceAll("''", "'");
  }
  const name = text.replaceAll("['", '.').replaceAll("']", '');
  const own = variable(name);
  if (own !== null) return own;
  const context = PLAIN_CONTEXTS.find((each) => name.startsWith(each));
  if (context !== undefined) return variable(name.slice(context.length));
  // `steps.a.outputs.b` is what a step wrote into `$GITHUB_OUTPUT`.
  const outputs = name.indexOf(OUTPUTS);
  return outputs < 0 ? null : variable(`outputs.${name.slice(outputs + OUTPUTS.length)}`);
}
