import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { SyncedFile, WalSync } from './wal-sync.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

const steps = fc.array(fc.constantFrom('write', 'ask', 'synced'), { maxLength: 60 });

test('nobody hears before a sync that began behind the last write has ended', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      let written = 0;
      /** Writes before the sync under way began, and before the last one that ended. */
      let covered = 0;
      let durable = 0;
      let heard = 0;
      let asked = 0;
      let finish: (() => void) | null = null;
      const sync = new WalSync((done) => {
        assert.equal(finish, null, 'one sync at a time');
        covered = written;
        finish = () => {
          finish = null;
          durable = covered;
          done(null);
        };
      });
      const end = (): void => finish?.();
      for (const step of sequence) {
        if (step === 'write') {
          written++;
          sync.written();
        } else if (step === 'synced') end();
        else {
          const before = written;
          asked++;
          void sync.settled().then(() => {
            heard++;
            assert.ok(durable >= before, `${durable} of ${before} are on the disk`);
          });
        }
        await Promise.resolve();
      }
      end();
      end();
      await new Promise(setImmediate);
      assert.equal(heard, asked, 'everybody hears in the end');
    }),
    { numRuns: RUNS },
  );
});

test('a sync that fails is nobody’s success: it throws', () => {
  let fail: () => void = () => {};
  const sync = new WalSync((done) => {
    fail = () => done(new Error('input or output error'));
  });
  sync.written();
  assert.throws(() => fail(), /input or output/);
});

test('a real file is synced, and one that is not there is an error', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-wal-'));
  const path = join(directory, 'wal');
  writeFileSync(path, 'text');
  const file = new SyncedFile(path);
  const error = await new Promise((resolve) => file.sync(resolve));
  assert.equal(error, null);
  file.close();
  rmSync(directory, { recursive: true });
  assert.throws(() => file.sync(() => {}), { code: 'ENOENT' });
});
