import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { buildkiteReader } from './definition.ts';

export const buildkite: Provider = {
  name: providerName('buildkite'),
  title: 'Buildkite',
  whenSilent: 'not-asked',
  readers: [buildkiteReader],
  hooks: {},
};
