import type { Rule } from '../engine/rule.ts';
import { encodedPayload } from './encoded-payload.ts';
import { fetchedPayload } from './fetched-payload.ts';
import { minerCommandLine } from './miner-command-line.ts';
import { minerConfiguration } from './miner-configuration.ts';
import { minerDownload } from './miner-download.ts';
import { minerImageRule } from './miner-image.ts';
import { payoutAddress } from './payout-address.ts';
import { poolEndpoint } from './pool-endpoint.ts';

/** Every rule. A test holds this list, the files of this folder and the pages together. */
export const RULES: readonly Rule[] = [
  payoutAddress,
  poolEndpoint,
  minerCommandLine,
  minerConfiguration,
  minerImageRule,
  minerDownload,
  encodedPayload,
  fetchedPayload,
];
