import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emailLengthMax } from '../../base/limits.ts';
import { isDisposable } from './disposable-domains.ts';
import { emailValues, mailboxOf } from './email.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

const written = (email: string): string | null => {
  const mailbox = mailboxOf(email);
  return mailbox && `${mailbox.local}@${mailbox.domain}`;
};

test('all spellings of an address lead to one mailbox', () => {
  const mailboxes: Readonly<Record<string, readonly string[]>> = {
    'adalovelace@gmail.com': [
      'ada.lovelace@gmail.com',
      'Ada.Lovelace+ci7@GoogleMail.com',
      'a.d.a.l.o.v.e.l.a.c.e@gmail.com.',
      'ＡdaLovelace@gmail.com',
    ],
    'ada@example.org': ['ada+x@example.org', 'ADA@EXAMPLE.ORG', ' ada@example.org '],
    'a.d@example.org': ['a.d@example.org'],
    'adalove@proton.me': ['ada-love@pm.me', 'ada_love+1@protonmail.com'],
    'ada@yahoo.com': ['ada-shop@yahoo.com'],
    'ada@fastmail.com': ['x@ada.fastmail.com', 'ada+y@fastmail.com'],
    'ada.b@yandex.com': ['ada-b@ya.ru', 'ada.b+x@yandex.kz'],
    'adab@yandex.com': ['adab@yandex.by'],
    'ada@xn--bcher-kva.example': ['ada@bücher.example', 'ada@BÜCHER.example'],
  };
  for (const [mailbox, spellings] of Object.entries(mailboxes)) {
    for (const spelling of spellings) assert.equal(written(spelling), mailbox, spelling);
  }
  // Names that two people may have are two mailboxes.
  for (const [one, other] of [
    ['ada@yahoo.com', 'ada@ymail.com'],
    ['ada@yahoo.com', 'ada@rocketmail.com'],
    ['ada@fastmail.com', 'ada@fastmail.fm'],
    ['ada.b@yandex.ru', 'adab@yandex.ru'],
  ] as const) {
    assert.notEqual(written(one), written(other));
  }
});

test('what is no address has no mailbox', () => {
  for (const text of ['', '@', 'ada', 'ada@', '@example.org', 'ada@local', 'a b@example.org']) {
    assert.equal(mailboxOf(text), null, text);
  }
  assert.equal(mailboxOf(`${'a'.repeat(emailLengthMax)}@example.org`), null);
});

test('a mailbox is its own mailbox, and no text is too odd', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (text) => {
      const once = written(text);
      if (once !== null) assert.equal(written(once), once);
      emailValues(text, true, isDisposable);
    }),
    { numRuns: numRuns * 3 },
  );
});

const kindsOf = (email: string, isVerified = false): readonly string[] =>
  emailValues(email, isVerified, isDisposable).map(({ kind, value }) => `${kind} ${value}`);

test('an address names its mailbox, its domain and its shape', () => {
  assert.deepEqual(kindsOf('ada@example.org'), [
    'email ada@example.org',
    'email-domain example.org',
  ]);
  assert.deepEqual(kindsOf('ada.b42@gmail.com'), [
    'email adab42@gmail.com',
    'email-shape a.a9{2}@gmail.com',
  ]);
  assert.deepEqual(kindsOf('x@sub.mailinator.com'), [
    'email x@sub.mailinator.com',
    'disposable-domain sub.mailinator.com',
  ]);
  assert.ok(kindsOf('ada@example.org', true).includes('verified-email ada@example.org'));
});
