/**
 * Domains that hand out mailboxes for an hour, to anybody: the public list (9,000 domains, each
 * looked at by people; it leaves out the masks that browsers and phones give to theirs), and what
 * an operator adds to it or takes from it.
 *
 * An operator's file has a domain a line; `!` before it takes it, and its subdomains, from the list.
 */
import { domainToASCII } from 'node:url';
import { disposableEmailBlocklist } from 'disposable-email-domains-js';
import { domainListProblemsMax, domainsListedMax } from '../../base/limits.ts';

/** Whether a domain, in lower-case ASCII, hands out mailboxes for an hour. */
export type DisposableTest = (domain: string) => boolean;

export interface DomainList {
  /** Whether the domain is disposable; the nearest of its parents that is named counts. */
  readonly domains: ReadonlyMap<string, boolean>;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const PUBLIC: ReadonlySet<string> = new Set(disposableEmailBlocklist());

/** A subdomain of such a domain is one too. */
export function disposableTest(own: DomainList['domains'] = new Map()): DisposableTest {
  return (domain) => {
    for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
      const said = own.get(name);
      if (said !== undefined) return said;
      if (PUBLIC.has(name)) return true;
    }
    return false;
  };
}

export const isDisposable: DisposableTest = disposableTest();

/** Reads an operator's list. Never throws. */
export function parseDomainList(text: string): DomainList {
  const domains = new Map<string, boolean>();
  const problems: { line: number; message: string }[] = [];
  const report = (line: number, message: string): void => {
    if (problems.length < domainListProblemsMax) problems.push({ line, message });
  };
  for (const [i, line] of text.split('\n').entries()) {
    const own = line.trim();
    if (own === '' || own.startsWith('#')) continue;
    if (domains.size >= domainsListedMax) {
      report(i + 1, `there are more than ${domainsListedMax} domains`);
      break;
    }
    const isTaken = own.startsWith('!');
    const domain = domainToASCII(own.slice(isTaken ? 1 : 0).trim());
    if (!isDomain(domain)) report(i + 1, 'this is no domain such as mail.example');
    else if (domains.get(domain) === isTaken) report(i + 1, 'this domain is added and taken');
    else domains.set(domain, !isTaken);
  }
  return { domains, problems };
}

const DOMAIN_LENGTH_MAX = 253;

/** At least two labels: one alone would make all mailboxes of a country disposable. */
function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  if (domain.length > DOMAIN_LENGTH_MAX || labels.length < 2) return false;
  return labels.every((label) => label !== '' && [...label].every((c) => LABEL.includes(c)));
}

const LABEL = 'abcdefghijklmnopqrstuvwxyz0123456789-';
