import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { codeshipReader } from './definition.ts';

export const codeship: Provider = {
  name: providerName('codeship'),
  title: 'CloudBees CodeShip',
  whenSilent: 'not-asked',
  readers: [codeshipReader],
  hooks: {},
};
