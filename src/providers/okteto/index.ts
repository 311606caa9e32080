import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { oktetoReader } from './definition.ts';

export const okteto: Provider = {
  name: providerName('okteto'),
  title: 'Okteto',
  whenSilent: 'not-asked',
  readers: [oktetoReader],
  hooks: {},
};
