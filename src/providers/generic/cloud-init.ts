/** Reads user data files: what cloud-init runs on a new machine. One job for the file. */
import { scanFileBytesMax } from '../../base/limits.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import { isUserData, UserDataReading } from '../_cloud-init/user-data.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { DefinitionDraft, jobDraft } from '../_text/job-draft.ts';
import { inWorkflowFolder } from '../_text/workflow-folder.ts';

const DIALECT: Dialect = 'cloud-init';

export const cloudInitReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (name === 'user-data') return true;
    return name.startsWith('cloud-init') && isYamlName(name) && !inWorkflowFolder(path);
  },
  byContent: {
    mayClaim(path) {
      const name = baseNameOf(path);
      const dot = name.lastIndexOf('.');
      return dot === -1 || ENDINGS.has(name.slice(dot + 1).toLowerCase());
    },
    recognises: isUserData,
  },
  read(path, text) {
    const draft = new DefinitionDraft(DIALECT, path);
    if (text.length > scanFileBytesMax) {
      draft.say('the file is too large and was not read');
      return draft.build();
    }
    const job = jobDraft('');
    new UserDataReading(draft, job).readPlain(verbatim(path, text));
    draft.jobs.push(job);
    return draft.build();
  },
};

/** Endings under which people keep user data; one may be a template of another program. */
const ENDINGS: ReadonlySet<string> = new Set([
  ...['cfg', 'cloud', 'conf', 'config', 'init', 'j2', 'mime', 'tftpl', 'tmpl', 'tpl', 'txt'],
  ...['userdata', 'yaml', 'yml'],
]);
