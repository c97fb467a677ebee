import { entryOf } from '../text/entry.ts';
import { plainText, type Value } from './evaluation/value.ts';
import { LIBRARIES, REGISTRY } from './knowledge/origins.ts';

/** Where something is from that is fetched by this: `nix-community/disko`. */
export function originOf(value: Value): string | undefined {
  const url = urlOf(value);
  return url === undefined ? undefined : originOfUrl(url);
}

function urlOf(value: Value): string | undefined {
  const text = plainText(value);
  if (text !== undefined || value.kind !== 'set') return text;
  const [url, type, owner, repo] = ['url', 'type', 'owner', 'repo'].map((name) => {
    const given = value.attributes.get(name)?.force();
    return given && plainText(given);
  });
  return url ?? (type && owner && repo && `${type}:${owner}/${repo}`);
}

/** The forges of which it can be told whose a repository is; what is on GitHub is told without a host. */
const FORGES = /^(?:github\.com|gitlab\.com|codeberg\.org|git\.sr\.ht|bitbucket\.org)$/;

export function originOfUrl(url: string): string | undefined {
  const [, type, short] = /^(github|gitlab|sourcehut):([^?#]+)$/.exec(url.replace(/[?#].*$/, '')) ?? [];
  if (type !== undefined && short !== undefined) {
    const [owner, repo] = short.split('/');
    const host = { github: '', gitlab: 'gitlab.com/', sourcehut: 'git.sr.ht/' }[type] ?? '';
    return repo === undefined ? undefined : `${host}${owner}/${repo}`.toLowerCase();
  }
  const [, id] = /^(?:flake:)?([a-z][\w-]*)(?:\/[\w./-]*)?$/i.exec(url) ?? [];
  if (id !== undefined) return entryOf(REGISTRY, id.toLowerCase());
  const [, host = '', path = ''] =
    /^(?:[a-z]+\+)?https?:\/\/(?:[^/@]*@)?([^/?#]+)\/([^?#]*)/.exec(
      url.replace('//api.github.com/repos/', '//github.com/'),
    ) ?? [];
  if (/^(?:(?:channels|releases)\.)?nixos\.org$/.test(host)) return 'nixos/nixpkgs';
  const [owner, repo] = path.replace(/^f\/(?=.*)/, host === 'flakehub.com' ? '' : 'f/').split('/');
  if (owner === undefined || repo === undefined || repo === '') return undefined;
  const name = `${owner.replace(/^~/, '')}/${repo.replace(/\.git$/, '')}`.toLowerCase();
  if (host === 'github.com' || host === 'flakehub.com') return name;
  const full = `${host}/${name}`;
  return FORGES.test(host) || LIBRARIES.has(full) ? full : undefined;
}
