import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { layerciReader } from './definition.ts';

export const layerci: Provider = {
  name: providerName('layerci'),
  title: 'LayerCI and webapp.io',
  whenSilent: 'not-asked',
  readers: [layerciReader],
  hooks: {},
};
