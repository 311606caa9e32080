import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { kubernetesReader } from './definition.ts';

export const kubernetes: Provider = {
  name: providerName('kubernetes'),
  title: 'Kubernetes',
  whenSilent: 'not-asked',
  readers: [kubernetesReader],
  hooks: {},
};
