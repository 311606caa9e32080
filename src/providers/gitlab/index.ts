import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { gitlabReader } from './definition.ts';
import { validate } from './validate.ts';

export const gitlab: Provider = {
  name: providerName('gitlab'),
  title: 'GitLab CI',
  whenSilent: 'admits',
  readers: [gitlabReader],
  hooks: { validate },
};
