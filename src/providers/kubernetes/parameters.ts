/**
 * Values that Kubernetes, Tekton and Argo fill into the words of a container before it starts:
 * `$(NAME)` is a variable, `$(params.x)` and `{{inputs.parameters.x}}` are parameters. One that is
 * not known stays as it is, as it does there; `$$(NAME)` stands for `$(NAME)`.
 */
import type { YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { type TemplateSyntax, Templates } from '../_text/fill-template.ts';
import type { DefinitionDraft } from '../_text/job-draft.ts';
import { joinSources } from '../_text/source-builder.ts';
import { fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const unknown = (): null => null;
const isReference = (): boolean => true;

const REFERENCES: TemplateSyntax = { open: '$(', close: ')', isReference, unknown, escapedBy: '$' };
const EXPRESSIONS: TemplateSyntax = {
  open: '{{',
  close: '}}',
  isReference,
  unknown,
  escapedBy: '',
};

/** The parameters of one object by the names under which its containers refer to them. */
export type Parameters = Map<string, SourceText>;

/** Fills in the values of one definition. */
export class Filling {
  readonly #references: Templates;
  readonly #expressions: Templates;

  constructor(draft: DefinitionDraft) {
    this.#references = new Templates(REFERENCES, draft);
    this.#expressions = new Templates(EXPRESSIONS, draft);
  }

  fill(
    source: SourceText,
    variables: ReadonlyMap<string, SourceText>,
    parameters: Parameters,
  ): SourceText {
    const isPlain = !source.text.includes('$(') && !source.text.includes('{{');
    if (isPlain) return source;
    const lookUp = (name: string): SourceText | undefined =>
      variables.get(name) ?? parameters.get(parameterName(name));
    const filled = this.#references.fill(source, lookUp);
    return parameters.size === 0 ? filled : this.#expressions.fill(filled, lookUp);
  }
}

/** What stands before a parameter's own name where it is referred to. */
const PREFIXES = ['params.', 'inputs.params.', 'inputs.parameters.', 'workflow.parameters.'];

/** `x` of `params.x`, `params["x"]`, `params.x[*]`, `inputs.parameters.x`. */
function parameterName(reference: string): string {
  const plain = reference.replace('["', '.').replace("['", '.').replace('"]', '').replace("']", '');
  const prefix = PREFIXES.find((each) => plain.startsWith(each));
  if (prefix === undefined) return '';
  return plain.slice(prefix.length).replace('[*]', '');
}

/** Adds the parameters of a list of maps with `name` and `value` or `default`. */
export function addParameters(
  list: YamlNode,
  prefix: string,
  parameters: Parameters,
  reading: YamlReading,
): readonly Variable[] {
  const found: Variable[] = [];
  for (const item of itemsIn(list, reading)) {
    const fields = fieldsOf(item, reading);
    const names = valuesIn(fields, 'name').flatMap((node) => textsIn(node, reading, 'a name'));
    const name = names.at(-1)?.text;
    const values = valuesIn(fields, 'default', 'value').flatMap((node) =>
      node.kind === 'map' ? [] : textsIn(node, reading, 'a value'),
    );
    if (name === undefined || values.length === 0) continue;
    const value = joinSources(reading.draft.path, values, ' ');
    parameters.set(name, value);
    found.push({ name: prefix + name, value });
  }
  return found;
}
