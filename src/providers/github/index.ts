import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { githubReader } from './definition.ts';

export const github: Provider = {
  name: providerName('github'),
  title: 'GitHub Actions',
  whenSilent: 'not-asked',
  readers: [githubReader],
  hooks: {},
};
