import { UsageError } from './command.ts';

/** The server that `--server` names, without a slash at its end. */
export function serverUrl(text: string): string {
  if (URL.canParse(text)) {
    const { protocol, origin, pathname } = new URL(text);
    const isHttp = protocol === 'http:' || protocol === 'https:';
    if (isHttp) return origin + (pathname === '/' ? '' : pathname.replace(/\/$/, ''));
  }
  throw new UsageError(`--server takes a URL with http or https, not '${text}'`);
}
