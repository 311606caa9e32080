/** Every error that the HTTP interface answers with. `docs/reference/errors.md` explains each. */
export const ERROR_CODES = {
  'bad-request': { status: 400, title: 'The request is not valid' },
  'unauthorized': { status: 401, title: 'The credential is missing or wrong' },
  'forbidden': { status: 403, title: 'The key lacks the scope' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'conflict': { status: 409, title: 'The same id was used with another body' },
  'not-admitted': { status: 409, title: 'The job was not admitted' },
  'lease-lost': { status: 410, title: 'The lease has ended' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'queue-full': { status: 429, title: 'As many jobs wait as may' },
  'internal': { status: 500, title: 'Something went wrong inside' },
  'unavailable': { status: 503, title: 'The server cannot answer now' },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
