import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { sourcehutReader } from './definition.ts';

export const sourcehut: Provider = {
  name: providerName('sourcehut'),
  title: 'Sourcehut builds',
  whenSilent: 'not-asked',
  readers: [sourcehutReader],
  hooks: {},
};
