import { BUSY, FAILED, MARKER, SUCCEEDED } from '../../model/upload-log.ts';

/** What a line of the upload's log tells. */
export type LogEventKind =
  | 'done'
  | 'cli-exit'
  | 'unreachable'
  | 'no-credentials'
  | 'not-set'
  | 'unsettled'
  | 'failed-assets'
  | 'lock'
  | 'command-not-found'
  | 'denied'
  | 'uploaded'
  | 'hsdoctor-failed'
  | 'hsdoctor-succeeded'
  | 'hsdoctor-busy'
  | 'began';

export interface LogEvent {
  readonly kind: LogEventKind;
  /** Milliseconds since 1970, of this line or of the last one before that has a time. */
  readonly at?: number;
  /** An exit status, or how many files. */
  readonly number?: number;
  readonly text: string;
}

// The script speaks Korean. Of several that a line could be, the first counts.
const KINDS: readonly (readonly [LogEventKind, RegExp])[] = [
  ['hsdoctor-failed', FAILED],
  ['hsdoctor-succeeded', SUCCEEDED],
  ['hsdoctor-busy', BUSY],
  ['cli-exit', /CLI 종료 코드:\s*([1-9]\d*)/],
  ['failed-assets', /Failed to upload (\d+) assets?/],
  ['unreachable', /서버 연결 불가/],
  ['no-credentials', /자격증명 없음/],
  ['not-set', /IMMICH_\w+.*미설정/],
  ['unsettled', /안정화 타임아웃/],
  ['lock', /Lock state uncertain/i],
  ['command-not-found', /(?:command not found|env: \S+: No such file or directory)/],
  ['denied', /Operation not permitted/],
  ['uploaded', /Successfully uploaded (\d+)/],
  ['began', /업로드 시작/],
  ['done', /^(?!.*안정화).*(?<!미)완료(?!\s*(?:되지|하지|안|못|실패))/],
];

/** Words of which one is in every line that tells something: on the Mac all others are left out, with the names in them. */
export const MARKERS = [
  MARKER,
  'CLI 종료 코드',
  'Failed to upload',
  '서버 연결 불가',
  '자격증명 없음',
  '미설정',
  '안정화 타임아웃',
  'Lock state uncertain',
  'command not found',
  'No such file or directory',
  'Operation not permitted',
  'Successfully uploaded',
  '업로드 시작',
  '완료',
] as const;

const TIME =
  /^\D{0,20}(\d{4})[-/.](\d\d)[-/.](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?\s?(Z|[+-]\d\d:?\d\d)?/;

/** @param zone of the Mac's own clock, `+0900`: what it writes has no zone */
export function lineTime(line: string, zone: string): number | undefined {
  const match = TIME.exec(line);
  if (match === null) return undefined;
  const [, year, month, day, hours, minutes, seconds, own = zone] = match;
  const at = Date.parse(
    `${year}-${month}-${day}T${hours}:${minutes}:${seconds}${own.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')}`,
  );
  return Number.isNaN(at) ? undefined : at;
}

export function lineEvent(line: string): Pick<LogEvent, 'kind' | 'number'> | undefined {
  for (const [kind, pattern] of KINDS) {
    const match = pattern.exec(line);
    if (match !== null) return { kind, ...(match[1] === undefined ? {} : { number: Number(match[1]) }) };
  }
  return undefined;
}

/** The line as people read it beside its time. */
export function withoutTime(line: string): string {
  return line.replace(TIME, '').replace(/^[\]\s:-]+/, '');
}
