import fc from 'fast-check';
import { expect, test } from 'vitest';
import { multipart } from '../../../src/upload/server/multipart.ts';

/** As the server gets it. */
function assembled(form: ReturnType<typeof multipart<Uint8Array>>): Buffer {
  return Buffer.concat(form.pieces.map((piece) => (piece instanceof Uint8Array ? piece : piece.content)));
}

const parse = (form: ReturnType<typeof multipart<Uint8Array>>): Promise<FormData> =>
  new Response(assembled(form), { headers: { 'content-type': form.contentType } }).formData();

// What is encoded cannot be told from what looks encoded: browsers have the same.
const fileName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 255 })
  .map((name) => name.toWellFormed().normalize('NFC'))
  .filter((name) => !/%(?:22|0a|0d)|\\|(?![\r\n\u0080-\u009f])\p{Cc}/iu.test(name));

test('any file name and any bytes arrive, with the length that was told', async () => {
  await fc.assert(
    fc.asyncProperty(fileName, fc.uint8Array(), fc.uint8Array(), async (name, bytes, others) => {
      const parts = [
        { field: 'deviceId', text: 'hsdoctor' },
        { field: 'assetData', fileName: name, bytes: bytes.length, content: bytes },
        { field: 'sidecarData', fileName: `${name}.xmp`, bytes: others.length, content: others },
        { field: 'text', text: 'ü' },
      ];
      const form = multipart(parts);
      expect(form.contentLength).toBe(assembled(form).length);
      const parsed = await parse(form);
      expect([...parsed.keys()]).toEqual(['deviceId', 'assetData', 'sidecarData', 'text']);
      expect(parsed.get('text')).toBe('ü');
      const main = parsed.get('assetData');
      const sidecar = parsed.get('sidecarData');
      if (!(main instanceof File && sidecar instanceof File)) throw new Error('it is not a file');
      expect([main.name, sidecar.name]).toEqual([name, `${name}.xmp`]);
      expect(await main.bytes()).toEqual(bytes);
      expect(await sidecar.bytes()).toEqual(others);
    }),
  );
});

test('a name cannot end its own line', () => {
  const form = multipart([
    { field: 'assetData', fileName: 'a"\r\nX-Evil: 1\r\n.jpg', bytes: 0, content: Buffer.alloc(0) },
  ]);
  expect(assembled(form).toString()).toContain('filename="a%22%0D%0AX-Evil: 1%0D%0A.jpg"\r\n');
});

test('what Immich takes for no header, or for a folder, does not stand in one', () => {
  const form = multipart([
    { field: 'assetData', fileName: 'a\u001b\u007f\\b\u0000.jpg', bytes: 0, content: Buffer.alloc(0) },
  ]);
  expect(assembled(form).toString()).toContain('filename="a%1B%7F%5Cb%00.jpg"\r\n');
});

test('a decomposed name is sent composed', () => {
  const form = multipart([
    { field: 'assetData', fileName: 'u\u0308.jpg', bytes: 0, content: Buffer.alloc(0) },
  ]);
  expect(assembled(form).toString()).toContain('filename="ü.jpg"');
});
