/**
 * Reads scripts: the whole text is one command. It claims `*.sh` and `*.bash`, but reads a file of
 * any name, since a definition may run `./build` and its first line says what runs it.
 */
import { scanFileBytesMax } from '../../base/limits.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import { shebangOf, shellKindOf } from '../_text/command-words.ts';
import { DefinitionDraft, jobDraft } from '../_text/job-draft.ts';

const DIALECT: Dialect = 'shell';

export const shellReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return path.endsWith('.sh') || path.endsWith('.bash');
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) {
      draft.say('the file is too large and was not read');
      return draft.build();
    }
    const job = jobDraft('');
    draft.addCommand(job, verbatim(path, text), shellOf(path, text));
    draft.jobs.push(job);
    return draft.build();
  },
};

function shellOf(path: string, text: string): Command['shell'] {
  const shebang = shebangOf(text);
  if (shebang !== undefined) return shellKindOf(shebang);
  if (path.endsWith('.ps1')) return 'powershell';
  return path.endsWith('.py') ? 'python' : 'sh';
}
