import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { alibabaCloudReader } from './definition.ts';

export const alibabaCloud: Provider = {
  name: providerName('alibaba-cloud'),
  title: 'Alibaba Cloud',
  whenSilent: 'not-asked',
  readers: [alibabaCloudReader],
  hooks: {},
};
