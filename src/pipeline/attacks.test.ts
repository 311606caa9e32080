/**
 * What a gang may try on an honest account, sent as events and jobs through the pipeline and a real
 * store. The gang is linked and has used its allowance up, so whoever it drags in would be held.
 * After each attack the honest account is its own party and may use all that a new account may.
 *
 * Each test was seen to fail once with the defence that it names taken out.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Hex } from '../base/hash.ts';
import type { JsonObject } from '../base/json.ts';
import { HOUR_MS } from '../base/time.ts';
import type { Event, EventType } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import { type AccountRef, partyIdOf } from '../model/party.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import type { DecidedAnswer, Pipeline } from './request.ts';
import { jobRequest, openWorld, startPipeline } from './test-world.ts';

const AT = Date.UTC(2026, 0, 7, 12);
const YEAR_MS = 365 * 24 * HOUR_MS;
/** A new account's first day, by the default policy. */
const FIRST_DAY = 3_600;
const VICTIM = 'ada';
const GANG = Array.from({ length: 12 }, (_, i) => `g${i}`);
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ada';
const HOME = '93.184.216.34';
const SCRIPT = `set -e
apt-get update && apt-get install -y ninja-build ccache clang-tools
cmake -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DENABLE_LANTERN_TESTS=ON
ninja -C build lantern-core lantern-cli && ctest --test-dir build --output-on-failure
tar czf lantern.tar.gz -C build/dist lantern && sha256sum lantern.tar.gz > lantern.sums`;

interface When {
  readonly id?: string;
  readonly at?: number;
}

function told(type: EventType, subject: string, data: JsonObject, when: When = {}): Event {
  const parsed = parseSubject(`gitlab/${subject}`);
  assert.ok(parsed);
  const { at = AT, id = sha256Hex(JSON.stringify([type, subject, data, at])) } = when;
  const bodyHash = sha256Hex(JSON.stringify([id, data, at]));
  return { source: 'gitlab', id, type, subject: parsed, time: at, data, bodyHash };
}

function identifiers(kind: string, ...values: readonly string[]) {
  return { identifiers: values.map((value) => ({ kind, value })) };
}

/** What the gang cannot hide: all of it read one mailbox. */
const GANG_LIFE = GANG.map((name) =>
  told('account.verified', name, { email: 'boss@gang.example' }, { at: AT - 48 * HOUR_MS }),
);

const VICTIM_LIFE = [
  told('account.created', VICTIM, {
    username: 'ada.lovelace.7',
    email: 'ada.lovelace.7@post.example',
    ip: HOME,
    userAgent: 'Browser/141',
    ...identifiers('ssh-key', KEY),
  }),
  told('account.verified', VICTIM, { email: 'ada.lovelace.7@post.example' }),
  told('instrument.added', VICTIM, { fingerprint: 'ada’s card' }),
];

const SMALL = { vcpu: 1, timeoutSeconds: 60 };

class Stage {
  readonly #pipeline: Pipeline;
  #jobs = 0;

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline;
  }

  async tell(events: readonly Event[], receivedAt = AT) {
    return this.#pipeline.ingest(events, receivedAt);
  }

  /** A job that runs the script and has used nothing when it ends. */
  async run(account: string, script: string, at = AT): Promise<void> {
    const { job } = await this.ask(account, script, SMALL, at);
    await this.tell([
      told('job.started', `${account}/${job}`, {}, { at }),
      told('job.finished', `${account}/${job}`, { vcpuSeconds: 0 }, { at }),
    ]);
  }

  async ask(account: string, script: string, data: JsonObject, at = AT) {
    const id = `${this.#jobs++}`;
    const answer = await this.#pipeline.decide(jobRequest(id, script, { account, data, at }));
    assert.equal(answer.kind, 'decided');
    return { job: `job-${id}`, ...(answer as DecidedAnswer) };
  }

  /** Takes all that the account's party has. */
  async spend(account: string): Promise<void> {
    const data = { vcpu: 1, timeoutSeconds: FIRST_DAY };
    for (let asked = 0; asked < 20; asked++) {
      const { job, action } = await this.ask(account, 'make', data);
      if (action !== 'allow') return;
      await this.tell([told('job.finished', `${account}/${job}`, { vcpuSeconds: FIRST_DAY })]);
    }
    assert.fail('its allowance has no end');
  }

  /** Its own party, and all of a first day. */
  async assertUnharmed(name = VICTIM): Promise<void> {
    const { record, action } = await this.ask(name, 'make', {
      vcpu: 1,
      timeoutSeconds: FIRST_DAY,
    });
    assert.ok(record);
    assert.equal(record.facts['party.accounts'], 1, 'it is its own party');
    assert.equal(record.decision.party, partyIdOf(`gitlab/${name}` as AccountRef));
    assert.equal(record.decision.limits.vcpuSeconds, FIRST_DAY, 'its allowance is whole');
    assert.equal(action, 'allow');
  }

  /** One party, and what it asks for is more than is left. */
  async assertGangIsOne(): Promise<void> {
    for (const name of GANG) {
      const { record, action } = await this.ask(name, 'make', SMALL);
      assert.equal(record?.facts['party.accounts'], GANG.length, name);
      assert.equal(action, 'hold', name);
    }
  }
}

/** A gang that has used its allowance, and somebody who has nothing to do with it. */
function attack(name: string, act: (stage: Stage) => Promise<void>): void {
  test(name, async (t) => {
    const world = await openWorld();
    t.after(world.close);
    const stage = new Stage(startPipeline(world.ports));
    await stage.tell([...GANG_LIFE, ...VICTIM_LIFE]);
    await stage.spend('g0');
    await stage.assertGangIsOne();
    await act(stage);
    await stage.assertUnharmed();
    await stage.assertGangIsOne();
  });
}

/** Taken out: `fade` and `accountsMax` in `bitsOf`. */
attack('it floods one identifier: everybody signs in at the library’s computer', async (stage) => {
  const visit = (name: string) =>
    told('account.login', name, { ip: HOME, ...identifiers('device', 'library 3') });
  const visitors = Array.from({ length: 40 }, (_, i) => `visitor${i}`);
  await stage.run(VICTIM, SCRIPT);
  await stage.tell([visit(VICTIM), ...visitors.map(visit)]);
  await stage.run('g1', SCRIPT);
  await stage.tell(GANG.map(visit));
  await stage.tell(Array.from({ length: 60 }, (_, i) => visit(`flood${i}`)));
  for (const name of visitors.slice(0, 3)) await stage.assertUnharmed(name);
});

/** Taken out: `JOIN_UNPLANTABLE_BITS_MIN`. */
attack('it shares the victim’s IP, and copies the key on its profile', async (stage) => {
  const data = { ip: HOME, userAgent: 'Browser/141', ...identifiers('gpg-key', KEY) };
  await stage.tell(['g1', 'g2'].map((name) => told('account.login', name, data)));
});

/** Taken out: the difference between `email` and `verified-email`. */
attack('it gives mailboxes of the victim’s shape, and the victim’s own', async (stage) => {
  const emails = ['ada.lovelace.8@post.example', 'Ada.Lovelace.7+ci@post.example'];
  const sign = (name: string, i: number) =>
    told('account.created', name, { username: `ada.lovelace.${i}`, email: emails[i % 2] ?? '' });
  await stage.tell(GANG.slice(1, 5).map(sign));
});

/** Taken out: that a job's own verdict says which kind of template it has. */
attack('it forks the victim’s job file, runs it in step, and mines with it', async (stage) => {
  const mining = `${SCRIPT}
xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 9)}.w1 -p x`;
  for (const hour of [0, 1, 2, 4]) {
    const at = AT - 5 * HOUR_MS + hour * HOUR_MS;
    await stage.run(VICTIM, SCRIPT, at);
    for (const name of ['g1', 'g2']) await stage.run(name, SCRIPT, at + 4_000);
    await stage.run('g3', mining, at + 5_000);
  }
  await stage.tell([told('account.login', 'g1', { ip: HOME })]);
});

/** Taken out: that labels which are known are passed over. */
attack(
  'it replays events: those of the victim, and a verdict that was taken back',
  async (stage) => {
    // A stolen session read the gang's mailbox once; a person has looked at it.
    const lured = told('account.verified', VICTIM, { email: 'boss@gang.example' });
    const wrong = told('review.labelled', VICTIM, { label: 'miner', reason: 'linked' });
    const right = told('review.labelled', VICTIM, { label: 'honest', reason: 'lured' });
    await stage.tell([lured, wrong]);
    assert.equal((await stage.ask(VICTIM, 'make', SMALL)).record?.facts['party.accounts'], 13);
    await stage.tell([right]);
    for (let i = 0; i < 3; i++) await stage.tell([...VICTIM_LIFE, lured, wrong, ...GANG_LIFE]);
    // The same event with another body is a conflict, and teaches nothing.
    const forged = told(
      'account.verified',
      'g1',
      { email: 'ada.lovelace.7@post.example' },
      GANG_LIFE[1],
    );
    assert.equal((await stage.tell([forged])).kind, 'conflict');
  },
);

/** Taken out: that what an account showed is as old as the event, not as its arrival. */
attack('it reorders events: what the victim showed years ago comes last', async (stage) => {
  // A telephone number that another has now, and a key that was on the profile.
  const then = { ...identifiers('phone', '+1 555 0100'), ip: HOME };
  const now = {
    identifiers: [
      ...identifiers('phone', '+1 555 0100').identifiers,
      ...identifiers('key', KEY).identifiers,
    ],
  };
  const old = [
    told('account.login', VICTIM, then, { at: AT - 3 * YEAR_MS }),
    told('account.login', VICTIM, then, { at: AT - 2 * YEAR_MS }),
  ];
  const late = told('account.login', 'g1', now);
  await stage.tell([late]);
  await stage.tell([...old].toReversed());
  await stage.tell([...VICTIM_LIFE, ...GANG_LIFE].toReversed());
});

/** Taken out: `observedAt`. */
attack('it has a clock from the future, to age what ties it together', async (stage) => {
  const at = AT + 20 * YEAR_MS;
  await stage.tell([
    told('account.verified', 'g0', { email: 'boss@gang.example' }, { at }),
    told('account.verified', 'g1', { email: 'boss@gang.example' }, { at }),
    told('account.login', 'g2', { ip: HOME, ...identifiers('key', KEY) }, { at }),
  ]);
});

/** Taken out: that of an account's values the first are kept as well as the last. */
attack(
  'it cycles identifiers, to push out what ties it and to hit on the victim’s',
  async (stage) => {
    for (const name of GANG) {
      const cycled = Array.from({ length: 60 }, (_, i) =>
        told(
          'account.verified',
          name,
          { email: `${name}.${i}@gang.example` },
          { at: AT - 60_000 + i },
        ),
      );
      await stage.tell(cycled);
      const keys = Array.from({ length: 150 }, (_, i) => (i === 70 ? KEY : `key ${name} ${i}`));
      await stage.tell([told('account.login', name, { ip: HOME, ...identifiers('key', ...keys) })]);
    }
  },
);
