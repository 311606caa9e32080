/** All providers. `registry.test.ts` holds the list to the folders on disk. */
import type { DialectReader } from '../model/job-definition.ts';
import type { Provider } from '../ports/provider.ts';
import { forgejo } from './forgejo/index.ts';
import { generic } from './generic/index.ts';
import { github } from './github/index.ts';
import { gitlab } from './gitlab/index.ts';
import { sourcehut } from './sourcehut/index.ts';

export const PROVIDERS: readonly Provider[] = [forgejo, generic, github, gitlab, sourcehut];

export const READERS: readonly DialectReader[] = PROVIDERS.flatMap(({ readers }) => readers);
