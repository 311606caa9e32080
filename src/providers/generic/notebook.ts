/** Reads Jupyter notebooks: their code cells, in the order of the file. One job, one kernel. */
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { readJson } from '../_json/json-reading.ts';
import { shellKindOf } from '../_text/command-words.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { joinSources } from '../_text/source-builder.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, scalarsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readCell } from './notebook-cell.ts';

const DIALECT: Dialect = 'notebook';

export const notebookReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return path.endsWith('.ipynb');
  },
  read(path, text) {
    return readJson(DIALECT, path, text, (root, reading) => {
      const fields = fieldsOf(root, reading);
      if (isForeign(fields, (key) => KEYS.has(key), 'a notebook', reading)) return;
      const metadata = valuesIn(fields, 'metadata').map((node) => fieldsOf(node, reading));
      const job = jobDraft('');
      for (const each of metadata) {
        for (const accelerator of valuesIn(each, 'accelerator')) {
          job.machine.push(textOf(accelerator) ?? '');
        }
      }
      const kernel = kernelOf(metadata, reading);
      // Notebooks of version 3 keep their cells in work sheets.
      const sheets = valuesIn(fields, 'worksheets')
        .flatMap((node) => [...itemsIn(node, reading)])
        .map((sheet) => fieldsOf(sheet, reading));
      for (const each of [fields, ...sheets]) {
        for (const cells of valuesIn(each, 'cells')) addCells(cells, kernel, job, reading);
      }
      reading.draft.jobs.push(job);
    });
  },
};

const KEYS: ReadonlySet<string> = new Set(['cells', 'metadata', 'nbformat', 'worksheets']);

/** What runs the cells, by the language of the kernel; Python where nothing is said. */
function kernelOf(metadata: readonly Fields[], reading: YamlReading): Command['shell'] {
  const kernels = metadata.flatMap((each) => valuesIn(each, 'kernelspec', 'language_info'));
  const names = kernels
    .map((node) => fieldsOf(node, reading))
    .flatMap((fields) => valuesIn(fields, 'language', 'name'))
    .flatMap((name) => textOf(name)?.toLowerCase() ?? []);
  if (names.length === 0 || names.some((name) => name.includes('python'))) return 'python';
  if (names.some((name) => SHELLS.has(name))) return 'sh';
  return names.some((name) => shellKindOf(name) === 'powershell') ? 'powershell' : 'other';
}

const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh', 'ksh', 'shell']);

function addCells(
  cells: YamlNode,
  kernel: Command['shell'],
  job: JobDraft,
  reading: YamlReading,
): void {
  for (const cell of itemsIn(cells, reading)) {
    const fields = fieldsOf(cell, reading);
    const kind = textOf(valuesIn(fields, 'cell_type').at(-1));
    if (kind !== 'code') {
      if (cell.kind !== 'map') reading.sayMisfit(cell, 'a cell');
      continue;
    }
    const source = sourceOf(fields, reading);
    if (source === null) continue;
    const { commands, environment, filesRun } = readCell(source, kernel);
    for (const command of commands) reading.draft.addCommand(job, command.source, command.shell);
    for (const variable of environment) {
      if (reading.draft.takesPart()) job.environment.push(variable);
    }
    addAll(job.filesRun, filesRun);
  }
}

/** The text of a cell: one text, or one for each line that keeps its line break. */
function sourceOf(fields: Fields, reading: YamlReading): SourceText | null {
  const nodes = valuesIn(fields, 'source', 'input');
  const lines = nodes.flatMap((node) => scalarsIn(node, reading, 'a line of a cell'));
  if (lines.length === 0 || !reading.draft.fits(lengthOf(lines))) return null;
  const sources = lines.map((line) => reading.sourceOf(line));
  return joinSources(reading.draft.path, sources, '');
}

function lengthOf(lines: readonly { readonly value: string }[]): number {
  return lines.reduce((sum, { value }) => sum + value.length, 0);
}
