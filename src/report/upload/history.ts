import type { HistoryEntry } from '../../model/upload-history.ts';
import { bytes, count } from '../../text/amount.ts';
import { visible, visibleName } from '../../text/visible.ts';

const WHAT: Readonly<Record<HistoryEntry['what'], string>> = {
  deleted: 'deleted',
  moved: 'moved',
  begun: 'run ended during deletion',
};

/** Two lines for each file, the newest last. */
export function humanHistory(entries: readonly HistoryEntry[], most: number): string {
  const shown = entries.slice(-most);
  const lines = shown.flatMap(
    ({ at, what, folder, path, bytes: size, movedTo, server, assetId, checksum }) => [
      `${at}  ${WHAT[what]}  ${visibleName(`${folder}/${path}`)} (${bytes(size)})${movedTo === undefined ? '' : ` to ${visibleName(movedTo)}`}`,
      `    ${assetId === undefined ? 'on' : `asset ${visible(assetId)} on`} ${visible(server)}, SHA-1 ${visible(checksum)}`,
    ],
  );
  const left = entries.length - shown.length;
  if (left > 0) lines.unshift(`${count(left)} earlier ones are not shown: use --json, or name a file`);
  return `${lines.join('\n')}\n`;
}
