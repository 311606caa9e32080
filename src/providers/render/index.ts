import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { renderReader } from './definition.ts';

export const render: Provider = {
  name: providerName('render'),
  title: 'Render',
  whenSilent: 'not-asked',
  readers: [renderReader],
  hooks: {},
};
