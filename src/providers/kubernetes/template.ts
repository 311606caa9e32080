/**
 * Manifests that are still templates: Helm and its like fill in `{{ … }}` before anything is YAML.
 * What an expression makes is not known. The rest can be read once expressions are out of the way,
 * and it keeps its places when each is replaced by as many characters.
 */
import { yamlVisitsMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';

/**
 * Whether YAML took an expression for a map in a map: `image: {{ .Values.image }}`. One in quotes
 * is a text, and may be meant to stay: Argo's and Prometheus' are filled in later.
 */
export function holdsExpressions(roots: readonly YamlNode[], text: string): boolean {
  const open: YamlNode[] = [...roots];
  for (let visits = 0; visits < yamlVisitsMax; visits++) {
    const node = open.pop();
    if (node === undefined) return false;
    if (node.kind === 'sequence') for (const item of node.items) open.push(item);
    if (node.kind !== 'map') continue;
    if (text.startsWith('{{', node.start)) return true;
    for (const { value } of node.entries) open.push(value);
  }
  return false;
}

/** The text with blanks for lines that only steer, and letters for expressions of a value. */
export function withoutExpressions(text: string): string {
  let result = '';
  let done = 0;
  let isLineBlank = true;
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', done)) {
    const close = text.indexOf('}}', at);
    if (close === -1) break;
    const end = close + '}}'.length;
    const before = text.slice(done, at);
    const expression = text.slice(at, end);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    isLineBlank = line.trim() === '' && (isLineBlank || line.length < before.length);
    const steers: boolean = isControl(expression) || (isLineBlank && endsLine(text, end));
    isLineBlank &&= steers;
    result += before + (steers ? blanksFor(expression) : lettersFor(expression));
    done = end;
  }
  return result + text.slice(done);
}

/** Whether only blanks, or another expression, stand between an offset and the end of its line. */
function endsLine(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r') at++;
  return at >= text.length || text[at] === '\n' || text.startsWith('{{', at);
}

const CONTROL_WORDS: ReadonlySet<string> = new Set([
  ...['block', 'define', 'else', 'end', 'if', 'range', 'with'],
]);

function isControl(expression: string): boolean {
  const inner = expression.slice('{{'.length, -'}}'.length).slice(0, HEAD_LENGTH);
  const word =
    inner
      .replace('-', '')
      .trim()
      .split(/[ \t\n]/, 1)[0] ?? '';
  return CONTROL_WORDS.has(word) || word.startsWith('/*') || inner.includes(':=');
}

const HEAD_LENGTH = 40;

function blanksFor(expression: string): string {
  return expression.replace(/[^\n\r]/g, ' ');
}

/** The names of the expression, which tell a reader of a finding what stood there. */
function lettersFor(expression: string): string {
  return expression.replace(/[^A-Za-z0-9.\n\r]/g, '_');
}
