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
import { isEmpty, readEmbeddedYaml, type YamlReading } from '../_yaml/yaml-reading.ts';

/** The variables of `env`; `known` are those around it, the matrix among them. */
export function environmentOf(
  node: YamlNode,
  known: readonly Variable[],
  reading: YamlReading,
): readonly Variable[] {
  if (node.kind !== 'scalar') return variablesIn(node, reading);
  if (isEmpty(node)) return [];
  const source = reading.sourceOf(node);
  const json = jsonIn(source, known, reading);
  if (json !== null) return variablesOfJson(json, reading);
  const prefix = `${innerOf(source.text) ?? ''}.`;
  // Many of these times many variables: each look costs a visit.
  const isOwn = ({ name }: Variable): boolean => reading.visit() && name.startsWith(prefix);
  const found = prefix.startsWith('matrix.') ? known.filter(isOwn) : [];
  return found.map(({ name, value }) => ({ name: name.slice(prefix.length), value }));
}

/** What stands in `${{ … }}`, when a text is no more than that. */
function innerOf(text: string): string | null {
  const whole = text.trim();
  const isExpression = whole.startsWith('${{') && whole.endsWith('}}');
  return isExpression ? whole.slice('${{'.length, -'}}'.length).trim() : null;
}

const FROM_JSON = 'fromjson(';

/** What stands between the quotes of `fromJSON('…')`, or the value of `fromJSON(env.X)`. */
function jsonIn(
  source: SourceText,
  known: readonly Variable[],
  reading: YamlReading,
): SourceText | null {
  const inner = innerOf(source.text) ?? '';
  if (!inner.toLowerCase().startsWith(FROM_JSON)) return null;
  const start = source.text.indexOf("'");
  const end = source.text.lastIndexOf("'");
  if (end > start) return sliceSource(source, start + 1, end);
  const argument = inner.slice(FROM_JSON.length, inner.lastIndexOf(')')).trim();
  const wanted = argument.startsWith('env.') ? argument.slice('env.'.length) : argument;
  return known.find(({ name }) => reading.visit() && name === wanted)?.value ?? null;
}

function variablesOfJson(json: SourceText, reading: YamlReading): readonly Variable[] {
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
