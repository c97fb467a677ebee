export type ProblemKind =
  | 'unreachable'
  | 'timeout'
  /** Something else answers at the URL. */
  | 'not-immich'
  | 'redirect'
  | 'key'
  | 'permission'
  | 'maintenance'
  | 'too-large'
  | 'quota'
  /** The server's version, or the type of a file. */
  | 'unsupported'
  | 'busy'
  | 'refused'
  /** Of a file: it is not what it was when the list was made. */
  | 'changed'
  /** Of a file. */
  | 'vanished'
  /** Of a file. */
  | 'unreadable'
  | 'aborted';

interface ProblemDetails {
  /** The same request may succeed later. */
  readonly retryable?: boolean;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** Of HTTP. */
  readonly status?: number;
  /** What the key lacks: `asset.upload`. */
  readonly permission?: string | undefined;
}

/** Why the server could not be asked, or did not do what it was asked for: the message is one sentence for people. */
export class ServerProblem extends Error {
  readonly kind: ProblemKind;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly permission: string | undefined;

  constructor(kind: ProblemKind, sentence: string, details: ProblemDetails = {}) {
    super(sentence);
    this.name = 'ServerProblem';
    this.kind = kind;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.status = details.status;
    this.permission = details.permission;
  }
}

export const maintenance = (url: string) =>
  new ServerProblem(
    'maintenance',
    `${url} is in maintenance mode: end it in Immich under Administration, or wait`,
  );

/** It was in use, or had just been made. */
export const broken = (url: string): string =>
  `the connection to ${url} broke: check the network and the VPN, and that Immich is running`;

export const aborted = () => new ServerProblem('aborted', 'the run was ended');
