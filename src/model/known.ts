import type { SourceLocation } from './source-location.ts';

/** What a configuration says of one thing: what it is, that nothing sets it, or why that is not known. */
export type Known<T, U extends Unknown = Unknown> =
  | {
      readonly state: 'known';
      readonly value: T;
      readonly at: SourceLocation | undefined;
      /** Nothing sets it, and its declaration tells what it is then. */
      readonly isDefault?: boolean;
    }
  /** It has its default, which is declared elsewhere. */
  | { readonly state: 'unset' }
  | NotKnown<U>;

/** Why something is not known, and where that is written. */
export interface Unknown {
  readonly reason: string;
  readonly at?: SourceLocation | undefined;
}

export type NotKnown<U extends Unknown = Unknown> = { readonly state: 'unknown' } & U;

/** Things of one kind, as far as they are known. */
export interface Several<T> {
  readonly items: readonly T[];
  /** Why there may be others. */
  readonly rest?: Unknown | undefined;
}

type Value<T> = Extract<Known<T>, { readonly state: 'known' }>;

export const UNSET = { state: 'unset' } as const;

export const known = <const T>(value: T, at?: SourceLocation): Value<T> => ({ state: 'known', value, at });

export const unknown = (reason: string, at?: SourceLocation): NotKnown => ({
  state: 'unknown',
  reason,
  at,
});

export const several = <T>(items: readonly T[], rest?: Unknown | string): Several<T> => ({
  items,
  rest: typeof rest === 'string' ? unknown(rest) : rest,
});

export const isKnown = <T, U extends Unknown>(it: Known<T, U>): it is Value<T> => it.state === 'known';

export const ifKnown = <T>(it: Known<T> | undefined): T | undefined =>
  it !== undefined && isKnown(it) ? it.value : undefined;
