/** E-mail addresses: whose mailbox, at whose domain, and how the address is put together. */
import { domainToASCII } from 'node:url';
import { emailLengthMax } from '../../base/limits.ts';
import type { SharedValue } from '../../model/identifier.ts';
import type { DisposableTest } from './disposable-domains.ts';
import { DEFAULT_RULE, FREE_MAIL_DOMAINS, MAILBOX_RULES } from './email-domains.ts';
import { shapeOf } from './shape.ts';

export interface Mailbox {
  readonly local: string;
  /** Lower-case ASCII. */
  readonly domain: string;
}

/** The mailbox that an address leads to, in one form for all its spellings; null for no address. */
export function mailboxOf(email: string): Mailbox | null {
  const address = splitAddress(email);
  if (address === null) return null;
  const { local, domain } = subdomainAddress(address);
  const rule = MAILBOX_RULES.get(domain) ?? { domain, ...DEFAULT_RULE };
  const tag = local.indexOf(rule.tag);
  const named = tag > 0 ? local.slice(0, tag) : local;
  const kept = [...named]
    .filter((c) => !rule.ignored.includes(c))
    .map((c) => (rule.alike.includes(c) ? rule.alike.charAt(0) : c))
    .join('');
  return { local: kept === '' ? named : kept, domain: rule.domain };
}

function splitAddress(email: string): Mailbox | null {
  if (email.length > emailLengthMax) return null;
  const text = email.trim().normalize('NFKC').toLowerCase();
  const at = text.lastIndexOf('@');
  const written = text.slice(at + 1);
  const domain = domainToASCII(written.endsWith('.') ? written.slice(0, -1) : written);
  const local = text.slice(0, at);
  if (at < 1 || !domain.includes('.') || local.includes(' ')) return null;
  return { local, domain };
}

const FASTMAIL = '.fastmail.com';

/** `anything@ada.fastmail.com` is Ada's. */
function subdomainAddress({ local, domain }: Mailbox): Mailbox {
  if (!domain.endsWith(FASTMAIL)) return { local, domain };
  const user = domain.slice(0, -FASTMAIL.length);
  return user.includes('.') ? { local, domain } : { local: user, domain: FASTMAIL.slice(1) };
}

export function emailValues(
  email: string,
  isVerified: boolean,
  isDisposable: DisposableTest,
): readonly SharedValue[] {
  const mailbox = mailboxOf(email);
  const address = splitAddress(email);
  if (mailbox === null || address === null) return [];
  const { local, domain } = mailbox;
  const values: SharedValue[] = [{ kind: 'email', value: `${local}@${domain}` }];
  if (isVerified) values.push({ kind: 'verified-email', value: `${local}@${domain}` });
  if (isDisposable(domain)) values.push({ kind: 'disposable-domain', value: domain });
  else if (!FREE_MAIL_DOMAINS.has(domain)) values.push({ kind: 'email-domain', value: domain });
  const shape = shapeOf(address.local);
  if (shape !== null) values.push({ kind: 'email-shape', value: `${shape}@${domain}` });
  return values;
}
