import type { LogEventKind } from '../../../src/facts/host/upload-log-lines.ts';
import { MINUTE, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';
import { byHsdoctor, log, type MacFacts } from '../sick-macs.ts';

const LATER = NOW - MINUTE;

/** What the script, the Immich CLI or hsdoctor writes into the log. */
const LINES: Readonly<Partial<Record<LogEventKind, string>>> = {
  'command-not-found': 'env: bunx: No such file or directory',
  unreachable: '서버 연결 불가: http://minipc.tail1234.ts.net:2283',
  'no-credentials': '자격증명 없음: /Users/ann/.config/immich/api-key',
  'not-set': 'IMMICH_API_KEY 미설정',
  unsettled: '안정화 타임아웃',
  'failed-assets': 'Failed to upload 3 assets',
  lock: 'Lock state uncertain: /tmp/upload-immich.lock.d',
  'hsdoctor-failed': 'hsdoctor immich upload ended with 1: 10 sent, 11 of 12 files verified',
};

const failing = (kind: LogEventKind, number?: number) =>
  log({
    kind,
    text: LINES[kind] ?? `CLI 종료 코드: ${number}`,
    ...(number === undefined ? {} : { number }),
  });

/** The same failure, before a run that succeeded. */
function overcome(kind: LogEventKind): MacFacts {
  const [told] = failing(kind).uploadLogs ?? [];
  if (told === undefined) throw new Error('there is no log');
  const events = [...told.events, { kind: 'done' as const, at: LATER, text: '완료' }];
  return { uploadLogs: [{ ...told, modifiedAt: LATER, events }] };
}

export const cases: KindCases = {
  'cli-exit': { mac: failing('cli-exit', 1), near: failing('cli-exit', 127) },
  'command-not-found': { mac: failing('cli-exit', 127), near: failing('cli-exit', 1) },
  unreachable: { mac: failing('unreachable'), near: overcome('unreachable') },
  'no-credentials': { mac: failing('no-credentials'), near: overcome('no-credentials') },
  'not-set': { mac: failing('not-set'), near: overcome('not-set') },
  unsettled: { mac: failing('unsettled'), near: failing('done') },
  'failed-assets': { mac: failing('failed-assets', 3), near: failing('done') },
  lock: { mac: failing('lock'), near: overcome('lock') },
  'hsdoctor-failed': {
    mac: { ...byHsdoctor, ...failing('hsdoctor-failed', 1) },
    near: failing('hsdoctor-succeeded', 3),
  },
};
