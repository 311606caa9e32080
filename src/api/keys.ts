/**
 * API keys: `dvl_{id}_{secret}`, 8 and 32 random bytes in hex. A key is found by its id, which is
 * no secret, and proved by the SHA-256 of its secret in constant time; the store never sees more
 * than that hash. A plain hash is enough, since a 256-bit secret cannot be guessed.
 *
 * The admin key of the environment is a key like another, kept in memory only, as its hash.
 *
 * Keys are cached, since each request needs one. Servers on one database share the store but not
 * the cache: it is read again every `keyCacheMsMax`, and stays in use while the store fails.
 */
import { assert } from '../base/assert.ts';
import { secretsEqual, sha256Hex } from '../base/hash.ts';
import { apiKeysMax, keyCacheMsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Random } from '../ports/random.ts';
import type { ApiKey, Scope, Store } from '../ports/store.ts';

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
  /** Null for a token that is no key of ours. Rejects when no key can be read at all. */
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

/** `adminKey` is `DAVYLAMP_ADMIN_KEY`, or null when keys of the store are all there is. */
export function createKeyRing(store: KeyStore, adminKey: string | null): KeyRing {
  assert(adminKey === null || adminKey.length >= adminKeyLengthMin, 'the admin key is too short');
  return new CachedKeyRing(store, adminKey === null ? '' : sha256Hex(adminKey));
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
  /** Null until the store has been read once. */
  #keys: ReadonlyMap<string, ApiKey> | null = null;
  #readAtMs = -Infinity;
  #reading: Promise<void> | null = null;

  constructor(store: KeyStore, adminHash: string) {
    this.#store = store;
    this.#adminHash = adminHash;
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
    this.#forget();
    return true;
  }

  list(): Promise<readonly ApiKey[]> {
    return this.#store.apiKeys();
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#store.removeApiKey(id);
    // At once, not when the store is read again: it may fail until then.
    this.#keys = new Map([...(this.#keys ?? [])].filter(([known]) => known !== id));
    this.#forget();
    return removed;
  }

  /** Reads the keys again when they are old; requests that find them so share one reading. */
  async #refresh(elapsedMs: number): Promise<void> {
    while (elapsedMs - this.#readAtMs >= keyCacheMsMax) {
      this.#reading ??= this.#read(elapsedMs);
      await this.#reading;
    }
  }

  async #read(elapsedMs: number): Promise<void> {
    this.#readAtMs = elapsedMs;
    try {
      const keys = await this.#store.apiKeys();
      // A key was added or removed meanwhile, and these may be the keys from before: read again.
      if (this.#readAtMs === -Infinity) return;
      this.#keys = new Map(keys.map((key) => [key.id, key]));
    } catch (error) {
      // Keys known before stay good. With none known, nobody can be told that his key is wrong.
      if (this.#keys === null) {
        this.#forget();
        throw error;
      }
    } finally {
      this.#reading = null;
    }
  }

  #forget(): void {
    this.#readAtMs = -Infinity;
  }
}

function holderOf({ id, scopes }: ApiKey): KeyHolder {
  return { id, may: (scope) => scopes.includes(scope) || scopes.includes('admin') };
}
