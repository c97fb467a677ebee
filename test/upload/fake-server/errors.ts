import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Behaviour } from './versions.ts';

export interface FieldError {
  readonly field: string;
  /** As versions before 3 say it. */
  readonly sentence: string;
  /** As version 3 says it. */
  readonly problem: string;
}

/** An answer that is not a success. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly fields: readonly FieldError[];

  constructor(status: number, message: string, fields: readonly FieldError[] = []) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export const invalid = (...fields: FieldError[]): HttpError =>
  new HttpError(400, 'Validation failed', fields);

export function errorBody({ status, message, fields }: HttpError, { errors }: Behaviour): object {
  if (errors === 'zod')
    return fields.length === 0
      ? { message }
      : {
          message,
          errors: fields.map(({ field, problem }) => ({
            path: [field],
            message: problem,
            code: 'invalid_type',
          })),
        };
  return {
    message: fields.length === 0 ? message : fields.map(({ sentence }) => sentence),
    error: STATUS_CODES[status],
    statusCode: status,
    correlationId: randomUUID().slice(0, 8),
  };
}
