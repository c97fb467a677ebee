import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../../src/nix/knowledge/origins.ts';
import { originOfUrl } from '../../src/nix/origin.ts';

describe('the table of public modules that set nothing of their own accord', () => {
  const all = [...LIBRARIES];
  const urlOf = (origin: string) =>
    origin.split('/').length === 2 ? `github:${origin}` : `https://${origin}.git`;

  test('names each as the origin of its URL', () => {
    expect(all.map((origin) => originOfUrl(urlOf(origin)))).toEqual(all);
  });

  test('is sorted, those of GitHub first', () => {
    const [ofGitHub, elsewhere] = [2, 3].map((parts) =>
      all.filter((origin) => origin.split('/').length === parts),
    );
    expect(all).toEqual([...(ofGitHub ?? []).toSorted(), ...(elsewhere ?? []).toSorted()]);
  });
});
