import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { woodpeckerReader } from './definition.ts';

export const woodpecker: Provider = {
  name: providerName('woodpecker'),
  title: 'Woodpecker CI',
  whenSilent: 'not-asked',
  readers: [woodpeckerReader],
  hooks: {},
};
