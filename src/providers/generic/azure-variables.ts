/** Variables and parameters of Azure Pipelines: maps, lists, and what a template is given. */
import { textOf, type YamlMap, type YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { JobDraft } from '../_text/job-draft.ts';
import { type Fields, valuesIn } from '../_yaml/fields.ts';
import { scalarsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { environmentName, openFields, openItems } from './azure-expressions.ts';

/** `variables:` as a map, or as a list of names with values, groups and templates. */
export function readVariables(
  nodes: readonly YamlNode[],
  job: JobDraft,
  reading: YamlReading,
): readonly Variable[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'scalar') return [];
    if (node.kind === 'map') return mapVariables(openFields(node, reading), reading);
    return [...openItems(node, reading)].flatMap((item) => {
      const fields = openFields(item, reading);
      for (const name of valuesIn(fields, 'template')) addTemplate(name, fields, job, reading);
      const name = valuesIn(fields, 'name').map(textOf).at(-1);
      const values = valuesIn(fields, 'value');
      // Under a condition a list may hold a map of variables.
      if (name === undefined && !isListed(fields)) return mapVariables(fields, reading);
      return values
        .flatMap((value) => textsIn(value, reading, 'a value'))
        .map((value) => ({ name: environmentName(name ?? ''), value }));
    });
  });
}

function isListed(fields: Fields): boolean {
  return fields.has('group') || fields.has('template') || fields.has('value');
}

export function mapVariables(fields: Fields, reading: YamlReading): readonly Variable[] {
  return [...fields].flatMap(([name, nodes]) =>
    nodes
      .flatMap((node) => textsIn(node, reading, 'a value'))
      .map((value) => ({ name: environmentName(name), value })),
  );
}

/** A template of this tree is a file that runs, one of another repository is remote code. */
export function addTemplate(
  node: YamlNode,
  fields: Fields,
  job: JobDraft,
  reading: YamlReading,
): void {
  for (const name of textsIn(node, reading, 'the name of a template')) {
    const isElsewhere = name.text.includes('@') && !name.text.endsWith('@self');
    (isElsewhere ? job.remoteCode : job.filesRun).push(isElsewhere ? name : withoutSelf(name));
  }
  for (const given of valuesIn(fields, 'parameters')) {
    for (const [key, nodes] of openFields(given, reading)) {
      addParameter(key, nodes, job, reading);
    }
  }
}

function withoutSelf(name: SourceText): SourceText {
  if (!name.text.endsWith(SELF)) return name;
  return { ...name, text: name.text.slice(0, -SELF.length) };
}

const SELF = '@self';

/** The texts of a parameter as variables; lists of steps and jobs are read by whoever has them. */
export function addParameter(
  name: string,
  nodes: readonly YamlNode[],
  job: JobDraft,
  reading: YamlReading,
): void {
  for (const node of nodes) {
    if (node.kind === 'map') addMapParameter(name, node, job, reading);
    else if (node.kind === 'scalar' || node.items.every(({ kind }) => kind === 'scalar')) {
      for (const scalar of scalarsIn(node, reading, 'a parameter')) {
        job.environment.push({ name: `parameters.${name}`, value: reading.sourceOf(scalar) });
      }
    }
  }
}

function addMapParameter(name: string, node: YamlMap, job: JobDraft, reading: YamlReading): void {
  for (const [key, nodes] of openFields(node, reading)) {
    for (const value of nodes) {
      if (value.kind !== 'scalar') continue;
      for (const scalar of scalarsIn(value, reading, 'a parameter')) {
        const variable = { name: `parameters.${name}.${key}`, value: reading.sourceOf(scalar) };
        job.environment.push(variable);
      }
    }
  }
}
