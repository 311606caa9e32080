import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { droneReader } from './definition.ts';

export const drone: Provider = {
  name: providerName('drone'),
  title: 'Drone',
  whenSilent: 'not-asked',
  readers: [droneReader],
  hooks: {},
};
