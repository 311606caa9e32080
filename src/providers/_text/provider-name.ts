import { assert } from '../../base/assert.ts';
import type { ProviderName } from '../../model/ids.ts';
import { parseSubject } from '../../model/ids.ts';

/** A provider's name as its folder writes it. Throws while modules load when it is no name. */
export function providerName(text: string): ProviderName {
  const subject = parseSubject(`${text}/account`);
  assert(subject !== null, `${text} is no name for a provider`);
  return subject.provider;
}
