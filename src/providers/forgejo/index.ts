import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { forgejoReader } from './definition.ts';

export const forgejo: Provider = {
  name: providerName('forgejo'),
  title: 'Forgejo and Gitea Actions',
  whenSilent: 'not-asked',
  readers: [forgejoReader],
  hooks: {},
};
