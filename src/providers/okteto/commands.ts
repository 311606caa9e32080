import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { inFolder } from '../_text/folder-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/**
 * Reads `deploy`, `destroy` or a test: a command, a list of commands, or a map with the commands,
 * the image and the folder they run in, and Compose files to deploy.
 */
export function readCommands(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  if (node.kind !== 'map') {
    addCommands(node, null, job, reading);
    return;
  }
  const fields = fieldsOf(node, reading);
  const texts = (key: string): readonly SourceText[] =>
    valuesIn(fields, key).flatMap((each) => textsIn(each, reading, `\`${key}\``));
  addAll(job.images, texts('image'));
  for (const compose of valuesIn(fields, 'compose')) readCompose(compose, job, reading);
  const folder = texts('context').at(-1) ?? null;
  for (const each of valuesIn(fields, 'commands', 'command')) {
    addCommands(each, folder, job, reading);
  }
}

/** A command is a text, or a map with a name and the text. */
function addCommands(
  node: YamlNode,
  folder: SourceText | null,
  job: JobDraft,
  reading: YamlReading,
): void {
  for (const item of itemsIn(node, reading)) {
    const nodes = item.kind === 'map' ? commandsOf(fieldsOf(item, reading)) : [item];
    if (item.kind === 'map' && nodes.length === 0) reading.sayMisfit(item, 'a command');
    for (const each of nodes) {
      const source = commandLineOf([each], reading);
      if (source === null) continue;
      const command = inFolder({ source, shell: 'sh' }, folder);
      reading.draft.addCommand(job, command.source, command.shell);
    }
  }
}

function commandsOf(fields: Fields): readonly YamlNode[] {
  return valuesIn(fields, 'command', 'commands');
}

/** Compose files by their path, or by a map with the path. */
function readCompose(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const item of itemsIn(node, reading)) {
    const fields = fieldsOf(item, reading);
    const paths = item.kind === 'map' ? valuesIn(fields, 'file', 'manifest') : [item];
    for (const path of paths) {
      const files = textsIn(path, reading, 'the path of a file');
      addAll(job.filesRun, filesRunAs(files, 'compose'));
    }
  }
}
