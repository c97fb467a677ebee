import { type Known, known, type Unknown, unknown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { DeclaredService } from './services.ts';
import { type Text, unknownIn } from './text.ts';

/** Something that opens a port when it starts. */
export interface Listener {
  readonly kind: 'container' | 'service' | 'socket';
  /** The container, or the name below `services`, `systemd.services` or `systemd.sockets`. */
  readonly name: string;
  /** With `.service` or `.socket`. */
  readonly unit: string;
  readonly option: string;
  /** As it stands there: `100.64.0.1:80:80`. */
  readonly written: string;
  /** What stands where the address does. */
  readonly address: Known<string>;
  readonly at: SourceLocation | undefined;
  /** Where its option begins, of which it may be a later line. */
  readonly optionAt?: SourceLocation | undefined;
  /** What the configuration says of the unit, or of those that may be it. */
  readonly units: readonly DeclaredService[];
  /** Why it may be switched off. */
  readonly doubt?: Unknown;
  /** It binds whether the address is there or not. */
  readonly isFree: boolean;
}

/** A listen address on a command line. */
export const FLAG = /(?:^|\s)--?[\w.-]*(?:listen|bind)[\w.-]*[= ]["']?([^\s"']+)/g;
export const ADDRESS = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|fd7a:[0-9a-f:]+)(?![\w./]*\/\d|[\w]|\.\d)/gi;

/** `--publish=100.64.0.1:80:80`, `-p 100.64.0.1:80:80`, and with the value as an item of its own. */
export function publishedIn(options: readonly Text[]): Text[] {
  return options.flatMap((text, index) => {
    const match = /^(?:--publish|-[dit]*p)(?:(?:[= ]|(?=[\d[]))(.+))?$/s.exec(text.text);
    if (match === null) return [];
    const value = match[1] === undefined ? options[index + 1] : { ...text, text: match[1] };
    return value === undefined ? [] : [value];
  });
}

/** `[address:][port]:port[/protocol]`. */
export function ofPort({ text, parts }: Text): Pick<Listener, 'written' | 'address'> {
  const [, six, four] = /^(?:\[([^\]]*)\]|(.*)):[^:]*:[^:]*$/s.exec(text) ?? [];
  const address = six ?? four;
  if (address !== undefined)
    return address.includes('${') ? notKnown(text, parts) : { written: text, address: known(address) };
  // `${port}:80` is a port by its name; of another name it may be `100.64.0.1:8080`.
  const [first = ''] = text.split(':');
  const isOpen = [...first.matchAll(/\$\{([^}]*)\}/g)].some(([, name = '']) => !/port/i.test(name));
  return isOpen ? notKnown(text, parts) : { written: text, address: known('') };
}

/** By what stands there; by the reason and its place, where that has no name. */
export function notKnown(written: string, parts: Text['parts'] = []) {
  const hole = unknownIn({ parts });
  if (hole?.at === undefined || hole.name !== undefined || hole.path !== undefined)
    return { written, address: unknown(written) };
  const { reason, at } = hole;
  return { written, address: unknown(`${reason}: ${at.file}:${at.line}`) };
}

export const addressesIn = (text: string): string[] => text.match(ADDRESS) ?? [];

/** The values of what is called a listen address on a command line. */
export const flagged = (text: string): string[] =>
  [...text.matchAll(FLAG)].flatMap(([, value]) => value ?? []);
