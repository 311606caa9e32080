/** Domains of mail that say little of who uses them, or much. */

/** How a provider finds the mailbox of an address. */
export interface MailboxRule {
  /** The domain that its others stand for. */
  readonly domain: string;
  /** What separates the mailbox from a tag that the user makes up. */
  readonly tag: '+' | '-';
  /** Characters that do not count. */
  readonly ignored: string;
  /** Characters that count as the first of them. */
  readonly alike: string;
}

export const DEFAULT_RULE: Omit<MailboxRule, 'domain'> = { tag: '+', ignored: '', alike: '' };

const RULES: readonly (MailboxRule & { readonly aliases: readonly string[] })[] = [
  { domain: 'gmail.com', aliases: ['googlemail.com'], tag: '+', ignored: '.', alike: '' },
  {
    domain: 'proton.me',
    aliases: ['protonmail.com', 'protonmail.ch', 'pm.me'],
    tag: '+',
    ignored: '.-_',
    alike: '',
  },
  { domain: 'icloud.com', aliases: ['me.com', 'mac.com'], tag: '+', ignored: '', alike: '' },
  {
    domain: 'yandex.com',
    aliases: ['yandex.ru', 'yandex.by', 'yandex.kz', 'ya.ru'],
    tag: '+',
    ignored: '',
    alike: '.-',
  },
  // A name at `fastmail.fm` or `ymail.com` may be another person's than that at the first domain.
  { domain: 'fastmail.com', aliases: [], tag: '+', ignored: '', alike: '' },
  { domain: 'yahoo.com', aliases: [], tag: '-', ignored: '', alike: '' },
];

export const MAILBOX_RULES: ReadonlyMap<string, MailboxRule> = new Map(
  RULES.flatMap(({ aliases, ...rule }) =>
    [rule.domain, ...aliases].map((name) => [name, rule] as const),
  ),
);

/** Everybody's: that two people have mailboxes there says nothing. */
export const FREE_MAIL_DOMAINS: ReadonlySet<string> = new Set([
  ...MAILBOX_RULES.keys(),
  ...'outlook.com hotmail.com live.com msn.com hotmail.co.uk hotmail.fr outlook.de'.split(' '),
  ...'yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.fr yahoo.de aol.com gmx.de gmx.net'.split(' '),
  ...'gmx.com web.de t-online.de freenet.de posteo.de mailbox.org tutanota.com tuta.io'.split(' '),
  ...'zoho.com mail.com mail.ru bk.ru inbox.ru list.ru rambler.ru qq.com 163.com'.split(' '),
  ...'126.com sina.com foxmail.com naver.com daum.net hanmail.net kakao.com docomo.ne.jp'.split(
    ' ',
  ),
  ...'orange.fr free.fr laposte.net wanadoo.fr libero.it virgilio.it uol.com.br bol.com.br'.split(
    ' ',
  ),
  ...'ymail.com rocketmail.com fastmail.fm terra.com.br rediffmail.com comcast.net verizon.net btinternet.com hey.com riseup.net'.split(
    ' ',
  ),
  ...'users.noreply.github.com duck.com privaterelay.appleid.com mozmail.com'.split(' '),
]);
