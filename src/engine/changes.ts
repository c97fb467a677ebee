import type { Generation } from '../facts/host/generations.ts';
import type { Changes } from '../model/report.ts';
import type { FactTable } from './evaluate.ts';

type Difference = NonNullable<Changes['differences']>[number];

/** What changed last on a host, by time: never why something broke. Undefined where nothing of it was read. */
export function changesOf({
  generations,
  lastBoot,
  system,
}: Pick<FactTable, 'system'> & Partial<Pick<FactTable, 'generations' | 'lastBoot'>>): Changes | undefined {
  const read = generations?.outcome === 'ok' ? generations.value : undefined;
  const last = lastBoot?.outcome === 'ok' ? lastBoot.value : undefined;
  const bootedAt = system.outcome === 'ok' ? system.value.bootedAt : undefined;
  if (read === undefined && last === undefined) return undefined;
  return {
    ...(read === undefined ? {} : { generation: told(read.current) }),
    ...(read?.previous === undefined
      ? {}
      : { previous: told(read.previous), differences: differencesOf(read.previous, read.current) }),
    ...(bootedAt === undefined ? {} : { bootedAt: instant(bootedAt) }),
    ...(last === undefined ? {} : { bootBefore: { endedAt: instant(last.endedAt), clean: last.isClean } }),
  };
}

const instant = (at: number) => new Date(at).toISOString();

const told = ({ images: _, path, createdAt, ...rest }: Generation): NonNullable<Changes['generation']> => ({
  ...rest,
  path,
  ...(createdAt === undefined ? {} : { createdAt: instant(createdAt) }),
});

function differencesOf(before: Generation, after: Generation): Difference[] {
  const pairs: [string, string | undefined, string | undefined][] = [
    ['NixOS', before.version, after.version],
    ['kernel', before.kernel, after.kernel],
    ['configuration', before.revision, after.revision],
    ...Object.keys({ ...before.images, ...after.images })
      .toSorted()
      .map((name): [string, string | undefined, string | undefined] => [
        `image of ${name}`,
        before.images[name],
        after.images[name],
      ]),
  ];
  // What only one of them tells may be the same in the other, but for containers: they are in the list or not.
  return pairs.flatMap(([what, from, to]) =>
    from === to || (!what.startsWith('image ') && (from === undefined || to === undefined))
      ? []
      : [{ what, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }],
  );
}
