import type { ProviderName } from '../../model/ids.ts';
import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { gitlabReader } from './definition.ts';
import { validateOf } from './validate.ts';

export const gitlab: Provider = instanceNamed(providerName('gitlab'));

/** Instances count their users from 1, so each has accounts of its own. */
function instanceNamed(name: ProviderName): Provider {
  return {
    name,
    title: 'GitLab CI',
    whenSilent: 'admits',
    readers: [gitlabReader],
    hooks: { validate: validateOf(name) },
    instanceNamed,
  };
}
