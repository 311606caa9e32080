import type { Provider } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { oracleCloudReader } from './definition.ts';

export const oracleCloud: Provider = {
  name: providerName('oracle-cloud'),
  title: 'Oracle Cloud',
  whenSilent: 'not-asked',
  readers: [oracleCloudReader],
  hooks: {},
};
