import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { DeclaredIdentities } from '../../facts/config/identities.ts';
import { type Text, wholeText } from '../../facts/config/text.ts';
import { ifKnown } from '../../model/known.ts';
import { type Judged, judgeSource, together } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { imageOf, withImage } from '../shared/image.ts';
import { isBelow } from '../shared/mounts.ts';
import { runOptions } from '../shared/run-options.ts';
import { onNetworkShare } from './kinds.ts';
import { dataFolderOf, isNetworkShare } from './share.ts';

export const source = judgeSource({
  needs: ['containers', 'identities'],
  elsewhere: { settings: ['fileSystems.*.fsType'] },
  evaluate({ containers, identities: { fileSystems } }) {
    const { found } = withImage(containers, (name) => dataFolderOf(name) !== undefined);
    if (found.length === 0) return { skip: 'no container is declared whose only database is SQLite' };
    return {
      ...together(found.map((container) => judge(container, fileSystems))),
      lookedAt: { containers: found.length },
    };
  },
});

function judge(container: DeclaredContainer, fileSystems: DeclaredIdentities['fileSystems']): Judged {
  const { name, image, volumes, extraOptions } = container;
  const inside = image.state === 'known' ? dataFolderOf(imageOf(image.value).repository) : undefined;
  if (inside === undefined) return {};
  const options = runOptions(extraOptions);
  const mount = [...volumes.items, ...options.values('volume')].find((each) => targetOf(each) === inside);
  if (mount === undefined) {
    const rest = volumes.rest ?? options.rest;
    return rest === undefined
      ? {}
      : { notChecked: `the folder with the data of ${name} is not known: ${rest.reason}` };
  }
  const folder = wholeText(mount)?.split(':')[0];
  if (folder === undefined)
    return { notChecked: `the folder with the data of ${name} is not known (${mount.text})` };
  // A volume of podman's own, or none with a name.
  if (!folder.startsWith('/')) return {};
  const below = fileSystems.items
    .filter(({ mountPoint }) => isBelow(folder, mountPoint))
    .toSorted((a, b) => b.mountPoint.length - a.mountPoint.length)[0];
  if (below === undefined) return {};
  if (below.type.state === 'unknown')
    return {
      notChecked: `the type of the filesystem ${below.mountPoint} is not known: ${below.type.reason}`,
    };
  const type = ifKnown(below.type)?.text ?? '';
  if (!isNetworkShare(type)) return {};
  return {
    finding: onNetworkShare.finding(
      { container: name, unit: `${container.unit}.service`, folder, type, point: below.mountPoint },
      {
        subject: name,
        evidence: [
          evidenceAt(mount.at, `volume ${mount.text}`, 'a folder on a local disk'),
          evidenceAt(below.at, `${below.mountPoint} has the type ${type}`),
        ],
      },
    ),
  };
}

const targetOf = (volume: Text): string | undefined => volume.text.split(':')[1]?.replace(/(.)\/+$/, '$1');
