import type { Rule } from '../engine/rule.ts';
import { bandwidthSharing } from './bandwidth-sharing.ts';
import { encodedPayload } from './encoded-payload.ts';
import { fanOut } from './fan-out.ts';
import { fetchedPayload } from './fetched-payload.ts';
import { hiding } from './hiding.ts';
import { hugePagesAndMsr } from './huge-pages-and-msr.ts';
import { keepAlive } from './keep-alive.ts';
import { minerBinary } from './miner-binary.ts';
import { minerCommandLine } from './miner-command-line.ts';
import { minerConfiguration } from './miner-configuration.ts';
import { minerDownload } from './miner-download.ts';
import { minerImageRule } from './miner-image.ts';
import { otherProofOfWork } from './other-proof-of-work.ts';
import { payoutAddress } from './payout-address.ts';
import { poolEndpoint } from './pool-endpoint.ts';
import { privateProxy } from './private-proxy.ts';
import { renamedBinary } from './renamed-binary.ts';
import { timeLimitPadding } from './time-limit-padding.ts';

/** Every rule. A test holds this list, the files of this folder and the pages together. */
export const RULES: readonly Rule[] = [
  payoutAddress,
  poolEndpoint,
  minerCommandLine,
  minerConfiguration,
  minerImageRule,
  minerBinary,
  privateProxy,
  otherProofOfWork,
  bandwidthSharing,
  minerDownload,
  renamedBinary,
  encodedPayload,
  fetchedPayload,
  hugePagesAndMsr,
  keepAlive,
  timeLimitPadding,
  fanOut,
  hiding,
];
