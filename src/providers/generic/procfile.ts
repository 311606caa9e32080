/** Reads Procfiles: `name: command` a line, a job each. What is neither is no process. */
import { definitionCommandsMax, jobNameLengthMax, scanFileBytesMax } from '../../base/limits.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { DefinitionDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';

const DIALECT: Dialect = 'procfile';

export const procfileReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return name === 'Procfile' || (name.startsWith('Procfile.') && !name.endsWith('.md'));
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) draft.say('the file is too large and was not read');
    else readLines(text, draft);
    return draft.build();
  },
};

function readLines(text: string, draft: DefinitionDraft): void {
  let number = 0;
  for (let start = 0; start < text.length; number++) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    readLine(text.slice(start, end), number + 1, draft);
    start = end + 1;
    if (draft.jobs.length >= definitionCommandsMax) {
      draft.giveUp(`there are more than ${definitionCommandsMax} processes; the rest was not read`);
      return;
    }
  }
}

function readLine(line: string, number: number, draft: DefinitionDraft): void {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return;
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).trim();
  const command = line.slice(colon + 1).trim();
  if (name === '' || command === '' || name.includes(' ')) {
    draft.say(`line ${number} is no process and was not read`);
    return;
  }
  const job = jobDraft(printable(name, jobNameLengthMax));
  const column = line.indexOf(command, colon + 1) + 1;
  draft.addCommand(job, verbatim(draft.path, command, number, column), 'sh');
  draft.jobs.push(job);
}
