import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { circleciReader } from './definition.ts';

export const circleci: Provider = {
  name: providerName('circleci'),
  title: 'CircleCI',
  whenSilent: 'not-asked',
  readers: [circleciReader],
  hooks: {},
};
