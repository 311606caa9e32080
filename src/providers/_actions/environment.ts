/**
 * `env` of a workflow: a map, or an expression that gives one, of which the two kinds are read that
 * a file can tell: a value of the matrix (`${{ matrix.env }}`) and JSON that stands in it
 * (`${{ fromJSON('{"A": "b"}') }}`, or in a variable that it names).
 */
import type { YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { EmbeddedText } from '../_text/embedded-text.ts';
import { addAll } from '../_text/job-draft.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { readEmbeddedYaml, type YamlReading } from '../_yaml/yaml-reading.ts';

/** The variables of `env`; `known` are those around it, the matrix among them. */
export function environmentOf(
  node: YamlNode,
  known: readonly Variable[],
  reading: YamlReading,
): readonly Variable[] {
  if (node.kind !== 'scalar') return variablesIn(node, reading);
  const source = reading.sourceOf(node);
  const whole = source.text.trim();
  if (!whole.startsWith('${{') || !whole.endsWith('}}')) return [];
  const inner = whole.slice('${{'.length, -'}}'.length).trim();
  const isJson = inner.slice(0, FROM_JSON.length).toLowerCase() === FROM_JSON;
  if (isJson) return jsonVariables(source, inner.slice(FROM_JSON.length), known, reading);
  const prefix = `${inner}.`;
  if (!inner.startsWith('matrix.')) return [];
  // Many of these times many variables: each look costs a visit.
  return known
    .filter(({ name }) => reading.visit() && name.startsWith(prefix))
    .map(({ name, value }) => ({ name: name.slice(prefix.length), value }));
}

const FROM_JSON = 'fromjson(';
/** Variables by the text that holds their JSON: an alias brings the same one in again. */
const PARSED = new WeakMap<SourceText, readonly Variable[]>();

/** `fromJSON('…')`, or `fromJSON(env.X)` of a variable that is known; `rest` is behind the bracket. */
function jsonVariables(
  source: SourceText,
  rest: string,
  known: readonly Variable[],
  reading: YamlReading,
): readonly Variable[] {
  const isLiteral = rest.trimStart().startsWith("'");
  const holder = isLiteral ? source : valueNamed(rest, known, reading);
  if (holder === undefined) return [];
  const variables = PARSED.get(holder) ?? parsedVariables(holder, isLiteral, reading);
  PARSED.set(holder, variables);
  return variables.filter(() => reading.visit());
}

function valueNamed(
  rest: string,
  known: readonly Variable[],
  reading: YamlReading,
): SourceText | undefined {
  const argument = rest.slice(0, Math.max(0, rest.lastIndexOf(')'))).trim();
  const wanted = argument.startsWith('env.') ? argument.slice('env.'.length) : argument;
  return known.find(({ name }) => reading.visit() && name === wanted)?.value;
}

function parsedVariables(
  holder: SourceText,
  isLiteral: boolean,
  reading: YamlReading,
): readonly Variable[] {
  const { text } = holder;
  const json = isLiteral
    ? sliceSource(holder, text.indexOf("'") + 1, Math.max(0, text.lastIndexOf("'")))
    : holder;
  const found: Variable[] = [];
  const embedded = new EmbeddedText(json);
  const embedding = {
    visits: reading.visits,
    place: (part: SourceText): SourceText => embedded.place(part),
  };
  readEmbeddedYaml(reading.draft, json.text, embedding, (roots, inner) => {
    for (const root of roots) addAll(found, environmentIn(root, inner));
  });
  return found;
}
