/**
 * API keys: `dvl_{id}_{secret}`, 8 and 32 random bytes in hex. A key is found by its id, which is
 * no secret, and proved by the SHA-256 of its secret in constant time; the store never sees more
 * than that hash. A plain hash is enough, since a 256-bit secret cannot be guessed.
 *
 * The admin key of the environment is a key like another, kept in memory only, as its hash.
 *
 * Keys are cached, since each request needs one. Servers on one database share the store but not
 * the cache. By the time since the reading of the keys at hand began, a request
 *
 *   none at hand             waits for a reading, until its deadline
 *   under keyCacheMsMax / 2  takes them
 *   under keyCacheMsMax      takes them, and has them read again behind its back
 *   above                    waits for a reading, but `keyWaitMsMax` at most, and takes them then
 *
 * so under load nobody waits, after a rest a removed key is still noticed, and a store that stalls
 * or fails holds nobody up. What this server adds or removes is changed in the cache as well.
 */
import { assert } from '../base/assert.ts';
import { secretsEqual, sha256Hex } from '../base/hash.ts';
import { apiKeysMax, decideMsMax, keyCacheMsMax, keyWaitMsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { ApiKey, Scope, Store } from '../ports/store.ts';
import { within } from './within.ts';

/** Who a request comes from. */
export interface KeyHolder {
  readonly id: string;
  may(scope: Scope): boolean;
}

export interface NewKey {
  readonly key: ApiKey;
  /** The whole key as its owner sends it: shown once, stored nowhere. */
  readonly secret: string;
}

export interface KeyRing {
  /** Null for a token that is no key of ours. Rejects when no key can be read, or not in time. */
  authenticate(token: string, elapsedMs: number): Promise<KeyHolder | null>;
  /** False when there are `apiKeysMax` already. */
  add(key: ApiKey): Promise<boolean>;
  list(): Promise<readonly ApiKey[]>;
  /** False when there is no such key. */
  remove(id: string): Promise<boolean>;
}

export const adminKeyLengthMin = 16;

const ADMIN: KeyHolder = { id: 'environment', may: () => true };

type KeyStore = Pick<Store, 'apiKeys' | 'addApiKey' | 'removeApiKey'>;
type Timer = Pick<Clock, 'after'>;
type Keys = ReadonlyMap<string, ApiKey>;

/** `adminKey` is `DAVYLAMP_ADMIN_KEY`, or null when keys of the store are all there is. */
export function createKeyRing(store: KeyStore, adminKey: string | null, timer: Timer): KeyRing {
  assert(adminKey === null || adminKey.length >= adminKeyLengthMin, 'the admin key is too short');
  return new CachedKeyRing(store, adminKey === null ? '' : sha256Hex(adminKey), timer);
}

export function newKey(
  random: Random,
  { name, scopes, at }: { name: string; scopes: readonly Scope[]; at: EpochMs },
): NewKey {
  const id = Buffer.from(random.bytes(8)).toString('hex');
  const secret = Buffer.from(random.bytes(32)).toString('hex');
  const key: ApiKey = { id, name, scopes, secretHash: sha256Hex(secret), createdAt: at };
  return { key, secret: `dvl_${id}_${secret}` };
}

class CachedKeyRing implements KeyRing {
  readonly #store: KeyStore;
  /** Empty when there is no admin key: no hash is. */
  readonly #adminHash: string;
  readonly #timer: Timer;
  /** Null until the store has been read once. */
  #keys: Keys | null = null;
  /** When the reading began that the keys are of, and when the last one did. */
  #readAtMs = -Infinity;
  #triedAtMs = -Infinity;
  #reading: Promise<void> | null = null;
  /** Keys that this server added and removed. */
  #changes = 0;

  constructor(store: KeyStore, adminHash: string, timer: Timer) {
    this.#store = store;
    this.#adminHash = adminHash;
    this.#timer = timer;
  }

  async authenticate(token: string, elapsedMs: number): Promise<KeyHolder | null> {
    const holder = await this.#prove(token, elapsedMs);
    if (holder !== null) return holder;
    return secretsEqual(sha256Hex(token), this.#adminHash) ? ADMIN : null;
  }

  async #prove(token: string, elapsedMs: number): Promise<KeyHolder | null> {
    const [prefix, id = '', secret = '', ...rest] = token.split('_', 4);
    if (prefix !== 'dvl' || rest.length > 0) return null;
    await this.#refresh(elapsedMs);
    const key = this.#keys?.get(id);
    // An unknown id is compared too, so that the time does not tell which ids exist.
    const proved = secretsEqual(sha256Hex(secret), key?.secretHash ?? '');
    return key !== undefined && proved ? holderOf(key) : null;
  }

  async add(key: ApiKey): Promise<boolean> {
    const { length } = await this.list();
    if (length >= apiKeysMax) return false;
    await this.#store.addApiKey(key);
    this.#change((keys) => new Map([...keys, [key.id, key]]));
    return true;
  }

  list(): Promise<readonly ApiKey[]> {
    return this.#store.apiKeys();
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#store.removeApiKey(id);
    this.#change((keys) => new Map([...keys].filter(([known]) => known !== id)));
    return removed;
  }

  /** At once, not when the store is read again: it may fail until then. */
  #change(change: (keys: Keys) => Keys): void {
    this.#changes++;
    if (this.#keys !== null) this.#keys = change(this.#keys);
  }

  /** Resolves when there are keys to go by; requests that need a reading share one. */
  async #refresh(elapsedMs: number): Promise<void> {
    const sinceTriedMs = elapsedMs - this.#triedAtMs;
    if (sinceTriedMs >= keyCacheMsMax / 2) this.#reading ??= this.#read(elapsedMs);
    if (this.#reading === null) return;
    if (this.#keys === null) await within(this.#reading, decideMsMax, this.#timer);
    else if (elapsedMs - this.#readAtMs >= keyCacheMsMax) {
      const waitMs = keyWaitMsMax - (elapsedMs - this.#triedAtMs);
      if (waitMs > 0) await within(this.#reading, waitMs, this.#timer).catch(() => undefined);
    }
  }

  async #read(elapsedMs: number): Promise<void> {
    this.#triedAtMs = elapsedMs;
    try {
      this.#keys = await this.#unchanged();
      this.#readAtMs = elapsedMs;
    } catch (error) {
      // Keys known before stay good. With none known, nobody can be told that his key is wrong.
      if (this.#keys !== null) return;
      this.#triedAtMs = -Infinity;
      throw error;
    } finally {
      this.#reading = null;
    }
  }

  /** A key that is added or removed meanwhile may be missing or there still: then once more. */
  async #unchanged(): Promise<Keys> {
    for (;;) {
      const before = this.#changes;
      const keys = await this.#store.apiKeys();
      if (this.#changes === before) return new Map(keys.map((key) => [key.id, key]));
    }
  }
}

function holderOf({ id, scopes }: ApiKey): KeyHolder {
  return { id, may: (scope) => scopes.includes(scope) || scopes.includes('admin') };
}
