import type { Location, Log, Notification, ReportingDescriptor, Result, Suppression } from 'sarif';
import type { CheckInfo } from '../model/check.ts';
import type { CheckResult, Finding, Report, TargetReport } from '../model/report.ts';
import { accountOf } from './account.ts';
import { type Folded, foldedIn } from './causes.ts';
import { type FindingLocation, locationsOf } from './finding-location.ts';
import { jsonPieces } from './json.ts';
import { lookedAtText } from './looked-at.ts';
import type { Presentation } from './presentation.ts';
import { isWaived, reasonOf, resultsOf, type Waived, worstFirst } from './results.ts';
import { settingsLines } from './settings-lines.ts';
import type { ShownReport } from './shown.ts';

/**
 * SARIF 2.1.0: one run, for a consumer may refuse several of one tool, with a result for each finding, and one for each check
 * that could not be checked. The latter is a warning of the kind `fail`: as `open`, which the standard has for it, it would have
 * to be of the level `none`, and viewers hide that. What is waived is but a note, for not every consumer heeds suppressions.
 * Results that are in order are left out: consumers show all as alerts.
 */
export function sarif(report: ShownReport, { checks, exitStatus }: Presentation): Generator<string> {
  const rules = rulesOf(report, checks);
  const context = {
    indexOf: new Map(rules.map(({ id }, index) => [id, index])),
    folded: foldedIn(report),
  };
  const log: StreamedLog = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: report.tool.name, version: report.tool.version, rules },
        },
        invocations: [
          {
            executionSuccessful: report.targets.every(({ error }) => error === undefined),
            exitCode: exitStatus,
            startTimeUtc: report.startedAt,
            endTimeUtc: new Date(Date.parse(report.startedAt) + report.durationMs).toISOString(),
            toolExecutionNotifications: report.targets.flatMap((target) => notifications(target, context)),
          },
        ],
        originalUriBaseIds: {
          '%SRCROOT%': { description: { text: 'The folder in which hsdoctor was run.' } },
        },
        columnKind: 'utf16CodeUnits',
        results: results(report, context),
      },
    ],
  };
  return jsonPieces(log);
}

/** Its results are made one by one, as they are written. */
type StreamedLog = Omit<Log, 'runs'> & {
  runs: (Omit<Log['runs'][number], 'results'> & { results: Iterable<Result> })[];
};

function* results({ targets }: ShownReport, context: Context): Generator<Result> {
  for (const target of targets) {
    for (const finding of worstFirst(target.results.flatMap(({ findings }) => findings)))
      yield resultOf(finding, target, context);
    for (const result of withoutFindings(target)) yield unknownResult(result, target, context);
  }
}

interface Context {
  readonly indexOf: ReadonlyMap<string, number>;
  readonly folded: Folded;
}

function rulesOf({ targets }: Report, checks: readonly CheckInfo[]): ReportingDescriptor[] {
  const ids = targets.flatMap((target) =>
    resultsOf(target).flatMap(({ check, findings }) => [check, ...findings.map((finding) => finding.kind)]),
  );
  return [...new Set(ids)].map((id) => {
    const info = checks.find((check) => check.id === id.split('/')[0]);
    if (info === undefined) return { id };
    const kind = info.kinds.find((each) => `${info.id}/${each.id}` === id);
    const more = `hsdoctor explain ${kind === undefined ? info.id : id}`;
    return {
      id,
      shortDescription: { text: kind?.name ?? info.title },
      fullDescription: { text: kind?.meaning ?? info.why },
      help: { text: `${info.why} More: ${more}`, markdown: `${info.why}\n\nMore: \`${more}\`` },
      properties: { tags: [...info.tags] },
    };
  });
}

function ruleOf(rule: string, { indexOf }: Context) {
  const index = indexOf.get(rule);
  return { ruleId: rule, ...(index === undefined ? {} : { ruleIndex: index }) };
}

function resultOf(finding: Finding, target: TargetReport, context: Context): Result {
  const { kind, status, title, subject, fingerprint, remedy } = finding;
  const [first, ...others] = target.kind === 'source' ? locationsOf(finding, target) : [];
  return {
    ...ruleOf(kind, context),
    level: isWaived(finding) ? 'note' : status === 'fail' ? 'error' : 'warning',
    message: message([
      status === 'unknown' ? `Unknown: ${title}` : title,
      ...accountOf(finding, target, context.folded),
    ]),
    locations: [locationOf(first, target, subject)],
    ...(others.length === 0
      ? {}
      : {
          relatedLocations: others.map((location, index) => ({
            id: index + 1,
            ...physical(location),
            message: message([location.evidence.observed]),
          })),
        }),
    partialFingerprints: { 'hsdoctorFinding/v1': fingerprint },
    ...(isWaived(finding) ? { suppressions: [suppressionOf(finding)] } : {}),
    properties: {
      target: target.name,
      subject,
      status,
      ...(remedy === undefined ? {} : { remedy }),
    },
  };
}

function suppressionOf({ waived: { reason, until, by } }: Waived): Suppression {
  return {
    kind: /\.nix(?::\d+)*$/.test(by) ? 'inSource' : 'external',
    status: 'accepted',
    justification: until === undefined ? reason : `${reason} (until ${until})`,
    properties: { by },
  };
}

/** What no finding tells of. */
function withoutFindings(target: TargetReport): CheckResult[] {
  return resultsOf(target).filter(({ status, findings }) => status === 'unknown' && findings.length === 0);
}

function unknownResult(result: CheckResult, target: TargetReport, context: Context): Result {
  return {
    ...ruleOf(result.check, context),
    level: 'warning',
    message: message([`Unknown: ${result.check} could not be checked: ${reasonOf(result)}`]),
    locations: [locationOf(undefined, target, result.check)],
    partialFingerprints: { 'hsdoctorUnknown/v1': `${target.name}/${result.check}` },
    properties: { target: target.name, status: 'unknown' },
  };
}

function notifications(target: TargetReport, { indexOf }: Context): Notification[] {
  const told = resultsOf(target).filter(
    ({ status, reason, findings }) =>
      status !== 'ok' && reason !== undefined && !(status === 'skipped' && findings.length > 0),
  );
  const checked = {
    level: 'note' as const,
    message: message([`${target.name}: looked at ${lookedAtText(target)}`]),
  };
  const reasons = told.map(({ check, status, reason = '' }) => ({
    level: status === 'skipped' ? ('note' as const) : ('warning' as const),
    message: message([
      `${target.name}: ${check} ${status === 'skipped' ? 'was not checked' : 'could not read everything'}: ${reason}`,
    ]),
    associatedRule: { id: check, index: indexOf.get(check) ?? -1 },
  }));
  const settings = settingsLines(target).map((line) => ({
    level: 'note' as const,
    message: message([`${target.name}: ${line}`]),
  }));
  return [checked, ...settings, ...reasons];
}

/** A consumer may refuse the whole log for one result without a file: what is in none says so where its name would be. */
function locationOf(location: FindingLocation | undefined, target: TargetReport, subject: string): Location {
  return {
    ...(location === undefined
      ? {
          physicalLocation: {
            artifactLocation: { uri: encodeURIComponent('no file associated with this result') },
            region: { startLine: 1 },
          },
        }
      : physical(location)),
    logicalLocations: [{ name: subject, fullyQualifiedName: `${target.name}/${subject}`, kind: 'resource' }],
  };
}

function physical({ file, line, column }: FindingLocation): Pick<Location, 'physicalLocation'> {
  return {
    physicalLocation: {
      artifactLocation: {
        uri: file.toWellFormed().split('/').map(encodeURIComponent).join('/'),
        uriBaseId: '%SRCROOT%',
      },
      region: { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) },
    },
  };
}

/** In a message `{0}` is a place to fill in, and `[text](target)` a link. */
function message(lines: readonly string[]) {
  const text = lines
    .join('\n')
    .replace(/\{(\d+)\}/g, '{{$1}}')
    .replaceAll('](', '] (');
  return { text };
}
