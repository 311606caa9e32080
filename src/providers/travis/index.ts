import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { travisReader } from './definition.ts';

export const travis: Provider = {
  name: providerName('travis'),
  title: 'Travis CI',
  whenSilent: 'not-asked',
  readers: [travisReader],
  hooks: {},
};
