/**
 * Reads requests that launch machines of Alibaba Cloud (`RunInstances` and its kin, as JSON or as a
 * query) and templates of its Resource Orchestration Service. The commands are in the user data,
 * in commands sent to machines, and in container groups.
 */
import { requestParametersMax, scanFileBytesMax } from '../../base/limits.ts';
import { type YamlNode, YamlVisits } from '../../base/yaml.ts';
import type { Dialect, DialectReader, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { mapsIn } from '../_launch/maps-in.ts';
import { placeAtStart } from '../_text/embedded-text.ts';
import { DefinitionDraft } from '../_text/job-draft.ts';
import { fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { readYaml, textsIn, YamlReading } from '../_yaml/yaml-reading.ts';
import { LaunchReader } from './launch-reader.ts';
import { isForm, isRequest, isTemplate } from './recognise.ts';
import { parseForm } from './request-form.ts';

const DIALECT: Dialect = 'alibaba-cloud';

export const alibabaCloudReader: DialectReader = {
  dialect: DIALECT,
  // A request is kept under any name.
  claims() {
    return false;
  },
  byContent: {
    mayClaim(path) {
      return ENDINGS.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
    },
    marks: ['ROSTemplateFormatVersion', 'RegionId', 'regionId', 'Action='],
    recognises(text) {
      return isTemplate(text) || isRequest(text) || isForm(text);
    },
  },
  read(path, text) {
    if (isForm(text)) return readForm(path, text);
    return readYaml(DIALECT, path, text, readRequests, 'map-or-sequence');
  },
};

const ENDINGS: ReadonlySet<string> = new Set([
  ...['form', 'http', 'json', 'rest', 'template', 'txt', 'url', 'yaml', 'yml'],
]);

function readRequests(roots: readonly YamlNode[], reading: YamlReading): void {
  const launch = new LaunchReader(reading, parametersOf(roots, reading));
  for (const map of mapsIn(
    roots.flatMap((root) => partsThatRun(root, reading)),
    reading,
  )) {
    launch.read(map);
  }
  launch.end();
}

/** The resources of a template, whose parameters may be called `InstanceType`; all of a request. */
function partsThatRun(root: YamlNode, reading: YamlReading): readonly YamlNode[] {
  const fields = fieldsOf(root, reading);
  return fields.has('ROSTemplateFormatVersion') ? valuesIn(fields, 'Resources') : [root];
}

/** Defaults of the parameters of a template. */
function parametersOf(
  roots: readonly YamlNode[],
  reading: YamlReading,
): ReadonlyMap<string, SourceText> {
  const parameters = new Map<string, SourceText>();
  const maps = roots.flatMap((root) => valuesIn(fieldsOf(root, reading), 'Parameters'));
  for (const [name, nodes] of maps.flatMap((map) => [...fieldsOf(map, reading)])) {
    const [value] = nodes
      .flatMap((node) => valuesIn(fieldsOf(node, reading), 'Default'))
      .flatMap((node) => (node.kind === 'scalar' ? textsIn(node, reading, 'a default') : []));
    if (value !== undefined && reading.draft.takesPart()) parameters.set(name, value);
  }
  return parameters;
}

/** A query: its values are decoded, so each stands where it starts. */
function readForm(path: string, text: string): JobDefinition {
  const draft = new DefinitionDraft(DIALECT, path);
  if (text.length > scanFileBytesMax) {
    draft.say('the file is too large and was not read');
    return draft.build();
  }
  const { file, isWhole } = parseForm(text);
  if (!isWhole)
    draft.giveUp(`there are more than ${requestParametersMax} parameters; the rest was not read`);
  const place = (source: SourceText): SourceText => placeAtStart(source)(source);
  const reading = new YamlReading(draft, file, { visits: new YamlVisits(), place });
  readRequests(
    file.documents.flatMap(({ root }) => root ?? []),
    reading,
  );
  return draft.build();
}
