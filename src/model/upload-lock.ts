/** What the lock of an upload says of its owner. */
export interface LockToken {
  readonly pid: number;
  /** When that process began, in the words of its system; empty where it could not be read. */
  readonly procStart: string;
  /** 16 hex digits: tells this lock from every other. */
  readonly nonce: string;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  /** The real path of the folder that is uploaded. */
  readonly folder: string;
}

const TOKEN =
  /^pid=([1-9]\d{0,8})\nproc_start=(.*)\nnonce=([0-9a-f]{16})\nstarted_at=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\nfolder=(".*")\n$/;

export function lockText({ pid, procStart, nonce, startedAt, folder }: LockToken): string {
  return `pid=${pid}
proc_start=${procStart}
nonce=${nonce}
started_at=${startedAt}
folder=${JSON.stringify(folder)}
`;
}

/** What the text of a lock says, or undefined for any other text. */
export function parseLock(text: string): LockToken | undefined {
  const [, pid, procStart = '', nonce = '', startedAt = '', quoted = ''] = TOKEN.exec(text) ?? [];
  const folder = pid === undefined ? undefined : unquoted(quoted);
  if (folder === undefined) return undefined;
  return { pid: Number(pid), procStart, nonce, startedAt, folder };
}

function unquoted(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
