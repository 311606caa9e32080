/** Domains of mail that say little of who uses them, or much. */

/** How a provider finds the mailbox of an address. */
export interface MailboxRule {
  /** The domain that its others stand for. */
  readonly domain: string;
  /** What separates the mailbox from a tag that the user makes up. */
  readonly tag: '+' | '-';
  /** Characters that do not count. */
  readonly ignored: string;
}

export const DEFAULT_RULE: Omit<MailboxRule, 'domain'> = { tag: '+', ignored: '' };

const RULES: readonly (MailboxRule & { readonly aliases: readonly string[] })[] = [
  { domain: 'gmail.com', aliases: ['googlemail.com'], tag: '+', ignored: '.' },
  {
    domain: 'proton.me',
    aliases: ['protonmail.com', 'protonmail.ch', 'pm.me'],
    tag: '+',
    ignored: '.-_',
  },
  { domain: 'icloud.com', aliases: ['me.com', 'mac.com'], tag: '+', ignored: '' },
  {
    domain: 'yandex.com',
    aliases: ['yandex.ru', 'yandex.by', 'yandex.kz', 'ya.ru'],
    tag: '+',
    ignored: '.-',
  },
  { domain: 'fastmail.com', aliases: ['fastmail.fm'], tag: '+', ignored: '' },
  { domain: 'yahoo.com', aliases: ['ymail.com'], tag: '-', ignored: '' },
];

export const MAILBOX_RULES: ReadonlyMap<string, MailboxRule> = new Map(
  RULES.flatMap(({ domain, aliases, tag, ignored }) =>
    [domain, ...aliases].map((name) => [name, { domain, tag, ignored }] as const),
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
  ...'terra.com.br rediffmail.com comcast.net verizon.net btinternet.com hey.com riseup.net'.split(
    ' ',
  ),
  ...'users.noreply.github.com duck.com privaterelay.appleid.com mozmail.com'.split(' '),
]);
