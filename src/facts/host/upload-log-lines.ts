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
  | 'began'
  | 'unclear';

export interface LogEvent {
  readonly kind: LogEventKind;
  /** Milliseconds since 1970, of this line or of the last one before that has a time. */
  readonly at?: number;
  /** An exit status, or how many files. */
  readonly number?: number;
  readonly text: string;
}

const COUNTER = '(개|건|장)? ?';

/** Of a line in small letters, for awk and for JavaScript: how many were uploaded; beside it a number of failures is one of files. */
export const SUCCESSES = `성공[ :=]*[0-9]|[0-9]${COUNTER}성공|[0-9] (uploaded|succeeded)|(uploaded|succeeded)[ :=]+[0-9]`;

export const NO_FAILURE = `(실패|오류|에러|errors?|failed|failures?)[ :=]*0${COUNTER}([^0-9]|$)|(^|[^0-9.])0${COUNTER}(실패|오류|에러|errors?|failed|failures?)|failed to upload 0 assets?|(no|without) (errors?|failures?)|(실패|오류|에러) ?없`;

/** A failure that may be one of the upload, or of anything else. */
export const FAILURE =
  '실패|오류|에러|(^|[^a-z0-9._/-])([a-z]*errors?|failed|failures?|unable to|killed|terminated|abort trap|segmentation fault|panic|exceptions?|refused|timed out|no space left)([^a-z0-9_/-]|$)';

const FAILURES =
  /실패[\s:=]*([1-9]\d*)|([1-9]\d*)(?:개|건|장)? ?(?:실패|errors?\b|failed\b|failures?\b)|(?:errors|failed|failures)[\s:=]+([1-9]\d*)/;

/** Only the words that scripts use for the whole: other things end too, and a photo may have any name. */
const DONE =
  /^(?:(?:immich|모든|모두|전체|원본|파일|사진|업로드|전송|삭제|작업|처리) ){0,4}(?:업로드|전송|삭제|작업|처리)?완료(?:했습니다|됐습니다|되었습니다|됨|함)?(?:[:,\s(]*(?:성공|실패|업로드|건너뜀|제외|중복|총|전체|파일|\d+|개|건|장|초|분|[\s,:=/.)])+)?[\s!.=*-]*$/i;

// The script speaks Korean. Of several that a line could be, the first counts.
const KINDS: readonly (readonly [LogEventKind, RegExp])[] = [
  ['hsdoctor-failed', FAILED],
  ['hsdoctor-succeeded', SUCCEEDED],
  ['hsdoctor-busy', BUSY],
  ['cli-exit', /CLI 종료 코드:\s*([1-9]\d*)/],
  ['failed-assets', /Failed to upload ([1-9]\d*) assets?/],
  ['unreachable', /서버 연결 불가/],
  ['no-credentials', /자격증명 없음/],
  ['not-set', /IMMICH_\w+.*미설정/],
  ['unsettled', /안정화 타임아웃/],
  ['lock', /Lock state uncertain/i],
  ['command-not-found', /(?:command not found|env: \S+: No such file or directory)/],
  ['denied', /Operation not permitted/],
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
    if (match !== null) return event(kind, match[1]);
  }
  const small = line.toLowerCase();
  const failures = FAILURES.exec(small);
  if (failures !== null && new RegExp(SUCCESSES).test(small))
    return event('failed-assets', failures[1] ?? failures[2] ?? failures[3]);
  if (new RegExp(FAILURE).test(small.replaceAll(new RegExp(NO_FAILURE, 'g'), ''))) return { kind: 'unclear' };
  const [, uploaded] = /Successfully uploaded (\d+)/.exec(line) ?? [];
  if (uploaded !== undefined) return event('uploaded', uploaded);
  if (line.includes('업로드 시작')) return { kind: 'began' };
  return DONE.test(messageOf(line)) ? { kind: 'done' } : undefined;
}

const event = (kind: LogEventKind, number: string | undefined) => ({
  kind,
  ...(number === undefined ? {} : { number: Number(number) }),
});

/** Without its time, its level and what adorns it. */
const messageOf = (line: string) =>
  withoutTime(line).replace(/^(?:\[[^\]]*\]|(?:INFO|NOTICE|SUCCESS)\b|[\p{P}\p{S}\s\p{M}])+/iu, '');

/** The line as people read it beside its time. */
export function withoutTime(line: string): string {
  return line.replace(TIME, '').replace(/^[\]\s:-]+/, '');
}
