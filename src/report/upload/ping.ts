import { Chalk } from 'chalk';
import type { Ping, PingFailure } from '../../model/ping.ts';
import { bytes } from '../../text/amount.ts';
import { redact } from '../../text/redact.ts';
import { visible, visibleThroughout } from '../../text/visible.ts';
import { inColor, MARKS } from '../findings.ts';
import { hang } from '../layout.ts';
import type { Style } from '../terminal.ts';

/** What the server is, and what the key may do. */
export function humanPing(given: Ping, notes: readonly string[], { color, width }: Style): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { url, version, key, quota, verification, roundTripMs, notes: more } = visibleThroughout(given);
  const may =
    key === undefined
      ? 'API key: accepted; this version of Immich does not report permissions (1.139 and later do)'
      : `API key "${key.name}" may: ${key.permissions.includes('all') ? 'everything' : key.permissions.join(', ')}`;
  const lines = [
    ...hang(
      `${inColor({ paint }, 'ok').bold(MARKS.ok)} `,
      `${paint.bold(`Immich ${version} at ${url}`)}  ${paint.dim(`answers in ${Math.max(1, Math.round(roundTripMs))} ms`)}`,
      width,
    ),
    ...hang('  ', may, width),
    ...hang(
      '  ',
      `Verified by: ${verification}${verification === 'checksum' ? '' : ' (files that the server has already: by checksum, unless they are to be deleted)'}`,
      width,
    ),
    ...(quota === undefined
      ? []
      : hang('  ', `Quota: ${bytes(quota.used)} of ${bytes(quota.bytes)} used`, width)),
    ...[...notes, ...more].flatMap((note) =>
      hang(`${paint.yellow(MARKS.warn)} `, visible(redact(note)), width),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** `ok`, and what was learnt or why nothing was. */
export function jsonPing(seen: Ping | PingFailure, notes: readonly string[]): string {
  const told =
    seen instanceof Error
      ? { ok: false, problem: seen.kind, message: redact(seen.message), notes }
      : {
          ok: true,
          url: seen.url,
          version: seen.version,
          key: seen.key,
          quota: seen.quota,
          verification: seen.verification,
          roundTripMs: Math.round(seen.roundTripMs),
          notes: [...notes, ...seen.notes],
        };
  return `${JSON.stringify(told, null, 2)}\n`;
}
